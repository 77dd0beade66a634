"""Tokens of BERT's WordPiece against transformers and open_clip, as CLIPA's models read their texts."""
import collections
import os
import unicodedata

import open_clip
import transformers
from open_clip.tokenizer import HFTokenizer
from tokenizers.normalizers import NFD, BertNormalizer
from tokenizers.pre_tokenizers import BertPreTokenizer

SPECIAL = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]"]


def vocabulary(texts, size=30000):
    """Letters, ends of words and whole words that the texts have, so that all ways of cutting a word are met."""
    normalize, split = BertNormalizer().normalize_str, BertPreTokenizer().pre_tokenize_str
    pieces = collections.Counter()
    for text in texts:
        for word, _ in split(normalize(text)):
            pieces[word[0]] += 1
            pieces.update("##" + letter for letter in word[1:])
            if len(word) < 30:
                pieces.update([word, *("##" + word[start:] for start in range(1, len(word)))])
    # Every seventh letter is missing, and what it stands in is unknown.
    kept = [piece for piece, _ in pieces.most_common(size) if len(piece.removeprefix("##")) > 1 or ord(piece[-1]) % 7]
    return SPECIAL + kept


def special(texts):
    """Special tokens in texts, words that are too long, and signs of which BERT makes something of its own."""
    long = ["a" * 99, "a" * 100, "a" * 101, "é" * 60, "a\u0301" * 60]
    odd = ["\x0c", "a\x0cb", "a\x1cb", "a\x85b", "a\u00adb", "a\ufffdb", "a\u2060b", "İ", "ΑΣ", "한국어", "豈更", "か\u3099", "a\u0345b"]
    return long + odd + [text[:6] + mark + text[6:] for text in texts[:200] for mark in SPECIAL + ["[sep]", "[ SEP]"]]


def known(texts):
    """Those without marks that are younger than the library's tables, whose decomposition (NFD) is its own affair."""
    clean = BertNormalizer(clean_text=True, handle_chinese_chars=True, strip_accents=False, lowercase=False).normalize_str
    decompose = NFD().normalize_str
    return [text for text in texts if decompose(clean(text)) == unicodedata.normalize("NFD", clean(text))]


def compare(probe, texts, given=None):
    """Rows of the table: library, cases, differing texts. `given` is a vocab.txt to use."""
    texts = texts + special(texts)
    compared = known(texts)
    folder = probe.path("bert")
    os.makedirs(folder, exist_ok=True)
    pieces = open(given, encoding="utf-8", newline="\n").read().split("\n")[:-1] if given else vocabulary(texts)
    open(f"{folder}/vocab.txt", "w", encoding="utf-8", newline="\n").write("".join(piece + "\n" for piece in pieces))
    note = f"without {len(texts) - len(compared)} texts with marks that its own NFD does not know" if len(compared) < len(texts) else ""

    reference = transformers.BertTokenizer.from_pretrained(folder)
    expected = reference(compared, truncation=True, max_length=77)["input_ids"]
    yield (f"transformers {transformers.__version__}, BERT's", len(compared),
           [text for text, a, b in zip(compared, expected, probe.tokens(f"{folder}/vocab.txt", compared)) if a != b], note)
    # The same as published: tokenizer.json with tokenizer_config.json.
    reference.save_pretrained(f"{folder}/one")
    yield (f"transformers {transformers.__version__}, BERT's `tokenizer.json`", len(compared),
           [text for text, a, b in zip(compared, expected, probe.tokens(f"{folder}/one", compared)) if a != b], note)

    reference = HFTokenizer(f"{folder}/one", context_length=77, strip_sep_token=True)
    found = [tokens + [0] * (77 - len(tokens)) for tokens in probe.tokens(f"{folder}/vocab.txt", compared, "--open-clip")]
    yield (f"open_clip {open_clip.__version__}, CLIPA's", len(compared),
           [text for text, a, b in zip(compared, reference(compared).tolist(), found) if a != b], note)
