"""Seconds and memory of a training step of CAP's authors' own modules on this machine's CPU, in PyTorch.

usage: official_step.py CHECKOUT [--classes 47] [--iterations 2] [--bf16]

CHECKOUT is a checkout of github.com/Noahwangyuchen/CAP; ../authors.py says what a step is. It is in float32, or in bfloat16 by
autocast.
"""
import argparse
import json
import os
import sys
import time

import torch

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), ".."))
import authors


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("checkout")
    parser.add_argument("--classes", type=int, default=47)
    parser.add_argument("--iterations", type=int, default=2)
    parser.add_argument("--bf16", action="store_true")
    options = parser.parse_args()
    authors.prepare(options.checkout)
    torch.manual_seed(0)
    parts = authors.models(options.checkout, options.classes, "cpu", half=False)
    margin = authors.margin(options.classes, "cpu")

    def step():
        images = [torch.randn(authors.BATCH, 3, 224, 224) for _ in range(3)]
        authors.step(*parts, images, margin, torch.autocast("cpu", dtype=torch.bfloat16, enabled=options.bf16))

    step()
    start = time.monotonic()
    for _ in range(options.iterations):
        step()
    print(json.dumps({"seconds": (time.monotonic() - start) / options.iterations}))


main()
