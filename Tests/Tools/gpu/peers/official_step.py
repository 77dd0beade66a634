"""Seconds and GPU memory of a training step of CAP's authors' own modules on a GPU, in PyTorch: a JSON line per precision.

usage: official_step.py CHECKOUT [--classes 47] [--precisions fp16,fp32,bf16] [--device cuda] [--iterations 20]

bench/authors.py says what a step is. fp16 is what the authors' configuration says and their own loader does: weights in half
precision, no autocast. fp32 is their other setting (PREC: fp32), on the GPU's plain float32 as PyTorch has it by default; bf16 is
that under autocast.
"""
import argparse
import json
import os
import sys
import time

import torch

# In the bundle bench/ lies beside peers/, in the repository one level up.
tools = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..")
sys.path[:0] = [os.path.join(tools, "bench"), os.path.join(tools, "..", "bench")]
import authors


def measure(options, precision):
    device = torch.device(options.device)
    on_gpu = device.type == "cuda"
    torch.manual_seed(0)
    parts = authors.models(options.checkout, options.classes, device, half=precision == "fp16")
    margin = authors.margin(options.classes, device)
    shape = (authors.BATCH, 3, 224, 224)
    batches = [[torch.randn(shape).pin_memory() if on_gpu else torch.randn(shape) for _ in range(3)] for _ in range(4)]
    autocast = torch.autocast(device.type, dtype=torch.bfloat16, enabled=precision == "bf16")

    def step(index):
        images = [x.to(device, non_blocking=True) for x in batches[index % len(batches)]]
        return authors.step(*parts, images, margin, autocast)

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
    parser = argparse.ArgumentParser()
    parser.add_argument("checkout")
    parser.add_argument("--classes", type=int, default=47)
    parser.add_argument("--precisions", default="fp16,fp32,bf16")
    parser.add_argument("--device", default="cuda")
    parser.add_argument("--iterations", type=int, default=20)
    options = parser.parse_args()
    authors.prepare(options.checkout)
    for precision in options.precisions.split(","):
        try:
            print(json.dumps(measure(options, precision)), flush=True)
        except Exception as error:
            print(json.dumps({"classes": options.classes, "precision": precision, "error": f"{type(error).__name__}: {error}"}),
                  flush=True)
        if torch.cuda.is_available():
            torch.cuda.empty_cache()


main()
