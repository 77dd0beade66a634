"""Images a second that transformers encodes with a CLIP of random weights on a GPU: a JSON line per type.

usage: encoders.py vit-b-32|vit-l-14 [--batch 256] [--images 4096] [--types default,bf16-autocast] [--device cuda]

The pixels are on the GPU already, so that nothing but the encoder is measured. The default is float32 without TF32.
"""
import argparse
import contextlib
import json
import time

import torch
from transformers import CLIPVisionConfig, CLIPVisionModelWithProjection

SHAPES = {
    "vit-b-32": {},
    "vit-l-14": dict(hidden_size=1024, intermediate_size=4096, num_hidden_layers=24, num_attention_heads=16, patch_size=14,
                     projection_dim=768),
}


@torch.inference_mode()
def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("shape", choices=list(SHAPES))
    parser.add_argument("--batch", type=int, default=256)
    parser.add_argument("--images", type=int, default=4096)
    parser.add_argument("--types", default="default,bf16-autocast")
    parser.add_argument("--device", default="cuda")
    options = parser.parse_args()
    on_gpu = options.device.startswith("cuda")
    model = CLIPVisionModelWithProjection(CLIPVisionConfig(**SHAPES[options.shape])).eval().to(options.device)
    pixels = torch.randn(options.batch, 3, 224, 224, device=options.device)

    def wait():
        if on_gpu:
            torch.cuda.synchronize()

    for name in options.types.split(","):
        autocast = (torch.autocast(options.device.split(":")[0], dtype=torch.bfloat16) if name == "bf16-autocast"
                    else contextlib.nullcontext())
        with autocast:
            for _ in range(3):
                model(pixel_values=pixels)
            wait()
            if on_gpu:
                torch.cuda.reset_peak_memory_stats()
            start = time.monotonic()
            for _ in range(max(1, options.images // options.batch)):
                model(pixel_values=pixels).image_embeds.float().cpu()
            wait()
        seconds = time.monotonic() - start
        print(json.dumps({
            "shape": options.shape, "type": name, "batch": options.batch, "attention": model.config._attn_implementation,
            "rate": max(1, options.images // options.batch) * options.batch / seconds,
            "peak": torch.cuda.max_memory_allocated() if on_gpu else 0}), flush=True)


main()
