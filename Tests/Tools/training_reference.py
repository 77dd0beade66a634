"""What the training fixtures have in common: SplitMix64's random numbers, the images, and CLIP's transformers.

Written from the papers' formulas, sharing no code with the Swift sources. Needs torch and safetensors.
"""
import json
import math

import safetensors.torch
import torch
import torch.nn.functional as F

CLASSES = ["banded", "dotted", "woven", "cracked"]
SIZE = 32
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
    """An endless stream over a list, shuffled anew in every pass."""

    def __init__(self, count, number, seed):
        self.count, self.number, self.seed, self.passes, self.position = count, number, seed, 0, 0
        self.order = self.shuffled()

    def shuffled(self):
        return SplitMix(self.seed, self.number << 32 | self.passes).permutation(self.count)

    def next(self, size):
        batch = []
        while len(batch) < size:
            if self.position == self.count:
                self.passes, self.position = self.passes + 1, 0
                self.order = self.shuffled()
            batch.append(self.order[self.position])
            self.position += 1
        return batch

    def next_of_pass(self, size):
        return self.next(min(size, self.count - self.position % self.count))

    def end_pass(self):
        self.position = self.count if self.position else 0


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


class CLIP:
    """The weights of a checkpoint and the blocks they are used in."""

    def __init__(self, checkpoint):
        self.config = json.load(open(f"{checkpoint}/config.json"))
        self.weights = safetensors.torch.load_file(f"{checkpoint}/model.safetensors")
        self.scale = self.weights["logit_scale"].exp()
        self.text, self.vision = self.config["text_config"], self.config["vision_config"]

    def norm(self, x, name):
        return F.layer_norm(x, x.shape[-1:], self.weights[f"{name}.weight"], self.weights[f"{name}.bias"], 1e-5)

    def linear(self, x, name):
        return x @ self.weights[f"{name}.weight"].t() + self.weights[f"{name}.bias"]

    def block(self, x, name, heads, causal):
        batch, tokens, width = x.shape
        h = self.norm(x, f"{name}.layer_norm1")
        q, k, v = (
            self.linear(h, f"{name}.self_attn.{p}_proj").reshape(batch, tokens, heads, -1).transpose(1, 2) for p in "qkv")
        scores = q @ k.transpose(2, 3) / math.sqrt(width // heads)
        if causal:
            scores = scores + torch.full((tokens, tokens), -math.inf).triu(1)
        mixed = (scores.softmax(-1) @ v).transpose(1, 2).reshape(batch, tokens, width)
        x = x + self.linear(mixed, f"{name}.self_attn.out_proj")
        h = self.linear(self.norm(x, f"{name}.layer_norm2"), f"{name}.mlp.fc1")
        return x + self.linear(h * torch.sigmoid(1.702 * h), f"{name}.mlp.fc2")

    def padded(self, texts):
        """Token lists and where they end."""
        length = self.text["max_position_embeddings"]
        return torch.tensor([i + [i[-1]] * (length - len(i)) for i in texts]), [len(i) - 1 for i in texts]

    def text_features(self, ids, ends, context=None, deep=()):
        """Normalised features of texts; `context` replaces the tokens from position 1 on, `deep` the hidden states."""
        x = self.weights["text_model.embeddings.token_embedding.weight"][ids]
        if context is not None:
            x = torch.cat([x[:, :1], context.expand(len(ids), -1, -1), x[:, 1 + len(context):]], 1)
        x = x + self.weights["text_model.embeddings.position_embedding.weight"]
        for i in range(self.text["num_hidden_layers"]):
            if 1 <= i <= len(deep):
                x = torch.cat([x[:, :1], deep[i - 1].expand(len(ids), -1, -1), x[:, 1 + len(context):]], 1)
            x = self.block(x, f"text_model.encoder.layers.{i}", self.text["num_attention_heads"], True)
        x = self.norm(x, "text_model.final_layer_norm")[torch.arange(len(ids)), ends]
        return F.normalize(x @ self.weights["text_projection.weight"].t(), dim=-1)

    def image_features(self, images, context=None, deep=(), prefix=False):
        """Normalised features of images; `context` stands behind the patches, or between class token and patches."""
        mean = torch.tensor([0.48145466, 0.4578275, 0.40821073])
        std = torch.tensor([0.26862954, 0.26130258, 0.27577711])
        x = ((torch.stack(images) / 255 - mean) / std).permute(0, 3, 1, 2)
        patches = self.weights["vision_model.embeddings.patch_embedding.weight"]
        x = F.conv2d(x, patches, stride=self.vision["patch_size"]).flatten(2).transpose(1, 2)
        count = len(images)
        x = torch.cat([self.weights["vision_model.embeddings.class_embedding"].expand(count, 1, -1), x], 1)
        x = x + self.weights["vision_model.embeddings.position_embedding.weight"]
        if context is not None:
            tokens = context.expand(count, -1, -1)
            x = torch.cat([x[:, :1], tokens, x[:, 1:]] if prefix else [x, tokens], 1)
        x = self.norm(x, "vision_model.pre_layrnorm")
        for i in range(self.vision["num_hidden_layers"]):
            if 1 <= i <= len(deep):
                x = torch.cat([x[:, :-len(context)], deep[i - 1].expand(count, -1, -1)], 1)
            x = self.block(x, f"vision_model.encoder.layers.{i}", self.vision["num_attention_heads"], False)
        x = self.norm(x[:, 0], "vision_model.post_layernorm")
        return F.normalize(x @ self.weights["visual_projection.weight"].t(), dim=-1)
