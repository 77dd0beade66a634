"""Writes Tests/ImagesTests/Fixtures: small JPEG and PNG files of every kind, with Pillow's and torchvision's results.

    python3 -m venv venv && venv/bin/pip install pillow==12.0.0 numpy torch torchvision
    venv/bin/python Tests/Tools/make_image_fixtures.py

NAME.rgb beside NAME.jpg or NAME.png holds the rows of Image.open(NAME).convert("RGB"); NAME.upright.rgb those of
ImageOps.exif_transpose; fixtures.json the sizes, the views and crops, and the versions that made them.

Pillow 13 resamples images more than twice as tall as wide vertically first: a fifth of their values change by one
level. Pillow up to 12 and libtorch resample horizontally first, as every published CLIP result did.
"""

import io
import json
import pathlib
import struct
import zlib

import numpy as np
import PIL
import torch
from PIL import Image, ImageOps

# torchvision's C++ operators may be built for another torch; its transforms do not need them, only the schemas.
operators = torch.library.Library("torchvision", "DEF")
operators.define("nms(Tensor dets, Tensor scores, float iou_threshold) -> Tensor")
operators.define("qnms(Tensor dets, Tensor scores, float iou_threshold) -> Tensor")
import torchvision
from torchvision import transforms

FIXTURES = pathlib.Path(__file__).parents[1] / "ImagesTests" / "Fixtures"
random = np.random.default_rng(7)


def picture(height, width, channels=3):
    """A smooth gradient with an edge and some noise, so that every stage of a codec has work."""
    y, x = np.mgrid[0:height, 0:width]
    planes = [
        127 + 90 * np.sin(x / (5 + 2 * c) + c) + 60 * np.cos(y / (4 + c)) + 40 * (x + y > (height + width) / 2)
        for c in range(channels)
    ]
    noisy = np.stack(planes, -1) + random.normal(0, 6, (height, width, channels))
    return np.clip(noisy, 0, 255).astype(np.uint8)


# ---- JPEG

def jpeg(array, mode, **options):
    out = io.BytesIO()
    Image.fromarray(array, mode).save(out, "JPEG", **options)
    return out.getvalue()


def ycck(cmyk, **options):
    """A YCCK file: Pillow writes CMYK planes as they are, so give it transformed ones and say so in the marker."""
    # Pillow inverts what it writes, so transform the inverted inks and invert the result.
    ycc = 255 - np.asarray(Image.fromarray(255 - cmyk[..., :3], "RGB").convert("YCbCr"))
    data = bytearray(jpeg(np.dstack([ycc, cmyk[..., 3]]), "CMYK", **options))
    adobe = data.index(b"Adobe")
    assert data[adobe + 11] == 0
    data[adobe + 11] = 2
    return bytes(data)


def exif(orientation, order):
    entry = struct.pack(order + "HHI", 0x0112, 3, 1) + struct.pack(order + "HH", orientation, 0)
    start = (b"II*\0" if order == "<" else b"MM\0*") + struct.pack(order + "I", 8)
    return start + struct.pack(order + "H", 1) + entry + struct.pack(order + "I", 0)


def jpegs():
    color, gray, inks = picture(37, 45), picture(37, 45, 1)[..., 0], picture(37, 45, 4)
    yield "baseline-420", jpeg(color, "RGB", quality=85)
    yield "baseline-422", jpeg(color, "RGB", quality=85, subsampling=1)
    yield "baseline-444", jpeg(color, "RGB", quality=85, subsampling=0)
    yield "baseline-restart", jpeg(color, "RGB", quality=85, restart_marker_blocks=2)
    yield "progressive", jpeg(color, "RGB", quality=85, progressive=True)
    yield "gray", jpeg(gray, "L", quality=85)
    yield "gray-progressive", jpeg(gray, "L", quality=85, progressive=True)
    yield "rgb", jpeg(color, "RGB", quality=85, keep_rgb=True)
    yield "cmyk", jpeg(inks, "CMYK", quality=85)
    yield "ycck", ycck(inks, quality=85)
    yield "one-pixel", jpeg(picture(1, 1), "RGB", quality=85)
    for orientation in range(1, 9):
        order = "<" if orientation % 2 else ">"
        block = b"Exif\0\0" + exif(orientation, order)
        yield f"exif-{orientation}", jpeg(picture(11, 16), "RGB", quality=85, exif=block)


# ---- PNG, written here because Pillow writes neither interlaced nor 16-bit color files

def chunk(kind, data):
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def rows(samples, depth):
    """Filter-0 scanlines of samples [height, width, channels]."""
    out = b""
    for row in samples.reshape(samples.shape[0], -1):
        if depth == 16:
            out += b"\0" + row.astype(">u2").tobytes()
        else:
            bits = np.unpackbits(row.astype(np.uint8)[:, None], axis=1)[:, 8 - depth :]
            out += b"\0" + np.packbits(bits.reshape(-1)).tobytes()
    return out


ADAM7 = [(0, 0, 8, 8), (0, 4, 8, 8), (4, 0, 8, 4), (0, 2, 4, 4), (2, 0, 4, 2), (0, 1, 2, 2), (1, 0, 2, 1)]


def png(samples, color_type, depth=8, interlaced=False, extra=b""):
    height, width = samples.shape[:2]
    header = struct.pack(">IIBBBBB", width, height, depth, color_type, 0, 0, int(interlaced))
    if interlaced:
        passes = [samples[y::dy, x::dx] for y, x, dy, dx in ADAM7]
        data = b"".join(rows(p, depth) for p in passes if p.size)
    else:
        data = rows(samples, depth)
    parts = [chunk(b"IHDR", header), extra, chunk(b"IDAT", zlib.compress(data, 9)), chunk(b"IEND", b"")]
    return b"\x89PNG\r\n\x1a\n" + b"".join(parts)


def noise(channels, depth):
    return random.integers(0, 2**depth, (13, 19, channels))


def pngs():
    gray, gray_alpha, rgb, rgba, indexed = 0, 4, 2, 6, 3
    for depth in (1, 2, 4, 8, 16):
        yield f"gray{depth}", png(noise(1, depth), gray, depth)
    yield "gray8-transparent", png(noise(1, 8), gray, extra=chunk(b"tRNS", b"\0\x40"))
    yield "gray1-interlaced", png(noise(1, 1), gray, 1, interlaced=True)
    yield "gray-alpha8", png(noise(2, 8), gray_alpha)
    yield "gray-alpha16", png(noise(2, 16), gray_alpha, 16)
    yield "rgb8", png(noise(3, 8), rgb)
    yield "rgb8-interlaced", png(noise(3, 8), rgb, interlaced=True)
    yield "rgb8-transparent", png(noise(3, 8), rgb, extra=chunk(b"tRNS", b"\0\1\0\2\0\3"))
    yield "rgb8-gamma", png(noise(3, 8), rgb, extra=chunk(b"gAMA", struct.pack(">I", 100000)))
    yield "rgb8-exif", png(noise(3, 8), rgb, extra=chunk(b"eXIf", exif(8, ">")))
    yield "rgb16", png(noise(3, 16), rgb, 16)
    yield "rgba8", png(noise(4, 8), rgba)
    yield "rgba8-interlaced", png(noise(4, 8), rgba, interlaced=True)
    yield "rgba16", png(noise(4, 16), rgba, 16)
    for depth in (1, 2, 4, 8):
        colors = chunk(b"PLTE", noise(3, 8).reshape(-1)[: 3 * min(2**depth, 200)].astype(np.uint8).tobytes())
        samples = noise(1, depth) % min(2**depth, 200)
        yield f"palette{depth}", png(samples, indexed, depth, extra=colors)
        if depth == 4:
            clear = chunk(b"tRNS", bytes(range(0, 160, 10)))
            yield "palette4-transparent", png(samples, indexed, depth, extra=colors + clear)
            yield "palette4-interlaced", png(samples, indexed, depth, interlaced=True, extra=colors)


def expected(name, data):
    image = Image.open(io.BytesIO(data))
    if name == "gray16":
        # Pillow clips 16-bit gray to 255. The high byte, which Pillow takes of 16-bit color, is what Images takes.
        high = (np.asarray(image) >> 8).astype(np.uint8)
        return np.repeat(high[..., None], 3, axis=2)
    return np.asarray(image.convert("RGB"))


# ---- Views and crops

def recorded_windows():
    """torchvision's windows with the random numbers that led to them, each as a fraction of its range."""
    fractions = []
    uniform, randint = torch.Tensor.uniform_, torch.randint

    def recording_uniform(self, low, high):
        value = uniform(self, low, high)
        fractions.append((value.double().item() - float(low)) / (float(high) - float(low)))
        return value

    def recording_randint(low, high, size):
        value = randint(low, high, size)
        fractions.append((value.item() + 0.5) / high)
        return value

    torch.Tensor.uniform_, torch.randint = recording_uniform, recording_randint
    try:
        for height, width in [(50, 70), (300, 200), (9, 64), (64, 9), (33, 33)]:
            for seed in range(12):
                torch.manual_seed(seed)
                fractions.clear()
                top, left, h, w = transforms.RandomResizedCrop.get_params(
                    torch.empty(3, height, width), (0.08, 1.0), (3 / 4, 4 / 3)
                )
                window = [top, left, h, w]
                yield {"height": height, "width": width, "fractions": list(fractions), "window": window}
    finally:
        torch.Tensor.uniform_, torch.randint = uniform, randint


def main():
    FIXTURES.mkdir(parents=True, exist_ok=True)
    for old in FIXTURES.glob("*"):
        old.unlink()
    files = []
    for suffix, named in (("jpg", jpegs()), ("png", pngs())):
        for name, data in named:
            (FIXTURES / f"{name}.{suffix}").write_bytes(data)
            pixels = expected(name, data)
            (FIXTURES / f"{name}.rgb").write_bytes(pixels.tobytes())
            height, width = pixels.shape[:2]
            entry = {"file": f"{name}.{suffix}", "pixels": f"{name}.rgb", "height": height, "width": width}
            if "exif" in name:
                upright = np.asarray(ImageOps.exif_transpose(Image.open(io.BytesIO(data))).convert("RGB"))
                (FIXTURES / f"{name}.upright.rgb").write_bytes(upright.tobytes())
                height, width = upright.shape[:2]
                entry["upright"] = {"pixels": f"{name}.upright.rgb", "height": height, "width": width}
            files.append(entry)

    views = []
    sizes = {"wide": (67, 120), "tall": (121, 60), "small": (19, 24), "exact": (40, 33)}
    for name, (height, width) in sizes.items():
        data = io.BytesIO()
        image = Image.fromarray(picture(height, width))
        image.save(data, "PNG")
        (FIXTURES / f"view-{name}.png").write_bytes(data.getvalue())
        for size in (32, 33):
            view = transforms.Compose([
                transforms.Resize(size, transforms.InterpolationMode.BICUBIC), transforms.CenterCrop(size),
            ])(image)
            pixels = f"view-{name}-{size}.rgb"
            (FIXTURES / pixels).write_bytes(np.asarray(view).tobytes())
            views.append({"file": f"view-{name}.png", "size": size, "pixels": pixels})

    windows = list(recorded_windows())
    crops = []
    wide = Image.open(FIXTURES / "view-wide.png")
    for index, (top, left, height, width) in enumerate([(0, 0, 67, 67), (11, 30, 41, 38), (50, 100, 9, 11)]):
        box = (left, top, left + width, top + height)
        crop = ImageOps.mirror(wide.crop(box).resize((32, 32), Image.Resampling.BICUBIC))
        pixels = f"crop-{index}.rgb"
        (FIXTURES / pixels).write_bytes(np.asarray(crop).tobytes())
        crops.append({"file": "view-wide.png", "window": [top, left, height, width], "size": 32, "pixels": pixels})

    recorded = {
        "versions": {"pillow": PIL.__version__, "torch": torch.__version__, "torchvision": torchvision.__version__},
        "files": files, "views": views, "windows": windows, "crops": crops,
    }
    (FIXTURES / "fixtures.json").write_text(json.dumps(recorded, indent=1) + "\n")


main()
