"""Makes Tests/CLIPTests/Fixtures/variants: what open_clip computes with small models of each kind that its published ones have, and how
it brings images to a model's size.

usage: make_variant_fixtures.py OUTPUT_DIR        (normally Tests/CLIPTests/Fixtures/variants)

Needs torch, safetensors, Pillow and open_clip_torch with torchvision. Everything is seeded.
"""
import gzip
import json
import os
import sys

import parity.torchvision_without_operators  # noqa: F401
import numpy
import open_clip
import torch
from open_clip.tokenizer import SimpleTokenizer
from open_clip.transform import image_transform
from PIL import Image
from safetensors.torch import save_file

TEXTS = ["a photo of a banded", "stripes", "", "one text that is longer than the context " * 3]
MERGES = 20
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
    "clipa": (dict(no_ln_pre=True, pool_type="avg", final_ln_after_pool=True), dict(pool_type="last", no_causal_mask=True)),
    # 378 pixels are 27 patches of 14; 37 are 4 of 8, and five pixels over.
    "pixels-over": (dict(image_size=37), {}),
}
VIEWS = [("shortest", "bicubic"), ("shortest", "bilinear"), ("squash", "bicubic"), ("squash", "bilinear")]


def small_vocabulary(path):
    source = os.path.join(os.path.dirname(open_clip.__file__), "bpe_simple_vocab_16e6.txt.gz")
    lines = gzip.open(source).read().decode().split("\n")[:1 + MERGES]
    with open(path, "wb") as raw, gzip.GzipFile(filename="", mode="wb", fileobj=raw, mtime=0) as file:
        file.write("\n".join(lines).encode())


def main():
    output = sys.argv[1]
    os.makedirs(output, exist_ok=True)
    torch.set_num_threads(1)
    vocabulary = f"{output}/bpe_simple_vocab_16e6.txt.gz"
    small_vocabulary(vocabulary)
    tokens = SimpleTokenizer(vocabulary, context_length=TEXT["context_length"])(TEXTS)
    expected, configs, kept = {}, {}, {}
    mean, std = (torch.tensor(numbers) for numbers in (open_clip.OPENAI_DATASET_MEAN, open_clip.OPENAI_DATASET_STD))
    for variant, (vision, text) in VARIANTS.items():
        generator = torch.Generator().manual_seed(7)
        vision, text = {**VISION, **vision}, {**TEXT, **text}
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
            expected[f"{variant}/texts"] = model.encode_text(tokens)
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
    random = numpy.random.default_rng(8)
    small = random.integers(0, 256, (9, 14, 3), dtype=numpy.uint8)
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
        os.chmod(f"{output}/{file}", 0o644)


main()
