"""The rate of a GPU's matrix products, in FLOP/s, as PyTorch asks for them: a JSON line per type.

usage: products.py [--device cuda] [--size 8192]

Square ones of that size, and of ViT-L/14's feed-forward part with 512 images, there and back. Numbers are random: zeros are faster.
"""
import argparse
import json
import statistics
import time

import torch

TYPES = {"bf16": torch.bfloat16, "fp16": torch.float16, "tf32": torch.float32, "fp32": torch.float32}


def rate(pairs, wait):
    def once():
        for a, b in pairs:
            a @ b

    for _ in range(3):
        once()
    wait()
    times = []
    for _ in range(5):
        start = time.monotonic()
        for _ in range(4):
            once()
        wait()
        times.append((time.monotonic() - start) / 4)
    return sum(2 * a.shape[0] * a.shape[1] * b.shape[1] for a, b in pairs) / statistics.median(times)


@torch.inference_mode()
def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--device", default="cuda")
    parser.add_argument("--size", type=int, default=8192)
    options = parser.parse_args()
    wait = torch.cuda.synchronize if options.device.startswith("cuda") else lambda: None
    for name, dtype in TYPES.items():
        torch.backends.cuda.matmul.allow_tf32 = name == "tf32"

        def random(rows, columns):
            return torch.rand(rows, columns, device=options.device).sub_(0.5).to(dtype)

        size = options.size
        rows, width = 512 * 257 * size // 8192, 1024 * size // 8192
        square = rate([(random(size, size), random(size, size))], wait)
        feed_forward = rate([(random(rows, width), random(width, 4 * width)), (random(rows, 4 * width), random(4 * width, width))], wait)
        print(json.dumps({"type": name, "square": square, "feed_forward": feed_forward}), flush=True)


main()
