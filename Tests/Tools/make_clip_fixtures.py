"""Makes Tests/CLIPTests/Fixtures: small CLIP checkpoints with the features transformers computes from them.

usage: make_clip_fixtures.py OUTPUT_DIR        (normally Tests/CLIPTests/Fixtures)

Needs torch, transformers, safetensors and open_clip_torch (only its bpe_simple_vocab_16e6.txt.gz is read).
The versions used are written to OUTPUT_DIR/versions.json. Everything is seeded: the same versions make the same files.
"""
import gzip
import importlib.util
import json
import os
import platform
import random
import sys

import numpy
import safetensors
import torch
import transformers
from safetensors.torch import save_file
from transformers import CLIPConfig, CLIPModel, CLIPTokenizer

MEAN = torch.tensor([0.48145466, 0.4578275, 0.40821073])
STD = torch.tensor([0.26862954, 0.26130258, 0.27577711])

TEXTS = [
    "a photo of a banded",
    "a photo of a polka-dotted texture.",
    "stripes",
    "",
    "A photo of the colt's foot, a type of flower; they're 12 or 345 of them",
    "a long text that goes on and on and on until the context of the model is full and it has to be cut somewhere",
]

CONFIGS = {
    # OpenAI's activation, stored in fp32; every byte has a token.
    "quick_gelu": dict(
        text=dict(hidden_size=24, num_hidden_layers=3, num_attention_heads=2, intermediate_size=64,
                  max_position_embeddings=24, hidden_act="quick_gelu"),
        vision=dict(hidden_size=30, num_hidden_layers=3, num_attention_heads=3, intermediate_size=64,
                    image_size=32, patch_size=8, hidden_act="quick_gelu"),
        projection_dim=24, dtype=torch.float32, legacy_end=False, prompts=True),
    # LAION's activation, other epsilons, pixels left over beside the patches, stored in fp16 in two parts; the
    # end-of-text rule of configurations written before transformers 4.31.
    "gelu_sharded": dict(
        text=dict(hidden_size=48, num_hidden_layers=2, num_attention_heads=4, intermediate_size=192,
                  max_position_embeddings=16, hidden_act="gelu", layer_norm_eps=1e-6),
        vision=dict(hidden_size=32, num_hidden_layers=4, num_attention_heads=2, intermediate_size=96,
                    image_size=30, patch_size=7, hidden_act="gelu", layer_norm_eps=1e-6),
        projection_dim=40, dtype=torch.float16, legacy_end=True, prompts=False),
    # Stored in bf16, one block, a vocabulary without digits and punctuation: those become the unknown token.
    "bfloat16": dict(
        text=dict(hidden_size=16, num_hidden_layers=1, num_attention_heads=1, intermediate_size=64,
                  max_position_embeddings=77, hidden_act="quick_gelu"),
        vision=dict(hidden_size=64, num_hidden_layers=1, num_attention_heads=1, intermediate_size=128,
                    image_size=16, patch_size=16, hidden_act="gelu"),
        projection_dim=16, dtype=torch.bfloat16, legacy_end=False, prompts=False),
}


def byte_spelling():
    printable = [*range(0x21, 0x7F), *range(0xA1, 0xAD), *range(0xAE, 0x100)]
    others = [b for b in range(256) if b not in printable]
    spelling = {b: chr(b) for b in printable} | {b: chr(0x100 + i) for i, b in enumerate(others)}
    return [spelling[b] for b in range(256)], [spelling[b] for b in printable + others]


def real_merges():
    package = os.path.dirname(importlib.util.find_spec("open_clip").origin)
    with gzip.open(os.path.join(package, "bpe_simple_vocab_16e6.txt.gz")) as file:
        return [tuple(line.split()) for line in file.read().decode().split("\n")[1:49152 - 256 - 2 + 1]]


def write_tokenizer(folder, vocabulary, merges):
    os.makedirs(folder, exist_ok=True)
    with open(f"{folder}/vocab.json", "w") as file:
        json.dump(vocabulary, file, ensure_ascii=False, separators=(",", ":"))
    with open(f"{folder}/merges.txt", "w") as file:
        file.write("#version: 0.2\n" + "".join(f"{a} {b}\n" for a, b in merges))


def small_vocabulary(alphabet, merges):
    tokens = [*alphabet, *(a + "</w>" for a in alphabet), *(a + b for a, b in merges)]
    tokens += ["<|startoftext|>", "<|endoftext|>"]
    assert len(set(tokens)) == len(tokens)
    return {token: number for number, token in enumerate(tokens)}


def randomise(model, generator):
    """Weights far from transformers' own initialisation, so that every one of them shows in the features."""
    for name, weight in model.named_parameters():
        noise = torch.randn(weight.shape, generator=generator)
        if name == "logit_scale":
            weight.data.fill_(4.5)
        elif "norm" in name or "layrnorm" in name:
            weight.data.copy_(noise * 0.2 + (1.0 if name.endswith("weight") else 0.0))
        elif name.endswith("bias"):
            weight.data.copy_(noise * 0.1)
        elif "embedding" in name and "patch" not in name:
            weight.data.copy_(noise * 0.5)
        else:
            weight.data.copy_(noise * 0.8 / weight[0].numel() ** 0.5)


def save(model, folder, spec):
    dtype = spec["dtype"]
    weights = {name: tensor.to(dtype).contiguous() for name, tensor in model.state_dict().items()}
    if spec["legacy_end"]:
        # Files of that time carry the position numbers as well.
        weights["text_model.embeddings.position_ids"] = torch.arange(model.config.text_config.max_position_embeddings)[None]
        names = sorted(weights)
        parts = {f"model-0000{i + 1}-of-00002.safetensors": names[i * 40:(i + 1) * 40 if i == 0 else None] for i in range(2)}
        for part, members in parts.items():
            save_file({name: weights[name] for name in members}, f"{folder}/{part}", metadata={"format": "pt"})
        index = {"metadata": {"total_size": sum(w.nbytes for w in weights.values())},
                 "weight_map": {name: part for part, members in parts.items() for name in members}}
        json.dump(index, open(f"{folder}/model.safetensors.index.json", "w"), indent=1)
    else:
        save_file(weights, f"{folder}/model.safetensors", metadata={"format": "pt"})
    model.config.save_pretrained(folder)


def prompted_image_features(model, pixels, shallow, deep):
    """MaPLe's vision branch on transformers' modules: context behind the patches, replaced before blocks 1, 2, …"""
    vision = model.vision_model
    hidden = vision.embeddings(pixels)
    batch, tokens = hidden.shape[:2]
    hidden = torch.cat([hidden, shallow.expand(batch, -1, -1)], 1)
    hidden = vision.pre_layrnorm(hidden)
    for index, layer in enumerate(vision.encoder.layers):
        if 1 <= index <= len(deep):
            hidden = torch.cat([hidden[:, :tokens], deep[index - 1].expand(batch, -1, -1)], 1)
        hidden = layer(hidden, None)
    return model.visual_projection(vision.post_layernorm(hidden[:, 0]))


def prompted_text_features(model, ids, shallow, deep):
    """MaPLe's text branch: context in place of the token embeddings 1, 2, …, and of the hidden states before blocks."""
    text = model.text_model
    batch, length = ids.shape
    count = shallow.shape[0]
    embedded = text.embeddings.token_embedding(ids)
    embedded = torch.cat([embedded[:, :1], shallow.expand(batch, -1, -1), embedded[:, 1 + count:]], 1)
    hidden = embedded + text.embeddings.position_embedding.weight[:length]
    mask = torch.full((length, length), float("-inf")).triu(1)[None, None]
    for index, layer in enumerate(text.encoder.layers):
        if 1 <= index <= len(deep):
            hidden = torch.cat([hidden[:, :1], deep[index - 1].expand(batch, -1, -1), hidden[:, 1 + count:]], 1)
        hidden = layer(hidden, mask)
    hidden = text.final_layer_norm(hidden)
    ends = (ids == text.eos_token_id).int().argmax(-1)
    return model.text_projection(hidden[torch.arange(batch), ends])


def make_checkpoint(name, spec, folder, merges, seed):
    generator = torch.Generator().manual_seed(seed)
    spelled, alphabet = byte_spelling()
    if name == "bfloat16":
        alphabet = [chr(c) for c in range(ord("a"), ord("z") + 1)]
    known = set(alphabet) | {a + "</w>" for a in alphabet}
    kept = []
    for a, b in merges:
        if len(kept) < 40 and a in known and b in known:
            kept.append((a, b))
            known.add(a + b)
    vocabulary = small_vocabulary(alphabet, kept)
    write_tokenizer(folder, vocabulary, kept)
    tokenizer = CLIPTokenizer.from_pretrained(folder)
    context = spec["text"]["max_position_embeddings"]
    end = len(vocabulary) - 1
    config = CLIPConfig(
        text_config=dict(spec["text"], vocab_size=len(vocabulary), bos_token_id=end - 1, pad_token_id=1,
                         eos_token_id=2 if spec["legacy_end"] else end, projection_dim=spec["projection_dim"]),
        vision_config=dict(spec["vision"], projection_dim=spec["projection_dim"]),
        projection_dim=spec["projection_dim"])
    config._attn_implementation = "eager"
    model = CLIPModel(config).eval()
    randomise(model, generator)
    model = model.to(spec["dtype"]).to(torch.float32)
    save(model, folder, spec)

    size = spec["vision"]["image_size"]
    pixels = torch.randint(0, 256, (5, size, size, 3), generator=generator, dtype=torch.uint8)
    values = ((pixels.float() / 255 - MEAN) / STD).permute(0, 3, 1, 2)
    encoded = tokenizer(TEXTS, padding="max_length", truncation=True, max_length=context, return_tensors="pt")
    ids = encoded["input_ids"]
    with torch.no_grad():
        image = model.get_image_features(values).pooler_output
        text = model.get_text_features(ids).pooler_output
    expected = {"pixels": pixels, "tokens": ids, "image_features": image, "text_features": text}

    if spec["prompts"]:
        layers, count = 3, 2
        def prompts(width):
            made = [torch.randn(count, width, generator=generator) * 0.5 for _ in range(layers)]
            return [p.requires_grad_() for p in made]
        vision, words = prompts(spec["vision"]["hidden_size"]), prompts(spec["text"]["hidden_size"])
        rows = [0, 1, 4]
        image = prompted_image_features(model, values, vision[0], vision[1:])
        text = prompted_text_features(model, ids[rows], words[0], words[1:])
        pull = torch.randn(5, len(rows), generator=generator)
        (image @ text.T * pull).sum().backward()
        for kind, tensors in (("vision", vision), ("text", words)):
            for depth, tensor in enumerate(tensors):
                expected[f"{kind}_prompt_{depth}"] = tensor.detach()
                expected[f"{kind}_prompt_{depth}_gradient"] = tensor.grad
        expected |= {"prompted_image_features": image.detach(), "prompted_text_features": text.detach(),
                     "prompted_text_rows": torch.tensor(rows), "pull": pull}
    save_file({k: v.contiguous() for k, v in expected.items()}, f"{folder}/expected.safetensors",
              metadata={"texts": json.dumps(TEXTS)})


def tokenizer_strings(merges):
    """A few hundred texts: class names, contractions, digits, punctuation, Unicode, white space, over-long text."""
    rng = random.Random(3)
    words = [a + b.removesuffix("</w>") for a, b in merges if b.endswith("</w>") and (a + b.removesuffix("</w>")).isalpha()]
    fixed = [
        *TEXTS, "a photo of a {}banded", "X X X banded", "a photo of a banded.", "bishop of llandaff dahlia",
        "707-320", "F/A-18", "BAE 146-200", "An-12 ATR-42", "colt's foot", "black-eyed susan", "polka-dotted",
        "it's don't they're I've I'm we'll he'd", "IT'S DON'T THEY'RE", "rock'n'roll 'tis ''s 's's", "O'Reilly's",
        "tab\there\nnew\r\nline\u00a0nbsp\u3000wide\u2028sep", "  leading and trailing  ", " ", "\n", "!", "?!?!...",
        "é e\u0301 Å Å ﬁ ß ẞ İstanbul", "ΣΑΣ Ωμέγα", "Привет, мир", "日本語のテキスト 中文 한국어", "नमस्ते दुनिया", "สวัสดี",
        "😀 😃👍🏽 👩‍👩‍👧 🇫🇷", "½ ² Ⅳ ① ٣ ৪", "$5.99 #1 @you a+b=c", "<b>bold</b>", "<|endoftext|> and <|startoftext|>",
        "x" * 400, "word " * 120, "0123456789" * 20, "\ufeffbom", "a\u0000b", "\u200bzero\u200bwidth", "𝔘𝔫𝔦𝔠𝔬𝔡𝔢",
    ]
    drawn = [" ".join(rng.choice(words) for _ in range(rng.randint(1, 5))) for _ in range(260)]
    return fixed + drawn


def make_tokenizer(folder, merges):
    """The part of CLIP's own vocabulary that the recorded texts use, with CLIP's numbers.

    Only merges that are applied at some moment matter, so leaving the others out changes nothing for these texts.
    """
    spelled, alphabet = byte_spelling()
    vocabulary = small_vocabulary(alphabet, merges)
    full = f"{folder}/full"
    write_tokenizer(full, vocabulary, merges)
    tokenizer = CLIPTokenizer.from_pretrained(full)
    texts = tokenizer_strings(merges)
    ids = [tokenizer(text, truncation=True, max_length=77)["input_ids"] for text in texts]

    spelling = {number: token for token, number in vocabulary.items()}
    parts = {a + b: (a, b) for a, b in merges}
    rank = {merge: index for index, merge in enumerate(merges)}
    used = set()

    def use(token):
        if token in parts and parts[token] not in used:
            used.add(parts[token])
            for part in parts[token]:
                use(part)
    # Every token of the untruncated texts, and the tokens they were built from.
    for text in texts:
        for number in tokenizer(text)["input_ids"]:
            use(spelling[number])
    kept = sorted(used, key=rank.get)
    small = {t: n for t, n in vocabulary.items() if n < 512 or n >= 49406} | {a + b: vocabulary[a + b] for a, b in kept}
    for leftover in os.listdir(full):
        os.remove(f"{full}/{leftover}")
    os.rmdir(full)
    write_tokenizer(folder, small, kept)
    again = CLIPTokenizer.from_pretrained(folder)
    assert ids == [again(text, truncation=True, max_length=77)["input_ids"] for text in texts]
    json.dump([{"text": t, "tokens": i} for t, i in zip(texts, ids)], open(f"{folder}/expected.json", "w"), indent=None)


def main():
    output = sys.argv[1]
    torch.manual_seed(0)
    torch.set_num_threads(1)
    merges = real_merges()
    for seed, (name, spec) in enumerate(CONFIGS.items()):
        make_checkpoint(name, spec, f"{output}/{name}", merges, seed + 11)
    make_tokenizer(f"{output}/tokenizer", merges)
    versions = dict(python=platform.python_version(), torch=torch.__version__, transformers=transformers.__version__,
                    safetensors=safetensors.__version__, numpy=numpy.__version__)
    json.dump(versions, open(f"{output}/versions.json", "w"), indent=1)
    for folder, _, files in os.walk(output):
        for file in files:
            os.chmod(f"{folder}/{file}", 0o644)


main()
