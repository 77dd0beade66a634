"""CAP's authors' own modules and an iteration of their training loop: what is measured of them on CPUs (bench/peers/official_step.py)
and on GPUs (gpu/peers/official_step.py).

A checkout of github.com/Noahwangyuchen/CAP is imported from. The main, the unlabeled and the augmented unlabeled images are encoded
one batch after another, each with the class prompts; cross-entropy under a margin of the first and the third; SGD on prompts and
adapters. Weights and pixels are random.
"""
import contextlib
import importlib.util
import sys
import types

import packaging.version
import torch
import torch.nn.functional as F

BATCH = 32
# The modules convert to half precision for CUDA wherever they are.
LINEAR_HALF, TENSOR_HALF = torch.nn.Linear.half, torch.Tensor.half


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


def prepare(checkout):
    """Lets the repository's modules be imported."""
    sys.path.insert(0, checkout)
    stand_in("torchvision")
    stand_in("torchvision.transforms", InterpolationMode=types.SimpleNamespace(BICUBIC=3),
             **{name: object for name in ("Compose", "Resize", "CenterCrop", "ToTensor", "Normalize")})
    stand_in("pkg_resources", packaging=packaging)
    stand_in("ftfy", fix_text=lambda text: text)


def models(checkout, classes, device, half):
    """The prompted CLIP and the adapters, in half precision or in float32, and an optimizer of what is trained in either."""
    from custom_clip import model as clip_model
    maple, adapters = module(checkout, "models/maple"), module(checkout, "models/prompts_models")
    design = {"trainer": "MaPLe", "vision_depth": 0, "language_depth": 0, "vision_ctx": 0, "language_ctx": 0, "maple_length": 2}
    clip = clip_model.CLIP(512, 224, 12, 768, 32, 77, 49408, 512, 8, 12, design)
    if half:
        torch.nn.Linear.half, torch.Tensor.half = LINEAR_HALF, TENSOR_HALF
        clip_model.convert_weights(clip)
    else:
        clip.float()
        torch.nn.Linear.half = torch.Tensor.half = lambda self: self
    settings = types.SimpleNamespace(N_CTX=2, CTX_INIT="a photo of a", PROMPT_DEPTH=8, BACKBONE="ViT-B/32")
    names = [f"{chr(97 + index % 26)}{chr(97 + index // 26 % 26)} texture" for index in range(classes)]
    with contextlib.redirect_stdout(sys.stderr):
        model = maple.CustomCLIP(settings, names, clip).to(device)
    for name, parameter in model.named_parameters():
        parameter.requires_grad_("prompt_learner" in name)
    adapters = adapters.DebiasModule(512, 128, device, torch.float16 if half else torch.float32, None).to(device)
    optimizers = [
        torch.optim.SGD([p for p in part.parameters() if p.requires_grad], 0.01, 0.9, weight_decay=0.1)
        for part in (model, adapters)]
    return model, adapters, optimizers


def margin(classes, device):
    return torch.rand(classes, classes, device=device) * (1 - torch.eye(classes, device=device))


def step(model, adapters, optimizers, images, margin, autocast):
    """An iteration on `images`, the main, the unlabeled and the augmented batch; returns the loss."""
    def features(pixels):
        text, image = (part / part.norm(dim=-1, keepdim=True) for part in model(pixels))
        return [part / part.norm(dim=-1, keepdim=True) for part in adapters(text, image)]

    main, unlabeled, augmented = images
    labels = torch.randint(len(margin), (BATCH,)).to(margin.device)
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
