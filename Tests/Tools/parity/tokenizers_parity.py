"""Tokens against open_clip and transformers."""
import json
import os
import unicodedata

import open_clip
import transformers
from open_clip.tokenizer import SimpleTokenizer, bytes_to_unicode
from tokenizers.normalizers import NFC

import bert_parity
import texts as text_maker

VOCABULARY = os.path.join(os.path.dirname(open_clip.__file__), "bpe_simple_vocab_16e6.txt.gz")


def words(merges):
    joined = [left + right.removesuffix("</w>") for left, right in merges if right.endswith("</w>")]
    return [word for word in joined if word.isascii() and word.isalpha()]


def write_hugging_face(folder, merges):
    """OpenAI's vocabulary as a Hugging Face folder has it."""
    os.makedirs(folder, exist_ok=True)
    alphabet = list(bytes_to_unicode().values())
    spellings = alphabet + [letter + "</w>" for letter in alphabet] + ["".join(merge) for merge in merges]
    spellings += ["<|startoftext|>", "<|endoftext|>"]
    json.dump({spelling: token for token, spelling in enumerate(spellings)}, open(f"{folder}/vocab.json", "w"))
    with open(f"{folder}/merges.txt", "w") as file:
        file.write("#version: 0.2\n" + "".join(f"{left} {right}\n" for left, right in merges))


def cut(tokens, length, end):
    """Begin, text and end, cut as both libraries cut: the last token that fits gives way to the end."""
    return tokens if len(tokens) <= length else tokens[:length - 1] + [end]


def compare(probe):
    """Rows of the table: library, cases, differing texts."""
    reference = SimpleTokenizer(VOCABULARY)
    merges = list(reference.bpe_ranks)
    folder = probe.path("tokenizer")
    write_hugging_face(folder, merges)
    texts = text_maker.make(words(merges))

    begin, end = reference.sot_token_id, reference.eot_token_id
    expected = [cut([begin, *reference.encode(text), end], 77, end) for text in texts]
    found = probe.tokens(VOCABULARY, texts)
    differing = [text for text, a, b in zip(texts, expected, found) if a != b]
    # The padded rows of open_clip's own call are the same as what was cut here.
    rows = reference(texts[:2000], 77).tolist()
    assert all(row[:len(tokens)] == tokens and not any(row[len(tokens):]) for row, tokens in zip(rows, expected))
    yield f"open_clip {open_clip.__version__}", len(texts), differing, ""

    # Composition (NFC) of marks that are younger than the library's tables is its own affair.
    composed = NFC()
    known = [text for text in texts if composed.normalize_str(text) == unicodedata.normalize("NFC", text)]
    reference = transformers.CLIPTokenizer.from_pretrained(folder)
    expected = reference(known, truncation=True, max_length=77)["input_ids"]
    found = probe.tokens(folder, known)
    differing = [text for text, a, b in zip(known, expected, found) if a != b]
    left_out = len(texts) - len(known)
    note = f"without {left_out} texts with marks that its own NFC does not know" if left_out else ""
    yield f"transformers {transformers.__version__}", len(known), differing, note

    yield from bert_parity.compare(probe, texts)
