"""Makes Tests/CLIPTests/Fixtures/openai: a small CLIP in the formats of OpenAI and open_clip, its features, and tokens of texts
with every kind of damage that open_clip repairs.

usage: make_openai_fixtures.py OUTPUT_DIR        (normally Tests/CLIPTests/Fixtures/openai)

Needs torch, safetensors and open_clip_torch with torchvision. Everything is seeded; TorchScript writes its own line
numbers, so that other versions may make other bytes.
"""
import collections
import gzip
import json
import os
import pickle
import random
import sys
import zipfile

import parity.torchvision_without_operators  # noqa: F401
import open_clip
import parity.texts
import torch
from open_clip.tokenizer import SimpleTokenizer
from safetensors.torch import save_file

TEXTS = ["a photo of a banded", "caf\u00c3\u00a9 &amp;amp; cr\u00e8me", "stripes", "", "one text that is longer than the context " * 3]
MERGES = 60


def small_vocabulary(path):
    """OpenAI's vocabulary with its first merges only."""
    source = os.path.join(os.path.dirname(open_clip.__file__), "bpe_simple_vocab_16e6.txt.gz")
    lines = gzip.open(source).read().decode().split("\n")[:1 + MERGES]
    with open(path, "wb") as raw, gzip.GzipFile(filename="", mode="wb", fileobj=raw, mtime=0) as file:
        file.write("\n".join(lines).encode())


def make_model(quick_gelu, generator):
    vocabulary = 512 + MERGES + 2
    model = open_clip.CLIP(
        embed_dim=24, quick_gelu=quick_gelu,
        vision_cfg=dict(image_size=32, layers=1, width=128, patch_size=8, mlp_ratio=0.25),
        text_cfg=dict(context_length=20, vocab_size=vocabulary, width=64, heads=1, layers=2, mlp_ratio=0.5)).eval()
    for name, weight in model.named_parameters():
        noise = torch.randn(weight.shape, generator=generator)
        if name == "logit_scale":
            weight.data.fill_(4.5)
        elif ".ln_" in name or name.startswith("ln_"):
            weight.data.copy_(noise * 0.2 + (1.0 if name.endswith("weight") else 0.0))
        elif name.endswith("bias"):
            weight.data.copy_(noise * 0.1)
        elif "embedding" in name:
            weight.data.copy_(noise * 0.5)
        else:
            weight.data.copy_(noise * 0.8 / weight[0].numel() ** 0.5)
    return model


class OpenAI(torch.nn.Module):
    """Holds the sizes as OpenAI's archives do, beside the weights."""

    def __init__(self, model, sizes):
        super().__init__()
        for name, child in model.named_children():
            setattr(self, name, child)
        for name, weight in model.named_parameters(recurse=False):
            setattr(self, name, weight)
        for name, size in sizes.items():
            self.register_buffer(name, torch.tensor(size))

    def forward(self, image):
        return self.visual(image)


class Evil:
    """What a pickle that runs code looks like: os.system on unpickling."""

    def __reduce__(self):
        return os.system, ("touch /tmp/cap-was-here",)


def main():
    output = sys.argv[1]
    os.makedirs(output, exist_ok=True)
    torch.manual_seed(0)
    torch.set_num_threads(1)
    generator = torch.Generator().manual_seed(5)
    vocabulary = f"{output}/bpe_simple_vocab_16e6.txt.gz"
    small_vocabulary(vocabulary)
    tokenizer = SimpleTokenizer(vocabulary, context_length=20)
    tokens = tokenizer(TEXTS)

    expected = {"tokens": tokens}
    pixels = torch.randint(0, 256, (3, 32, 32, 3), generator=generator, dtype=torch.uint8)
    expected["pixels"] = pixels
    mean, std = (torch.tensor(numbers) for numbers in (open_clip.OPENAI_DATASET_MEAN, open_clip.OPENAI_DATASET_STD))
    values = ((pixels.float() / 255 - mean) / std).permute(0, 3, 1, 2)
    for activation in ("quick_gelu", "gelu"):
        generator.manual_seed(6)
        model = make_model(activation == "quick_gelu", generator)
        model = model.half().float()
        with torch.no_grad():
            expected[f"{activation}_images"] = model.encode_image(values)
            expected[f"{activation}_texts"] = model.encode_text(tokens)
    # The weights of both are the same.
    weights = {name: weight.half() for name, weight in model.state_dict().items() if name != "attn_mask"}
    save_file({name: tensor.contiguous() for name, tensor in expected.items()}, f"{output}/expected.safetensors",
              metadata={"texts": json.dumps(TEXTS)})

    everything = parity.texts.make(["band", "striped", "stain", "in", "the", "orange"])
    some = [text for text in everything if "&#894;" in text][:1] + random.Random(7).sample(everything, 399)
    reference = SimpleTokenizer(vocabulary)
    begin, end = reference.sot_token_id, reference.eot_token_id
    rows = [[begin, *reference.encode(text)[:38], end] for text in some]
    json.dump([{"text": text, "tokens": row} for text, row in zip(some, rows)], open(f"{output}/tokens.json", "w"),
              separators=(",", ":"))

    archive = OpenAI(model, dict(input_resolution=32, context_length=20, vocab_size=512 + MERGES + 2)).half()
    with torch.no_grad():
        torch.jit.trace(archive, values.half()).save(f"{output}/ViT.pt")
    # As a training script saves it. One weight lies transposed in its storage.
    state = {f"module.{name}": weight for name, weight in weights.items()}
    state["module.text_projection"] = weights["text_projection"].T.contiguous().T
    torch.save({"epoch": 3, "name": "run", "state_dict": collections.OrderedDict(state),
                "optimizer": {"state": {0: {"step": torch.tensor(3.0), "exp_avg": torch.zeros(4)}}, "lr": 1e-3}},
               f"{output}/training.pt")
    save_file({name: weight.contiguous() for name, weight in weights.items()}, f"{output}/open_clip.safetensors")
    torch.save({"logit_scale": weights["logit_scale"]}, f"{output}/before-1.6.pt", _use_new_zipfile_serialization=False)

    with zipfile.ZipFile(f"{output}/evil.pt", "w") as file:
        file.writestr("evil/data.pkl", pickle.dumps({"state_dict": Evil()}, protocol=2))
    others = {
        "resnet": ["visual.layer1.0.conv1.weight", "visual.attnpool.q_proj.weight", "token_embedding.weight"],
        "siglip": ["logit_bias", "visual.trunk.patch_embed.proj.weight", "text.token_embedding.weight"],
        "timm": ["visual.trunk.patch_embed.proj.weight", "text.token_embedding.weight"],
        "text-only": ["token_embedding.weight", "positional_embedding", "text_projection"],
        "vision-only": ["visual.conv1.weight", "visual.class_embedding"],
        "coca": ["visual.attn_pool.query", "text_decoder.ln_final.weight", "text.token_embedding.weight"],
        "bert": ["embeddings.word_embeddings.weight", "encoder.layer.0.output.dense.weight"],
        "hugging-face": ["text_model.final_layer_norm.weight", "vision_model.post_layernorm.weight"],
    }
    for kind, names in others.items():
        save_file({name: torch.zeros(1) for name in names}, f"{output}/{kind}.safetensors")
    versions = dict(torch=torch.__version__, open_clip=open_clip.__version__)
    json.dump(versions, open(f"{output}/versions.json", "w"), indent=1)
    for file in os.listdir(output):
        os.chmod(f"{output}/{file}", 0o644)


main()
