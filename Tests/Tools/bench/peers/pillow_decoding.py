"""Seconds that Pillow takes to open, convert, resize (bicubic, shorter side 224) and crop photographs; nothing is written.

usage: pillow_decoding.py PHOTOGRAPHS_DIR [--processes 1] [--times 4]
"""
import argparse
import glob
import json
import multiprocessing
import statistics
import time

import PIL
from PIL import Image

SIZE = 224


def view(path):
    image = Image.open(path).convert("RGB")
    width, height = image.size
    scale = SIZE / min(width, height)
    image = image.resize((max(SIZE, int(width * scale)), max(SIZE, int(height * scale))), Image.Resampling.BICUBIC)
    left, top = (image.width - SIZE) // 2, (image.height - SIZE) // 2
    return len(image.crop((left, top, left + SIZE, top + SIZE)).tobytes())


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("photographs")
    parser.add_argument("--processes", type=int, default=1)
    parser.add_argument("--times", type=int, default=4)
    options = parser.parse_args()
    files = sorted(glob.glob(f"{options.photographs}/*.jpg")) * options.times
    seconds = []
    with multiprocessing.Pool(options.processes) as pool:
        for _ in range(3):
            start = time.monotonic()
            for _ in pool.imap_unordered(view, files, chunksize=8):
                pass
            seconds.append(time.monotonic() - start)
    print(json.dumps({"seconds": statistics.median(seconds), "images": len(files), "version": PIL.__version__}))


if __name__ == "__main__":
    main()
