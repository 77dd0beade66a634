"""Features against transformers and open_clip, for the shapes of the published CLIPs."""
import os
import shutil

import open_clip
import torch
import transformers
from open_clip.tokenizer import SimpleTokenizer

TEXTS = ["a photo of a banded texture", "caf\u00e9", "stripes",
         "a text that is much longer than what the model takes, and so is cut somewhere " * 6]
SHAPES = {
    "ViT-B/32": dict(patch=32, width=768, layers=12, text_width=512, dimension=512, form="safetensors"),
    "ViT-B/16": dict(patch=16, width=768, layers=12, text_width=512, dimension=512, form="pytorch_model.bin"),
    "ViT-L/14": dict(patch=14, width=1024, layers=24, text_width=768, dimension=768, form="sharded safetensors"),
}


def randomise(model, generator):
    """Layer norms and biases, which both libraries begin with ones and zeros, get values that show in the features."""
    with torch.no_grad():
        for name, weight in model.named_parameters():
            noise = torch.randn(weight.shape, generator=generator)
            if name.endswith("logit_scale"):
                weight.fill_(4.6)
            elif name.endswith("bias"):
                weight.add_(noise * 0.05)
            elif weight.ndim == 1 and name.endswith("weight"):
                weight.add_(noise * 0.1)
    return model.eval()


def values(views):
    mean, std = torch.tensor(open_clip.OPENAI_DATASET_MEAN), torch.tensor(open_clip.OPENAI_DATASET_STD)
    return ((views.float() / 255 - mean) / std).permute(0, 3, 1, 2)


def relative_error(found, expected):
    found, expected = found.double(), expected.double()
    return ((found - expected).norm(dim=-1) / expected.norm(dim=-1)).max().item()


def cosine(found, expected):
    return torch.nn.functional.cosine_similarity(found.double(), expected.double()).min().item()


def rows(name, library, probe, checkpoint, views, expected, *options):
    """One row a precision: name, library, cases, worst relative error, worst cosine."""
    for precision in ("fp32", "bf16"):
        found = probe.features(checkpoint, views, TEXTS, *options, *(["--bf16"] if precision == "bf16" else []))
        assert abs(found["logit_scale"].item() - 99.4843) < 1e-2
        for part, reference in expected.items():
            yield (name, precision, part, library, len(reference), relative_error(found[part], reference),
                   cosine(found[part], reference))


def with_transformers(name, shape, probe, views, tokenizer):
    generator = torch.Generator().manual_seed(1)
    torch.manual_seed(1)
    config = transformers.CLIPConfig(
        text_config=dict(hidden_size=shape["text_width"], intermediate_size=4 * shape["text_width"],
                         num_attention_heads=shape["text_width"] // 64, num_hidden_layers=12, projection_dim=shape["dimension"]),
        vision_config=dict(hidden_size=shape["width"], intermediate_size=4 * shape["width"], patch_size=shape["patch"],
                           num_attention_heads=shape["width"] // 64, num_hidden_layers=shape["layers"],
                           projection_dim=shape["dimension"]),
        projection_dim=shape["dimension"])
    model = randomise(transformers.CLIPModel(config), generator)
    folder = probe.path("checkpoint")
    shutil.rmtree(folder, ignore_errors=True)
    model.save_pretrained(folder, max_shard_size="700MB" if shape["form"].startswith("sharded") else "50GB")
    if shape["form"].endswith(".bin"):
        os.remove(f"{folder}/model.safetensors")
        torch.save(model.state_dict(), f"{folder}/pytorch_model.bin")
    for file in ("vocab.json", "merges.txt"):
        shutil.copy(f"{tokenizer}/{file}", folder)
    reference = transformers.CLIPTokenizer.from_pretrained(folder)
    tokens = reference(TEXTS, padding="max_length", truncation=True, max_length=77, return_tensors="pt")["input_ids"]
    with torch.no_grad():
        expected = {"images": model.get_image_features(values(views)).pooler_output,
                    "texts": model.get_text_features(tokens).pooler_output}
    assert os.path.exists(f"{folder}/model.safetensors.index.json") == shape["form"].startswith("sharded")
    yield from rows(f"{name}, {shape['form']}", f"transformers {transformers.__version__}", probe, folder, views, expected)
    shutil.rmtree(folder)


def with_open_clip(name, shape, probe, views, vocabulary, trace):
    torch.manual_seed(2)
    generator = torch.Generator().manual_seed(2)
    model = open_clip.CLIP(
        embed_dim=shape["dimension"], quick_gelu=True,
        vision_cfg=dict(image_size=224, layers=shape["layers"], width=shape["width"], patch_size=shape["patch"]),
        text_cfg=dict(width=shape["text_width"], heads=shape["text_width"] // 64, layers=12))
    randomise(model, generator)
    with torch.no_grad():
        expected = {"images": model.encode_image(values(views)), "texts": model.encode_text(SimpleTokenizer(vocabulary)(TEXTS, 77))}
    file = probe.path("weights.pt")
    options = ["--tokenizer", vocabulary]
    if trace:
        # What OpenAI published: a TorchScript archive that can be run by itself.
        torch.jit.trace_module(model, {"encode_image": values(views[:1])}).save(file)
        form = "TorchScript"
    else:
        torch.save(model.state_dict(), file)
        form = "state dict"
    options += ["--activation", "quick_gelu"]
    yield from rows(f"{name}, {form}", f"open_clip {open_clip.__version__}", probe, file, views, expected, *options)
    os.remove(file)


def whole_way(probe, ours, theirs, tokenizer):
    """The smallest cosine between features of our views by CAP and of theirs by transformers."""
    torch.manual_seed(3)
    model = randomise(transformers.CLIPModel(transformers.CLIPConfig()), torch.Generator().manual_seed(3))
    folder = probe.path("checkpoint")
    model.save_pretrained(folder)
    for file in ("vocab.json", "merges.txt"):
        shutil.copy(f"{tokenizer}/{file}", folder)
    found = probe.features(folder, ours, TEXTS)["images"]
    with torch.no_grad():
        expected = torch.cat([model.get_image_features(values(part)).pooler_output for part in theirs.split(16)])
    shutil.rmtree(folder)
    return cosine(found, expected), len(ours)
