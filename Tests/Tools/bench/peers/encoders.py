"""Seconds that transformers or open_clip take to encode images with a ViT-B/32 of random weights, in their default type.

usage: encoders.py transformers|open_clip PHOTOGRAPHS_DIR [--images 480]

The images are prepared outside the time, with the library's own preprocessing, and encoded 32 at a time.
"""
import argparse
import glob
import json
import os
import sys
import time

import torch
from PIL import Image

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "../../parity"))
import torchvision_without_operators  # noqa: F401, E402

BATCH = 32


def with_transformers():
    from transformers import CLIPConfig, CLIPImageProcessorPil, CLIPModel
    model = CLIPModel(CLIPConfig()).eval()
    processor = CLIPImageProcessorPil()
    return (lambda images: processor(images, return_tensors="pt")["pixel_values"],
            lambda pixels: model.get_image_features(pixel_values=pixels), next(model.parameters()).dtype)


def with_open_clip():
    import open_clip
    model, _, preprocess = open_clip.create_model_and_transforms("ViT-B-32-quickgelu", pretrained=None)
    model.eval()
    return (lambda images: torch.stack([preprocess(image) for image in images]), model.encode_image,
            next(model.parameters()).dtype)


@torch.inference_mode()
def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("library", choices=["transformers", "open_clip"])
    parser.add_argument("photographs")
    parser.add_argument("--images", type=int, default=480)
    options = parser.parse_args()
    prepare, encode, dtype = {"transformers": with_transformers, "open_clip": with_open_clip}[options.library]()
    files = sorted(glob.glob(f"{options.photographs}/*.jpg"))[:BATCH]
    pixels = prepare([Image.open(file).convert("RGB") for file in files])
    encode(pixels)
    batches = options.images // BATCH
    start = time.monotonic()
    for _ in range(batches):
        encode(pixels)
    print(json.dumps({"seconds": time.monotonic() - start, "images": batches * BATCH, "dtype": str(dtype).split(".")[-1]}))


main()
