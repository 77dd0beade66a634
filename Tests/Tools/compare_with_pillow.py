"""Decodes every image below folders with cap-decode and with Pillow, and says where the two differ.

    python3 -m venv venv && venv/bin/pip install pillow==12.0.0 pillow-heif h5py numpy
    venv/bin/python Tests/Tools/compare_with_pillow.py .build/release/cap-decode ~/Pillow/Tests/images ~/libwebp-test-data …

Prints a line for each file that is not the same to the byte, and a table by format. Options of cap-decode go after `--`; with
`--orientation upright` Pillow's side is ImageOps.exif_transpose, with `--damaged keep` ImageFile.LOAD_TRUNCATED_IMAGES is set.
"""

import collections
import os
import pathlib
import signal
import subprocess
import sys
import tempfile
import warnings

import h5py
import numpy as np
import pillow_heif
from PIL import Image, ImageFile, ImageOps

pillow_heif.register_heif_opener()
warnings.simplefilter("ignore")
Image.MAX_IMAGE_PIXELS = 178_956_970 // 2  # Pillow refuses twice as many


def theirs(path, upright):
    # Pillow opens more formats than these.
    image = Image.open(path, formats=["JPEG", "PNG", "WEBP", "TIFF", "GIF", "BMP", "HEIF", "AVIF"])
    format = {"MPO": "JPEG", "HEIF": "HEIC"}.get(image.format, image.format)
    mode = image.mode
    if upright:
        image = ImageOps.exif_transpose(image)
    return format, mode, np.asarray(image.convert("RGB"))


def give_up(*_):
    raise TimeoutError("Pillow takes more than 30 s")


def main():
    signal.signal(signal.SIGALRM, give_up)
    arguments = sys.argv[1:]
    options = arguments[arguments.index("--") + 1 :] if "--" in arguments else []
    decode, *folders = arguments[: arguments.index("--")] if "--" in arguments else arguments
    upright = "upright" in options
    ImageFile.LOAD_TRUNCATED_IMAGES = "keep" in options
    files = sorted(p for folder in folders for p in pathlib.Path(folder).resolve().rglob("*") if p.is_file())
    with tempfile.TemporaryDirectory() as work:
        work = pathlib.Path(work)
        (work / "all").mkdir()
        for number, path in enumerate(files):
            os.symlink(path, work / "all" / f"{number:06}{path.suffix}")
        (work / "classes.txt").write_text("one\ntwo\n")
        subprocess.run(
            [decode, str(work / "all"), "--layout", "unlabeled", "--classes", str(work / "classes.txt"), "--native",
             "-o", str(work / "images.h5")] + (options or ["--orientation", "as-is"]), check=True)
        with h5py.File(work / "images.h5") as file:
            pixels, offsets = file["images/pixels"], file["images/offset"][:]
            heights, widths = file["images/height"][:], file["images/width"][:]
            ours = {int(name[:6]): index for index, name in enumerate(file["images/name"].asstr()[:])}
            reasons = {int(n[:6]): r for n, r in zip(file["skipped/name"].asstr()[:], file["skipped/reason"].asstr()[:])}
            table = collections.defaultdict(collections.Counter)
            for number, path in enumerate(files):
                name = "/".join(path.parts[-2:])
                signal.alarm(30)
                try:
                    format, mode, expected = theirs(path, upright)
                except Exception as error:
                    if number in ours:
                        table["(Pillow refuses)"]["only here"] += 1
                        print(f"only here      {name}: Pillow says {type(error).__name__}: {str(error)[:80]}")
                    else:
                        table["(Pillow refuses)"]["neither"] += 1
                    continue
                finally:
                    signal.alarm(0)
                if number not in ours:
                    kind = "refused" if number in reasons else "not listed"
                    table[format][kind] += 1
                    print(f"only in Pillow {name} ({format} {mode}): {reasons.get(number, 'not an image by its first bytes')}")
                    continue
                index = ours[number]
                got = pixels[offsets[index] : offsets[index + 1]].reshape(heights[index], widths[index], 3)
                if got.shape != expected.shape:
                    table[format]["other size"] += 1
                    print(f"other size     {name} ({format} {mode}): {got.shape} and {expected.shape}")
                    continue
                difference = np.abs(got.astype(int) - expected.astype(int))
                worst = int(difference.max())
                table[format]["same" if worst == 0 else "within 1" if worst == 1 else "other pixels"] += 1
                if worst > 0:
                    part = (difference > 0).mean() * 100
                    print(f"other pixels   {name} ({format} {mode}): by up to {worst}, {part:.2f} % of the values")
    columns = ["same", "within 1", "other pixels", "other size", "refused", "not listed", "only here", "neither"]
    print(f"\n{len(files)} files\n| format | " + " | ".join(columns) + " |\n|---|" + "---|" * len(columns))
    for format in sorted(table):
        print(f"| {format} | " + " | ".join(str(table[format][c] or "") for c in columns) + " |")


main()
