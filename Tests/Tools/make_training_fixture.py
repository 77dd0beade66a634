"""Makes Tests/CAPTests/Fixtures/training.json: twenty steps of CAP's training, computed with PyTorch alone.

usage: make_training_fixture.py CHECKPOINT OUTPUT.json
       (normally Tests/CLIPTests/Fixtures/quick_gelu and Tests/CAPTests/Fixtures/training.json)

A second statement of the training loop, of MaPLe and of CLIP's transformers, written from the papers' formulas and
sharing no code with the Swift one. Random numbers are SplitMix64's, so that both start from the same values and visit
the same samples. Needs torch, safetensors and transformers (for the tokenizer).
"""
import json
import math
import platform
import sys

import torch
import torch.nn.functional as F
import transformers

from training_reference import CLASSES, CLIP, SplitMix, Stream, augmented, drawn, image, uniform

checkpoint, output = sys.argv[1:3]
torch.set_num_threads(1)

UNLABELED = 24
EPOCHS, BATCH, K, TAU, MARGIN, GROWTH, LR, SEED = 20, 8, 3, 0.6, 12.0, 0.8, 0.02, 7

# --- MaPLe prompts and adapters

clip = CLIP(checkpoint)
tokenizer = transformers.CLIPTokenizer.from_pretrained(checkpoint)
scale = clip.scale
layers = min(clip.text["num_hidden_layers"], clip.vision["num_hidden_layers"])
text_width, vision_width = clip.text["hidden_size"], clip.vision["hidden_size"]
depth = min(8, layers)

generator = SplitMix(SEED, 1 << 60)
embedding = clip.weights["text_model.embeddings.token_embedding.weight"]
words = tokenizer("a photo of a")["input_ids"][1:3]
deep_text = drawn([depth - 1, 2, text_width], lambda: generator.normal() * 0.02)
shallow = uniform(generator, [vision_width, text_width], text_width), uniform(generator, [vision_width], text_width)
deep = uniform(generator, [vision_width, text_width], text_width), uniform(generator, [vision_width], text_width)
context = embedding[words].clone()
projection_weight = torch.stack([shallow[0]] + [deep[0]] * (depth - 1))
projection_bias = torch.stack([shallow[1]] + [deep[1]] * (depth - 1))

generator = SplitMix(SEED, 2 << 60)
dim, hidden = clip.config["projection_dim"], 128
adapters = []
for _ in range(3):
    adapters.append([
        uniform(generator, [hidden, dim], dim), uniform(generator, [hidden], dim),
        uniform(generator, [dim, hidden], hidden), uniform(generator, [dim], hidden)])
text_adapter, main_adapter, pseudo_adapter = adapters

parameters = [context, deep_text, projection_weight, projection_bias, *text_adapter, *main_adapter, *pseudo_adapter]
for parameter in parameters:
    parameter.requires_grad_(True)
optimizer = torch.optim.SGD(parameters, lr=LR, momentum=0.9, weight_decay=0.1)

ids, ends = clip.padded([tokenizer(f"a photo of a {name}.")["input_ids"] for name in CLASSES])


def text_features():
    return clip.text_features(ids, ends, context, deep_text)


def image_features(images):
    prompts = [
        c @ w.t() + b for c, w, b in zip([context, *deep_text], projection_weight, projection_bias)]
    return clip.image_features(images, prompts[0], prompts[1:])


def adapt(x, adapter):
    w1, b1, w2, b2 = adapter
    return F.normalize(x + 0.01 * (F.relu(x @ w1.t() + b1) @ w2.t() + b2), dim=-1)


# --- training

labeled = list(range(UNLABELED, 32))
lists = [[(i, c) for i in range(UNLABELED) if (i % 4 if c < 3 else (i + 1) % 4) == c][:K] for c in range(4)]
counts, renewals = None, 0
streams = {"unlabeled": Stream(UNLABELED, 1, SEED), "labeled": Stream(len(labeled), 2, SEED), "pseudo": Stream(4 * K, 16, SEED)}
steps = []

for epoch in range(EPOCHS):
    margin = torch.zeros(4, 4)
    scales = torch.zeros(4)
    if counts is not None and max(counts) > 0:
        with torch.no_grad():
            w = text_features()
            v = torch.stack([
                adapt(image_features([image(i) for i, _ in pairs]), main_adapter).sum(0) if pairs else w[c]
                for c, pairs in enumerate(lists)])
            v = F.normalize(v, dim=-1)
            s = torch.maximum(v @ v.t(), w @ w.t())
            low, high = s.min(1, keepdim=True).values, s.max(1, keepdim=True).values
            s = low + (s - low) / (high - low) * (1 - low)
            r = torch.tensor(counts) / max(counts)
            scales = MARGIN * scale / 100 * (r.max() - r.min()) * (1 - r) / (1 + r)
            margin = scales[:, None] * s * (1 - torch.eye(4))

    rate = 0.0 if epoch == 0 else LR * 0.5 * (1 + math.cos(math.pi * (epoch - 1) / (EPOCHS - 1)))
    optimizer.param_groups[0]["lr"] = rate
    examples = [pair for pairs in lists for pair in pairs]
    pl = [examples[i] for i in streams["pseudo"].next(BATCH)]
    ul = streams["unlabeled"].next(BATCH)
    dl = [labeled[i] for i in streams["labeled"].next(BATCH)]

    optimizer.zero_grad()
    text = adapt(text_features(), text_adapter)
    with torch.no_grad():
        probabilities = (scale * adapt(image_features([image(i) for i in ul]), main_adapter) @ text.t()).softmax(1)
        confidence, predicted = probabilities.max(1)
    passed = [(i, int(y), float(p)) for i, y, p in zip(ul, predicted, confidence) if p > TAU]

    def loss(images, labels, adapter):
        logits = scale * adapt(image_features(images), adapter) @ text.t()
        return F.cross_entropy(logits + margin[labels], torch.tensor(labels))

    loss_pl = loss([image(i) for i, _ in pl], [y for _, y in pl], main_adapter)
    loss_l = loss([image(i) for i in dl], [i % 4 for i in dl], main_adapter)
    total = loss_pl + loss_l
    loss_ul = None
    if passed:
        loss_ul = loss([augmented(i, epoch) for i, _, _ in passed], [y for _, y, _ in passed], pseudo_adapter)
        total = total + loss_ul
    total.backward()
    optimizer.step()
    counts = [sum(y == c for _, y, _ in passed) for c in range(4)]
    steps.append({
        "loss_pseudolabeled": loss_pl.item(), "loss_labeled": loss_l.item(),
        "loss_unlabeled": loss_ul.item() if passed else 0.0, "confident": counts, "margin_scale": scales.tolist(),
        "closest_to_threshold": float((confidence - TAU).abs().min())})

    if epoch % 5 == 0:
        ceiling = min(1000, math.floor(UNLABELED // 4 * GROWTH))
        capacity = K + int((ceiling - K) * min(1, epoch / (0.7 * EPOCHS)))
        listed = {i for pairs in lists for i, _ in pairs}
        taken = set()
        for c in range(4):
            news = sorted(((p, i) for i, y, p in passed if y == c and i not in listed), reverse=True)
            fresh = [i for _, i in news if not (i in taken or taken.add(i))]
            lists[c] = ([(i, c) for i in fresh] + lists[c])[:capacity]
        renewals += 1
        streams["pseudo"] = Stream(sum(map(len, lists)), 16 + renewals, SEED)

with torch.no_grad():
    final = {"text": text_features().flatten().tolist(),
             "image": image_features([image(i) for i in range(4)]).flatten().tolist()}
json.dump({
    "made_by": f"torch {torch.__version__}, transformers {transformers.__version__}, Python {platform.python_version()}",
    "steps": steps, "lists": [[i for i, _ in pairs] for pairs in lists], "final": final}, open(output, "w"))
for step in steps:
    print(step)
