"""Makes Tests/CLIPTests/Fixtures/variants: what open_clip computes with small models of each kind that its published ones have, how
it brings images to a model's size, and a small BERT tokenizer with what it makes of texts.

usage: make_variant_fixtures.py OUTPUT_DIR        (normally Tests/CLIPTests/Fixtures/variants)

Needs torch, safetensors, Pillow, transformers, and open_clip_torch with torchvision (parity/requirements.txt). Everything is seeded.
"""
import gzip
import json
import os
import random
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "parity"))
import torchvision_without_operators  # noqa: F401
import bert_parity
import numpy
import open_clip
import texts as text_maker
import tokenizers_parity
import torch
import transformers
from open_clip.tokenizer import HFTokenizer, SimpleTokenizer
from open_clip.transform import image_transform
from PIL import Image
from safetensors.torch import save_file

TEXTS = ["a photo of a banded", "stripes", "", "one text that is longer than the context " * 3]
MERGES = 20
BERT = dict(hf_tokenizer_name="bert-base-uncased")
VISION = dict(image_size=32, layers=2, width=64, head_width=64, patch_size=8, mlp_ratio=1.0)
TEXT = dict(context_length=12, vocab_size=512 + MERGES + 2, width=32, heads=1, layers=2, mlp_ratio=1.0)
# What each differs in from OpenAI's models.
VARIANTS = {
    "plain": ({}, {}),
    "layer-scale": (dict(ls_init_value=0.1), dict(ls_init_value=0.1)),
    "epsilon": (dict(norm_kwargs=dict(eps=1e-2)), dict(norm_kwargs=dict(eps=1e-3))),
    "no-pre-norm": (dict(no_ln_pre=True), {}),
    "average": (dict(pool_type="avg"), {}),
    "average-before-norm": (dict(pool_type="avg", final_ln_after_pool=True), {}),
    "not-causal": ({}, dict(no_causal_mask=True)),
    "first": ({}, dict(pool_type="first", no_causal_mask=True)),
    "last": ({}, dict(pool_type="last")),
    "end": ({}, dict(BERT, pool_type="eos", eos_id=3)),
    "clipa": (dict(no_ln_pre=True, pool_type="avg", final_ln_after_pool=True),
              dict(BERT, tokenizer_kwargs=dict(strip_sep_token=True), pool_type="last", no_causal_mask=True)),
    # As those of ViT-H and -bigG, whose heads are 80 and 104 wide.
    "heads": (dict(head_width=32), dict(heads=2)),
    # 378 pixels are 27 patches of 14; 37 are 4 of 8, and five pixels over.
    "pixels-over": (dict(image_size=37), {}),
}
VIEWS = [("shortest", "bicubic"), ("shortest", "bilinear"), ("squash", "bicubic"), ("squash", "bilinear")]


def small_vocabulary(path):
    source = os.path.join(os.path.dirname(open_clip.__file__), "bpe_simple_vocab_16e6.txt.gz")
    lines = gzip.open(source).read().decode().split("\n")[:1 + MERGES]
    with open(path, "wb") as raw, gzip.GzipFile(filename="", mode="wb", fileobj=raw, mtime=0) as file:
        file.write("\n".join(lines).encode())


def bert(folder):
    """A tokenizer of few tokens as it is published, and the tokens of texts of every kind, for transformers and for CLIPA's models."""
    words = tokenizers_parity.words(list(SimpleTokenizer().bpe_ranks))
    texts = text_maker.make(words)
    texts = TEXTS + bert_parity.known(random.Random(5).sample(texts, 300) + bert_parity.special(texts[-2:]))
    os.makedirs(folder, exist_ok=True)
    with open(f"{folder}/vocab.txt", "w", encoding="utf-8", newline="\n") as file:
        file.write("".join(f"{piece}\n" for piece in bert_parity.vocabulary(texts, TEXT["vocab_size"] - len(bert_parity.SPECIAL))))
    tokenizer = transformers.BertTokenizer.from_pretrained(folder)
    tokenizer.save_pretrained(folder)
    for file in os.listdir(folder):
        os.chmod(f"{folder}/{file}", 0o644)
    clipas = HFTokenizer(folder, context_length=40, strip_sep_token=True)(texts).tolist()
    plain = tokenizer(texts, truncation=True, max_length=40)["input_ids"]
    json.dump([dict(text=text, transformers=a, openCLIP=b) for text, a, b in zip(texts, plain, clipas)],
              open(f"{folder}/expected.json", "w"))


def main():
    output = sys.argv[1]
    os.makedirs(output, exist_ok=True)
    torch.set_num_threads(1)
    vocabulary = f"{output}/bpe_simple_vocab_16e6.txt.gz"
    small_vocabulary(vocabulary)
    bert(f"{output}/bert")
    expected, configs, kept = {}, {}, {}
    mean, std = (torch.tensor(numbers) for numbers in (open_clip.OPENAI_DATASET_MEAN, open_clip.OPENAI_DATASET_STD))
    for variant, (vision, text) in VARIANTS.items():
        generator = torch.Generator().manual_seed(7)
        vision, text = {**VISION, **vision}, {**TEXT, **text}
        options = dict(context_length=text["context_length"], **text.get("tokenizer_kwargs", {}))
        tokenizer = HFTokenizer(f"{output}/bert", **options) if "hf_tokenizer_name" in text else SimpleTokenizer(vocabulary, **options)
        model = open_clip.CLIP(embed_dim=16, vision_cfg=vision, text_cfg=text).eval()
        for name, weight in model.named_parameters():
            noise = torch.randn(weight.shape, generator=generator)
            if name == "logit_scale":
                weight.data.fill_(4.5)
            elif ".ln_" in name or name.startswith("ln_"):
                weight.data.copy_(noise * 0.2 + (1.0 if name.endswith("weight") else 0.0))
            elif name.endswith("gamma"):
                weight.data.copy_(noise * 0.5 + 0.5)
            elif name.endswith("bias"):
                weight.data.copy_(noise * 0.1)
            elif "embedding" in name:
                weight.data.copy_(noise * 0.5)
            else:
                weight.data.copy_(noise * 0.8 / weight[0].numel() ** 0.5)
        model = model.half().float()
        side = vision["image_size"]
        pixels = torch.randint(0, 256, (2, side, side, 3), generator=generator, dtype=torch.uint8)
        with torch.no_grad():
            expected[f"{variant}/images"] = model.encode_image(((pixels.float() / 255 - mean) / std).permute(0, 3, 1, 2))
            expected[f"{variant}/texts"] = model.encode_text(tokenizer(TEXTS))
        expected[f"{variant}/pixels"] = pixels
        file = f"{output}/{variant}.safetensors"
        save_file({name: weight.half().contiguous() for name, weight in model.state_dict().items() if name != "attn_mask"}, file)
        # Most variants compute otherwise with the same weights.
        weights = kept.setdefault(open(file, "rb").read(), variant)
        if weights != variant:
            os.remove(file)
        configs[variant] = {"weights": weights, "config": {
            "model_cfg": {"embed_dim": 16, "vision_cfg": vision, "text_cfg": text},
            "preprocess_cfg": {"mean": list(open_clip.OPENAI_DATASET_MEAN), "std": list(open_clip.OPENAI_DATASET_STD)}}}
    small = numpy.random.default_rng(8).integers(0, 256, (9, 14, 3), dtype=numpy.uint8)
    image = Image.fromarray(small).resize((70, 45), Image.BICUBIC)
    expected["image"] = torch.from_numpy(numpy.array(image))
    for mode, interpolation in VIEWS:
        view = image_transform(32, False, (0, 0, 0), (1, 1, 1), resize_mode=mode, interpolation=interpolation)(image)
        expected[f"view/{mode}/{interpolation}"] = (view.permute(1, 2, 0) * 255).round().to(torch.uint8)
    save_file({name: tensor.contiguous() for name, tensor in expected.items()}, f"{output}/expected.safetensors",
              metadata={"texts": json.dumps(TEXTS)})
    json.dump(configs, open(f"{output}/configs.json", "w"), indent=1)
    json.dump(dict(torch=torch.__version__, open_clip=open_clip.__version__), open(f"{output}/versions.json", "w"), indent=1)
    for file in os.listdir(output):
        if os.path.isfile(f"{output}/{file}"):
            os.chmod(f"{output}/{file}", 0o644)


main()
