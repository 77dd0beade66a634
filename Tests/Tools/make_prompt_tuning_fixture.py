"""Makes Tests/CAPTests/Fixtures/prompt_tuning.json: twenty epochs of CoOp + FPL and of VPT + CPL in SSL, with PyTorch.

usage: make_prompt_tuning_fixture.py CHECKPOINT OUTPUT.json
       (normally Tests/CLIPTests/Fixtures/quick_gelu and Tests/CAPTests/Fixtures/prompt_tuning.json)

FPL learns in two batches an epoch from a mix of pseudolabeled and labeled images; CPL in two rounds of ten epochs, whose
second picks candidate labels with the model of the first. Written from the papers' formulas. Needs torch, safetensors,
numpy (for the hold-out's draw) and transformers (for the tokenizer).
"""
import json
import math
import platform
import sys

import numpy
import torch
import torch.nn.functional as F
import transformers

from candidate_reference import candidate_sets, matched
from training_reference import CLASSES, CLIP, SplitMix, Stream, drawn, image

checkpoint, output = sys.argv[1:3]
torch.set_num_threads(1)
UNLABELED, LABELED, SEED = 24, list(range(24, 32)), 7
# Labeled batches of eight: every second one is short.
LABELED_APART = list(range(24, 36))
clip = CLIP(checkpoint)
tokenizer = transformers.CLIPTokenizer.from_pretrained(checkpoint)


def rate(peak, warmup, total, epoch):
    if epoch < warmup:
        return peak * epoch / warmup
    return peak * 0.5 * (1 + math.cos(math.pi * (epoch - warmup) / (total - warmup)))


def texts(template):
    return clip.padded([tokenizer(template.format(name))["input_ids"] for name in CLASSES])


def shuffled(count, epoch):
    return SplitMix(SEED, (3 << 60) + epoch).permutation(count)


def batches(order, size, drop_last):
    all_batches = [order[i:i + size] for i in range(0, len(order), size)]
    return [b for b in all_batches if len(b) == size] if drop_last and len(all_batches) > 1 else all_batches


# --- CoOp + FPL: three pseudolabels per class (so none is held out), four fifths of the labeled images

def coop_fpl():
    g = SplitMix(SEED, 1 << 60)
    context = drawn([16, clip.text["hidden_size"]], lambda: g.normal() * 0.02).requires_grad_(True)
    optimizer = torch.optim.SGD([context], lr=0.1, momentum=0.9, weight_decay=0.1)
    ids, ends = texts(" ".join("X" * 16) + " {}")
    with torch.no_grad():
        features = clip.image_features([image(i) for i in range(40)])
    pseudo = [(i, c) for c in range(4) for i in
              [i for i in range(UNLABELED) if (i % 4 if c < 3 else (i + 1) % 4) == c][:3]]
    numpy.random.seed(0)
    kept = numpy.random.choice(range(len(LABELED)), int(0.8 * len(LABELED)), replace=False)
    labeled = [(LABELED[i], LABELED[i] % 4) for i in kept]
    examples = [(*p, True) for p in pseudo] + [(*l, False) for l in labeled]
    gamma = len(pseudo) / len(labeled)
    losses = []
    for epoch in range(20):
        optimizer.param_groups[0]["lr"] = rate(0.002, 5, 20, epoch)
        sums = [0.0, 0.0]
        chunks = batches(shuffled(len(examples), epoch), 9, False)
        for chunk in chunks:
            optimizer.zero_grad()
            logits = clip.scale * features @ clip.text_features(ids, ends, context).t()
            total = 0
            for part, is_pseudo in enumerate([True, False]):
                rows = [examples[i] for i in chunk if examples[i][2] == is_pseudo]
                if rows:
                    loss = F.cross_entropy(logits[[r[0] for r in rows]], torch.tensor([r[1] for r in rows]))
                    loss = loss if is_pseudo else gamma * loss
                    sums[part] += loss.item() / len(chunks)
                    total = total + loss
            total.backward()
            optimizer.step()
        losses.append(sums)
    return {"losses": losses, "context": context.detach().flatten().tolist()}


# --- VPT + CPL

def vpt_cpl():
    g = SplitMix(SEED, 1 << 60)
    width = clip.vision["hidden_size"]
    initial = drawn([16, width], lambda: g.normal() * (1 / math.sqrt(width)))
    context = initial.clone().requires_grad_(True)
    with torch.no_grad():
        text = clip.text_features(*texts("a photo of a {}"))
        zero_shot = clip.scale * clip.image_features([image(i) for i in range(UNLABELED)]) @ text.t()

    def logits(images):
        return clip.scale * clip.image_features([image(i) for i in images], context, prefix=True) @ text.t()

    labeled_stream = Stream(len(LABELED_APART), 2, SEED)
    scores, fills = zero_shot, [0] * 4
    losses, selections = [], []
    for number in (1, 2):
        p = scores.softmax(1)
        labeled_stream.end_pass()
        k = number * (UNLABELED // 2) // 4
        sets = candidate_sets(p, 0.6, 0.5)
        pools = matched(p, sets, [min(f + k - max(fills), k) for f in fills])
        fills = [len(pool) for pool in pools]
        selected = sorted(i for pool in pools for i in pool)
        selections.append({"images": selected, "fills": fills, "sets": [sets[i] for i in selected]})
        labels = torch.zeros(len(selected), 4)
        for row, i in enumerate(selected):
            for c in sets[i]:
                labels[row, c] = p[i, c] / p[i, sets[i]].sum() if number == 1 else 1
        with torch.no_grad():
            context.copy_(initial)
        optimizer = torch.optim.SGD([context], lr=0.1, momentum=0.9, weight_decay=0.05)
        for epoch in range(10):
            optimizer.param_groups[0]["lr"] = rate(0.02, 2, 10, epoch)
            chunks = batches(shuffled(len(selected), (number - 1) * 10 + epoch), 4, True)
            sums = [0.0, 0.0]
            for chunk in chunks:
                optimizer.zero_grad()
                size = min(max(4 * len(LABELED_APART) // len(selected), 8), 256)
                known = [LABELED_APART[i] for i in labeled_stream.next_of_pass(size)]
                q = logits([selected[i] for i in chunk]).softmax(1)
                loss_pl = -(q * labels[chunk]).sum(1).log().mean()
                loss_l = F.cross_entropy(logits(known), torch.tensor([i % 4 for i in known]))
                (loss_pl + loss_l).backward()
                torch.nn.utils.clip_grad_norm_([context], 0.8)
                optimizer.step()
                sums = [sums[0] + loss_pl.item() / len(chunks), sums[1] + loss_l.item() / len(chunks)]
            losses.append(sums)
        with torch.no_grad():
            scores = logits(range(UNLABELED))
    return {"losses": losses, "selections": selections, "context": context.detach().flatten().tolist()}


result = {
    "made_by": f"torch {torch.__version__}, numpy {numpy.__version__}, transformers {transformers.__version__}, "
    f"Python {platform.python_version()}",
    "coop_fpl": coop_fpl(), "vpt_cpl": vpt_cpl()}
json.dump(result, open(output, "w"))
for name in ("coop_fpl", "vpt_cpl"):
    print(name, *(["%.4f %.4f" % tuple(l) for l in result[name]["losses"]]), sep="\n")
print(result["vpt_cpl"]["selections"])
