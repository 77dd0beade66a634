"""Seconds and GPU memory of a training step of CAP's authors' own modules on a GPU, in PyTorch: a JSON line per precision.

usage: official_step.py CHECKOUT [--classes 47] [--precisions fp16,fp32,bf16] [--device cuda] [--iterations 20]

As Tests/Tools/bench/peers/official_step.py, with what a GPU changes. fp16 is what the authors' configuration says and their own
loader does: weights in half precision, no autocast. fp32 is their other setting (PREC: fp32), on the GPU's plain float32 as PyTorch
has it by default; bf16 is that under autocast.
"""
import argparse
import contextlib
import importlib.util
import json
import os
import sys
import time
import types

import torch
import torch.nn.functional as F

BATCH = 32


def stand_in(name, **attributes):
    """A module in the place of one that the repository imports and this step does not use."""
    module = sys.modules.setdefault(name, types.ModuleType(name))
    for attribute, value in attributes.items():
        setattr(module, attribute, value)


def module(checkout, path):
    name = path.replace("/", ".")
    specification = importlib.util.spec_from_file_location(name, f"{checkout}/{path}.py")
    loaded = importlib.util.module_from_spec(specification)
    specification.loader.exec_module(loaded)
    return loaded


def models(checkout, classes, precision, device):
    """The prompted CLIP and the adapters, with what is trained in them."""
    from custom_clip import model as clip_model
    maple, adapters = module(checkout, "models/maple"), module(checkout, "models/prompts_models")
    half = precision == "fp16"
    design = {"trainer": "MaPLe", "vision_depth": 0, "language_depth": 0, "vision_ctx": 0, "language_ctx": 0, "maple_length": 2}
    clip = clip_model.CLIP(512, 224, 12, 768, 32, 77, 49408, 512, 8, 12, design)
    if half:
        torch.nn.Linear.half, torch.Tensor.half = LINEAR_HALF, TENSOR_HALF
        clip_model.convert_weights(clip)
    else:
        # Their modules say half() wherever CUDA is; in their float32 setting that is undone.
        clip.float()
        torch.nn.Linear.half = torch.Tensor.half = lambda self: self
    settings = types.SimpleNamespace(N_CTX=2, CTX_INIT="a photo of a", PROMPT_DEPTH=8, BACKBONE="ViT-B/32")
    names = [f"{chr(97 + index % 26)}{chr(97 + index // 26 % 26)} texture" for index in range(classes)]
    with contextlib.redirect_stdout(sys.stderr):
        model = maple.CustomCLIP(settings, names, clip).to(device)
    for name, parameter in model.named_parameters():
        parameter.requires_grad_("prompt_learner" in name)
    dtype = torch.float16 if half else torch.float32
    return model, adapters.DebiasModule(512, 128, device, dtype, None).to(device)


def measure(options, precision):
    device = torch.device(options.device)
    on_gpu = device.type == "cuda"
    torch.manual_seed(0)
    model, adapters = models(options.checkout, options.classes, precision, device)
    optimizers = [
        torch.optim.SGD([p for p in part.parameters() if p.requires_grad], 0.01, 0.9, weight_decay=0.1)
        for part in (model, adapters)]
    margin = torch.rand(options.classes, options.classes, device=device) * (1 - torch.eye(options.classes, device=device))
    batches = [[torch.randn(BATCH, 3, 224, 224).pin_memory() if on_gpu else torch.randn(BATCH, 3, 224, 224) for _ in range(3)]
               for _ in range(4)]
    autocast = torch.autocast(device.type, dtype=torch.bfloat16, enabled=precision == "bf16")

    def features(pixels):
        text, image = (part / part.norm(dim=-1, keepdim=True) for part in model(pixels))
        return [part / part.norm(dim=-1, keepdim=True) for part in adapters(text, image)]

    def step(index):
        main, unlabeled, augmented = (x.to(device, non_blocking=True) for x in batches[index % len(batches)])
        labels = torch.randint(options.classes, (BATCH,)).to(device)
        for optimizer in optimizers:
            optimizer.zero_grad()
        with autocast:
            scale = model.logit_scale.exp()
            text, image, _ = features(main)
            logits = scale * image @ text.t()
            text, image, _ = features(unlabeled)
            predicted = scale * image @ text.t()
            text, _, image = features(augmented)
            augmented_logits = scale * image @ text.t()
        confidence, guess = F.softmax(predicted.detach(), 1).max(1)
        passed = (confidence > 0).float()
        losses = F.cross_entropy(augmented_logits + margin[guess], guess, reduction="none")
        loss = F.cross_entropy(logits + margin[labels], labels) + (losses * passed).sum() / passed.sum().clamp(min=1)
        loss.backward()
        for optimizer in optimizers:
            optimizer.step()
        return loss

    def wait():
        if on_gpu:
            torch.cuda.synchronize()

    for index in range(3):
        step(index)
    wait()
    if on_gpu:
        torch.cuda.reset_peak_memory_stats()
    times = []
    for _ in range(3):
        start = time.monotonic()
        for index in range(options.iterations):
            loss = step(index)
        wait()
        times.append((time.monotonic() - start) / options.iterations)
    return {
        "classes": options.classes, "precision": precision, "seconds": sorted(times)[1], "loss": loss.item(),
        "peak": torch.cuda.max_memory_allocated() if on_gpu else 0}


def main():
    global LINEAR_HALF, TENSOR_HALF
    parser = argparse.ArgumentParser()
    parser.add_argument("checkout")
    parser.add_argument("--classes", type=int, default=47)
    parser.add_argument("--precisions", default="fp16,fp32,bf16")
    parser.add_argument("--device", default="cuda")
    parser.add_argument("--iterations", type=int, default=20)
    options = parser.parse_args()
    LINEAR_HALF, TENSOR_HALF = torch.nn.Linear.half, torch.Tensor.half
    sys.path.insert(0, options.checkout)
    stand_in("torchvision")
    stand_in("torchvision.transforms", InterpolationMode=types.SimpleNamespace(BICUBIC=3),
             **{name: object for name in ("Compose", "Resize", "CenterCrop", "ToTensor", "Normalize")})
    import packaging.version
    stand_in("pkg_resources", packaging=packaging)
    stand_in("ftfy", fix_text=lambda text: text)
    for precision in options.precisions.split(","):
        try:
            print(json.dumps(measure(options, precision)), flush=True)
        except Exception as error:
            print(json.dumps({"classes": options.classes, "precision": precision, "error": f"{type(error).__name__}: {error}"}),
                  flush=True)
        if torch.cuda.is_available():
            torch.cuda.empty_cache()


main()
