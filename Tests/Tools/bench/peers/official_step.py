"""Seconds and memory of a training step of CAP's authors' own modules on this machine's CPU, in PyTorch.

usage: official_step.py CHECKOUT [--classes 47] [--iterations 2] [--bf16]

CHECKOUT is a checkout of github.com/Noahwangyuchen/CAP, whose CLIP, MaPLe and adapter modules are imported. The step is that of
its training loop: the main, the unlabeled and the augmented unlabeled images are encoded one batch after another, each with the
class prompts; cross-entropy under a margin of the first and the third; SGD on prompts and adapters. Weights and pixels are random.
"""
import argparse
import importlib.util
import json
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


def models(checkout, classes):
    """The prompted CLIP and the adapters, with what is trained in them."""
    sys.path.insert(0, checkout)
    stand_in("torchvision")
    stand_in("torchvision.transforms", InterpolationMode=types.SimpleNamespace(BICUBIC=3),
             **{name: object for name in ("Compose", "Resize", "CenterCrop", "ToTensor", "Normalize")})
    import packaging.version
    stand_in("pkg_resources", packaging=packaging)
    from custom_clip.model import CLIP

    maple, adapters = module(checkout, "models/maple"), module(checkout, "models/prompts_models")
    # The modules convert to half precision for CUDA wherever they are; on the CPU they compute in float32.
    torch.nn.Linear.half = torch.Tensor.half = lambda self: self
    design = {"trainer": "MaPLe", "vision_depth": 0, "language_depth": 0, "vision_ctx": 0, "language_ctx": 0, "maple_length": 2}
    clip = CLIP(512, 224, 12, 768, 32, 77, 49408, 512, 8, 12, design).float()
    settings = types.SimpleNamespace(N_CTX=2, CTX_INIT="a photo of a", PROMPT_DEPTH=8, BACKBONE="ViT-B/32")
    names = [f"{chr(97 + index % 26)}{chr(97 + index // 26 % 26)} texture" for index in range(classes)]
    model = maple.CustomCLIP(settings, names, clip)
    for name, parameter in model.named_parameters():
        parameter.requires_grad_("prompt_learner" in name)
    return model, adapters.DebiasModule(512, 128, "cpu", torch.float32, None)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("checkout")
    parser.add_argument("--classes", type=int, default=47)
    parser.add_argument("--iterations", type=int, default=2)
    parser.add_argument("--bf16", action="store_true")
    options = parser.parse_args()
    torch.manual_seed(0)
    model, adapters = models(options.checkout, options.classes)
    trained = [p for part in (model, adapters) for p in part.parameters() if p.requires_grad]
    optimizer = torch.optim.SGD(trained, 0.01, 0.9, weight_decay=0.1)
    margin = torch.rand(options.classes, options.classes) * (1 - torch.eye(options.classes))

    def features(pixels):
        text, image = (F.normalize(part, dim=-1) for part in model(pixels))
        return [F.normalize(part, dim=-1) for part in adapters(text, image)]

    def step():
        main, unlabeled, augmented = (torch.randn(BATCH, 3, 224, 224) for _ in range(3))
        labels = torch.randint(options.classes, (BATCH,))
        optimizer.zero_grad()
        with torch.autocast("cpu", dtype=torch.bfloat16, enabled=options.bf16):
            scale = model.logit_scale.exp()
            text, image, _ = features(main)
            logits = scale * image @ text.t()
            text, image, _ = features(unlabeled)
            predicted = scale * image @ text.t()
            text, _, image = features(augmented)
            augmented_logits = scale * image @ text.t()
        confidence, guess = F.softmax(predicted.detach().float(), 1).max(1)
        passed = (confidence > 0).float()
        losses = F.cross_entropy(augmented_logits.float() + margin[guess], guess, reduction="none")
        loss = F.cross_entropy(logits.float() + margin[labels], labels) + (losses * passed).sum() / passed.sum().clamp(min=1)
        loss.backward()
        optimizer.step()

    step()
    start = time.monotonic()
    for _ in range(options.iterations):
        step()
    print(json.dumps({"seconds": (time.monotonic() - start) / options.iterations}))


main()
