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

import safetensors.torch
import torch
import torch.nn.functional as F
import transformers

checkpoint, output = sys.argv[1:3]
torch.set_num_threads(1)

CLASSES = ["banded", "dotted", "woven", "cracked"]
IMAGES, UNLABELED, SIZE = 40, 24, 32
EPOCHS, BATCH, K, TAU, MARGIN, GROWTH, LR, SEED = 20, 8, 3, 0.6, 12.0, 0.8, 0.02, 7
MASK = (1 << 64) - 1


class SplitMix:
    GAMMA = 0x9E3779B97F4A7C15

    def __init__(self, seed, stream=0):
        self.counter = self.mix((self.mix((seed + self.GAMMA) & MASK) + stream * self.GAMMA) & MASK)

    @staticmethod
    def mix(z):
        z = ((z ^ (z >> 30)) * 0xBF58476D1CE4E5B9) & MASK
        z = ((z ^ (z >> 27)) * 0x94D049BB133111EB) & MASK
        return z ^ (z >> 31)

    def next(self):
        self.counter = (self.counter + self.GAMMA) & MASK
        return self.mix(self.counter)

    def uniform(self):
        return (self.next() >> 11) * 2.0**-53

    def normal(self):
        radius = math.sqrt(-2 * math.log(1 - self.uniform()))
        return radius * math.cos(2 * math.pi * self.uniform())

    def below(self, bound):
        while True:
            product = self.next() * bound
            if product & MASK >= (1 << 64) % bound:
                return product >> 64

    def permutation(self, count):
        order = list(range(count))
        for last in range(count - 1, 0, -1):
            other = self.below(last + 1)
            order[last], order[other] = order[other], order[last]
        return order


class Stream:
    def __init__(self, count, number):
        self.count, self.number, self.passes, self.position = count, number, 0, 0
        self.order = self.shuffled()

    def shuffled(self):
        return SplitMix(SEED, self.number << 32 | self.passes).permutation(self.count)

    def next(self, size):
        batch = []
        while len(batch) < size:
            if self.position == self.count:
                self.passes, self.position = self.passes + 1, 0
                self.order = self.shuffled()
            batch.append(self.order[self.position])
            self.position += 1
        return batch


def drawn(shape, draw):
    return torch.tensor([draw() for _ in range(math.prod(shape))], dtype=torch.float32).reshape(shape)


def uniform(generator, shape, inputs):
    bound = 1 / math.sqrt(inputs)
    return drawn(shape, lambda: (generator.uniform() * 2 - 1) * bound)


# --- images: a pattern per class, so that there is something to learn

def image(index):
    kind = index % len(CLASSES)
    y, x, c = torch.meshgrid(torch.arange(SIZE), torch.arange(SIZE), torch.arange(3), indexing="ij")
    return ((kind * 53 + c * 29 * (kind + 1) + (index * 31 + y * 17 * (kind + 1) + x * 13) % 97) % 256).to(torch.uint8)


def augmented(index, step):
    return image(index).flip(1).roll(step % 8, 1)


# --- CLIP with MaPLe prompts

config = json.load(open(f"{checkpoint}/config.json"))
weights = safetensors.torch.load_file(f"{checkpoint}/model.safetensors")
tokenizer = transformers.CLIPTokenizer.from_pretrained(checkpoint)
scale = weights["logit_scale"].exp()
mean = torch.tensor([0.48145466, 0.4578275, 0.40821073])
std = torch.tensor([0.26862954, 0.26130258, 0.27577711])


def norm(x, name):
    return F.layer_norm(x, x.shape[-1:], weights[f"{name}.weight"], weights[f"{name}.bias"], 1e-5)


def linear(x, name):
    return x @ weights[f"{name}.weight"].t() + weights[f"{name}.bias"]


def block(x, name, heads, causal):
    batch, tokens, width = x.shape
    h = norm(x, f"{name}.layer_norm1")
    q, k, v = (linear(h, f"{name}.self_attn.{p}_proj").reshape(batch, tokens, heads, -1).transpose(1, 2) for p in "qkv")
    scores = q @ k.transpose(2, 3) / math.sqrt(width // heads)
    if causal:
        scores = scores + torch.full((tokens, tokens), -math.inf).triu(1)
    mixed = (scores.softmax(-1) @ v).transpose(1, 2).reshape(batch, tokens, width)
    x = x + linear(mixed, f"{name}.self_attn.out_proj")
    h = linear(norm(x, f"{name}.layer_norm2"), f"{name}.mlp.fc1")
    return x + linear(h * torch.sigmoid(1.702 * h), f"{name}.mlp.fc2")


text_config, vision_config = config["text_config"], config["vision_config"]
layers = min(text_config["num_hidden_layers"], vision_config["num_hidden_layers"])
text_width, vision_width = text_config["hidden_size"], vision_config["hidden_size"]
depth = min(8, layers)

generator = SplitMix(SEED, 1 << 60)
embedding = weights["text_model.embeddings.token_embedding.weight"]
words = tokenizer("a photo of a")["input_ids"][1:3]
deep_text = drawn([depth - 1, 2, text_width], lambda: generator.normal() * 0.02)
shallow = uniform(generator, [vision_width, text_width], text_width), uniform(generator, [vision_width], text_width)
deep = uniform(generator, [vision_width, text_width], text_width), uniform(generator, [vision_width], text_width)
context = embedding[words].clone()
projection_weight = torch.stack([shallow[0]] + [deep[0]] * (depth - 1))
projection_bias = torch.stack([shallow[1]] + [deep[1]] * (depth - 1))

generator = SplitMix(SEED, 2 << 60)
dim, hidden = config["projection_dim"], 128
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

ids = [tokenizer(f"a photo of a {name}.")["input_ids"] for name in CLASSES]
ends = [len(i) - 1 for i in ids]
padded = torch.tensor([i + [i[-1]] * (text_config["max_position_embeddings"] - len(i)) for i in ids])


def text_features():
    x = embedding[padded]
    x = torch.cat([x[:, :1], context.expand(len(CLASSES), -1, -1), x[:, 3:]], 1)
    x = x + weights["text_model.embeddings.position_embedding.weight"]
    for i in range(text_config["num_hidden_layers"]):
        if 1 <= i < depth:
            x = torch.cat([x[:, :1], deep_text[i - 1].expand(len(CLASSES), -1, -1), x[:, 3:]], 1)
        x = block(x, f"text_model.encoder.layers.{i}", text_config["num_attention_heads"], True)
    x = norm(x, "text_model.final_layer_norm")[torch.arange(len(CLASSES)), ends]
    return F.normalize(x @ weights["text_projection.weight"].t(), dim=-1)


def image_features(images):
    x = ((torch.stack(images) / 255 - mean) / std).permute(0, 3, 1, 2)
    x = F.conv2d(x, weights["vision_model.embeddings.patch_embedding.weight"], stride=vision_config["patch_size"])
    x = x.flatten(2).transpose(1, 2)
    count = len(images)
    x = torch.cat([weights["vision_model.embeddings.class_embedding"].expand(count, 1, -1), x], 1)
    x = x + weights["vision_model.embeddings.position_embedding.weight"]
    x = torch.cat([x, (context @ projection_weight[0].t() + projection_bias[0]).expand(count, -1, -1)], 1)
    x = norm(x, "vision_model.pre_layrnorm")
    for i in range(vision_config["num_hidden_layers"]):
        if 1 <= i < depth:
            prompt = deep_text[i - 1] @ projection_weight[i].t() + projection_bias[i]
            x = torch.cat([x[:, :-2], prompt.expand(count, -1, -1)], 1)
        x = block(x, f"vision_model.encoder.layers.{i}", vision_config["num_attention_heads"], False)
    return F.normalize(norm(x[:, 0], "vision_model.post_layernorm") @ weights["visual_projection.weight"].t(), dim=-1)


def adapt(x, adapter):
    w1, b1, w2, b2 = adapter
    return F.normalize(x + 0.01 * (F.relu(x @ w1.t() + b1) @ w2.t() + b2), dim=-1)


# --- training

labeled = list(range(UNLABELED, 32))
lists = [[(i, c) for i in range(UNLABELED) if (i % 4 if c < 3 else (i + 1) % 4) == c][:K] for c in range(4)]
counts, renewals = None, 0
streams = {"unlabeled": Stream(UNLABELED, 1), "labeled": Stream(len(labeled), 2), "pseudo": Stream(4 * K, 16)}
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
        streams["pseudo"] = Stream(sum(map(len, lists)), 16 + renewals)

with torch.no_grad():
    final = {"text": text_features().flatten().tolist(),
             "image": image_features([image(i) for i in range(4)]).flatten().tolist()}
json.dump({
    "made_by": f"torch {torch.__version__}, transformers {transformers.__version__}, Python {platform.python_version()}",
    "steps": steps, "lists": [[i for i, _ in pairs] for pairs in lists], "final": final}, open(output, "w"))
for step in steps:
    print(step)
