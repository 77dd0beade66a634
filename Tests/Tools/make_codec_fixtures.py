"""Writes Tests/ImagesTests/Fixtures/codecs: small files of every format and property that is read, with Pillow's pixels.

    python3 -m venv venv && venv/bin/pip install pillow==12.0.0 pillow-heif==1.8.1 numpy
    venv/bin/python Tests/Tools/make_codec_fixtures.py

codecs.json lists the files: the format, what each is an example of, and what it is to be decoded to, by the choices of reading
(`orientation`, `gray16`, `damaged`): `as-is` is Image.open(NAME).convert("RGB"), `upright` ImageOps.exif_transpose, `keep` with
ImageFile.LOAD_TRUNCATED_IMAGES. HEIC is what pillow-heif makes of it. What Pillow clips to white (16-bit gray, numbers of no fixed
scale) is computed here by the rule of docs/images.md.
"""

import binascii
import io
import json
import pathlib
import struct
import zlib

import numpy as np
import PIL
import pillow_heif
from PIL import Image, ImageFile, ImageOps, features

FIXTURES = pathlib.Path(__file__).parents[1] / "ImagesTests" / "Fixtures" / "codecs"
random = np.random.default_rng(11)
pillow_heif.register_heif_opener()
files = []


def picture(height, width, channels=3):
    """A smooth gradient with an edge and some noise, so that every stage of a codec has work."""
    y, x = np.mgrid[0:height, 0:width]
    planes = [
        127 + 90 * np.sin(x / (5 + 2 * c) + c) + 60 * np.cos(y / (4 + c)) + 40 * (x + y > (height + width) / 2)
        for c in range(channels)
    ]
    noisy = np.stack(planes, -1) + random.normal(0, 6, (height, width, channels))
    return np.clip(noisy, 0, 255).astype(np.uint8)


def image(mode="RGB", height=13, width=19):
    if mode == "1":
        return Image.fromarray(picture(height, width, 1)[..., 0]).point(lambda v: 255 * (v > 120)).convert("1")
    if mode == "P":
        return Image.fromarray(picture(height, width)).quantize(37)
    channels = {"L": 1, "LA": 2, "RGB": 3, "RGBA": 4, "CMYK": 4}[mode]
    array = picture(height, width, channels)
    return Image.fromarray(array[..., 0] if channels == 1 else array, mode)


def saved(picture, format, **options):
    out = io.BytesIO()
    picture.save(out, format, **options)
    return out.getvalue()


def pillows(data, upright=False, keep=False):
    ImageFile.LOAD_TRUNCATED_IMAGES = keep
    opened = Image.open(io.BytesIO(data))
    if upright:
        opened = ImageOps.exif_transpose(opened)
    pixels = np.asarray(opened.convert("RGB"))
    ImageFile.LOAD_TRUNCATED_IMAGES = False
    return pixels


def add(name, codec, properties, data, expected=None, distance=None):
    """`expected` is a list of (choices, pixels); Pillow's as they lie and upright where it is left out. `distance` is how many
    levels another version of the library may be off."""
    (FIXTURES / name).write_bytes(data)
    if expected is None:
        expected = [({}, pillows(data))]
        upright = pillows(data, upright=True)
        if upright.shape != expected[0][1].shape or (upright != expected[0][1]).any():
            expected.append(({"orientation": "upright"}, upright))
    entries = []
    for number, (choices, pixels) in enumerate(expected):
        assert pixels.dtype == np.uint8 and pixels.ndim == 3 and pixels.shape[2] == 3
        file = f"{name}.{number}.rgb"
        (FIXTURES / file).write_bytes(pixels.tobytes())
        entries.append({"choices": choices, "pixels": file, "height": pixels.shape[0], "width": pixels.shape[1]})
    files.append({"file": name, "codec": codec, "properties": properties, "expected": entries})
    if distance is not None:
        files[-1]["distance"] = distance


def exif(orientation, order="<"):
    entry = struct.pack(order + "HHIHH", 0x0112, 3, 1, orientation, 0)
    start = (b"II*\0" if order == "<" else b"MM\0*") + struct.pack(order + "I", 8)
    return start + struct.pack(order + "H", 1) + entry + struct.pack(order + "I", 0)


def xmp(orientation, element=False):
    inner = f"<tiff:Orientation>{orientation}</tiff:Orientation>" if element else ""
    attribute = "" if element else f' tiff:Orientation="{orientation}"'
    return (
        '<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">'
        f'<rdf:Description xmlns:tiff="http://ns.adobe.com/tiff/1.0/"{attribute}>{inner}</rdf:Description></rdf:RDF></x:xmpmeta>'
    ).encode()


# ---- JPEG

def segments(data):
    parts, start = [data[:2]], 2
    while data[start + 1] != 0xDA:
        length = struct.unpack(">H", data[start + 2 : start + 4])[0]
        parts.append(data[start : start + 2 + length])
        start += 2 + length
    return parts + [data[start:]]


def jpegs():
    plain = saved(image(), "JPEG", quality=80)
    packet = b"http://ns.adobe.com/xap/1.0/\0" + xmp(6)
    add("xmp.jpg", "JPEG", ["orientation from XMP"],
        plain[:2] + b"\xff\xe1" + struct.pack(">H", len(packet) + 2) + packet + plain[2:])
    out = io.BytesIO()
    image().save(out, "MPO", save_all=True, append_images=[image()], quality=80)
    add("two.mpo", "JPEG", ["first of several pictures"], out.getvalue())
    add("frame.jpg", "JPEG", ["Huffman tables left out"],
        b"".join(s for s in segments(saved(image(), "JPEG", quality=80)) if not s.startswith(b"\xff\xc4")))
    for name, options, mode in [("cut", {}, "RGB"), ("cut-progressive", {"progressive": True}, "RGB"), ("cut-gray", {}, "L"),
                                ("cut-cmyk", {}, "CMYK")]:
        data = saved(image(mode, 37, 45), "JPEG", quality=85, **options)
        data = data[: len(data) * 3 // 4]
        # libjpeg-turbo smooths blocks whose scans are not there; the versions 2.1 and 3.1 come out one level apart.
        add(f"{name}.jpg", "JPEG", ["damaged, kept"], data, [({"damaged": "keep"}, pillows(data, keep=True))],
            distance=1 if name == "cut-progressive" else None)


# ---- PNG

def chunk(kind, data):
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def after_header(png, *chunks):
    return png[:33] + b"".join(chunks) + png[33:]


def raw_profile(kind, data):
    digits = binascii.hexlify(data).decode()
    lines = "\n".join(digits[i : i + 72] for i in range(0, len(digits), 72))
    return f"\n{kind}\n{len(data):8d}\n{lines}\n".encode()


def deep_png(samples, color_type, interlaced=False):
    """16 bits a sample, [height, width, channels]."""
    height, width = samples.shape[:2]
    adam7 = [(0, 0, 8, 8), (0, 4, 8, 8), (4, 0, 8, 4), (0, 2, 4, 4), (2, 0, 4, 2), (0, 1, 2, 2), (1, 0, 2, 1)]
    passes = [samples[y::dy, x::dx] for y, x, dy, dx in adam7] if interlaced else [samples]
    rows = b"".join(b"\0" + row.astype(">u2").tobytes() for p in passes if p.size for row in p.reshape(p.shape[0], -1))
    header = struct.pack(">IIBBBBB", width, height, 16, color_type, 0, 0, int(interlaced))
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(rows, 9)) + chunk(b"IEND", b"")


def stretched(samples):
    low, high = int(samples.min()), int(samples.max())
    return ((samples.astype(np.int64) - low) * 255 / (high - low) + 0.5).astype(np.uint8)


def rgb(samples):
    return np.repeat(samples, 3, axis=2) if samples.shape[2] == 1 else samples[..., :3]


def pngs():
    plain = saved(image(), "PNG")
    text = raw_profile("exif", b"Exif\0\0" + exif(6))
    add("raw-profile.png", "PNG", ["orientation from Raw profile type exif"],
        after_header(plain, chunk(b"tEXt", b"Raw profile type exif\0" + text)))
    compressed = after_header(plain, chunk(b"zTXt", b"Raw profile type APP1\0\0" + zlib.compress(raw_profile("generic", b"Exif\0\0" + exif(8)))))
    # Pillow knows the other name only.
    add("raw-profile-app1.png", "PNG", ["orientation from Raw profile type APP1"], compressed,
        [({}, pillows(compressed)), ({"orientation": "upright"}, np.rot90(pillows(compressed)))])
    add("xmp.png", "PNG", ["orientation from XMP"],
        after_header(plain, chunk(b"iTXt", b"XML:com.adobe.xmp\0\0\0\0\0" + xmp(5))))
    add("xmp-compressed.png", "PNG", ["orientation from XMP"],
        after_header(plain, chunk(b"iTXt", b"XML:com.adobe.xmp\0\1\0\0\0" + zlib.compress(xmp(3, element=True)))))
    add("exif.png", "PNG", ["orientation from eXIf"], saved(image(), "PNG", exif=exif(7)))
    frames = saved(image(), "PNG", save_all=True, append_images=[image(), image()])
    add("three.apng", "PNG", ["first of several pictures"], frames)
    for name, channels, color_type, interlaced in [("gray", 1, 0, False), ("rgb", 3, 2, False), ("rgb-interlaced", 3, 2, True)]:
        samples = random.integers(100, 4000, (13, 19, channels))
        add(f"deep-{name}.png", "PNG", ["16 bits"], deep_png(samples, color_type, interlaced),
            [({}, rgb((samples >> 8).astype(np.uint8))), ({"gray16": "stretch"}, rgb(stretched(samples)))])
    for name, mode in [("cut", "RGB"), ("cut-palette", "P"), ("cut-gray", "L")]:
        data = saved(image(mode, 60, 61), "PNG")
        data = data[: len(data) * 3 // 5]
        add(f"{name}.png", "PNG", ["damaged, kept"], data, [({"damaged": "keep"}, pillows(data, keep=True))])


# ---- WebP, GIF, HEIC, AVIF

def webps():
    for name, mode, options in [
        ("lossy", "RGB", {"quality": 80}), ("lossless", "RGB", {"lossless": True}), ("lossy-alpha", "RGBA", {"quality": 80}),
        ("lossless-alpha", "RGBA", {"lossless": True, "exact": True}), ("gray", "L", {"quality": 70}),
    ]:
        properties = ["alpha"] if mode == "RGBA" else ["gray"] if mode == "L" else ["color"]
        add(f"{name}.webp", "WebP", properties, saved(image(mode), "WEBP", **options))
    add("one-pixel.webp", "WebP", ["color"], saved(image(height=1, width=1), "WEBP"))
    frames = [image("RGBA", 20, 24), image("RGBA", 20, 24)]
    add("animation.webp", "WebP", ["first of several pictures"], saved(frames[0], "WEBP", save_all=True, append_images=frames[1:]))
    add("exif.webp", "WebP", ["orientation from EXIF"], saved(image(), "WEBP", exif=b"Exif\0\0" + exif(6, ">")))
    add("xmp.webp", "WebP", ["orientation from XMP"], saved(image(), "WEBP", xmp=xmp(8)))


def gifs():
    palette = image("P", 21, 30)
    add("palette.gif", "GIF", ["palette"], saved(palette, "GIF", interlace=0))
    add("interlaced.gif", "GIF", ["palette"], saved(palette, "GIF", interlace=1))
    add("gray.gif", "GIF", ["gray"], saved(image("L"), "GIF"))
    add("transparent.gif", "GIF", ["alpha"], saved(palette, "GIF", transparency=3))
    add("animation.gif", "GIF", ["first of several pictures"], saved(palette, "GIF", save_all=True, append_images=[image("P", 21, 30)]))
    # The first frame on a larger screen, and beyond the screen.
    for name, transparency in [("offset", {}), ("offset-transparent", {"transparency": 2})]:
        data = bytearray(saved(palette, "GIF", **transparency))
        start = data.index(b",\0\0\0\0" + struct.pack("<HH", 30, 21))
        data[6:10] = struct.pack("<HH", 40, 33)
        data[start + 1 : start + 5] = struct.pack("<HH", 7, 5)
        add(f"{name}.gif", "GIF", ["palette"], bytes(data))
        data[6:10] = struct.pack("<HH", 4, 3)
        add(f"{name}-beyond.gif", "GIF", ["palette"], bytes(data))
    data = bytearray(saved(palette, "GIF", interlace=0))
    assert data[10] & 0x87 == 0x85
    # A palette of 8 of its 64 colors, and indices beyond it.
    add("few-colors.gif", "GIF", ["palette"], bytes(data[:10]) + bytes([data[10] & 0xF8 | 2]) + bytes(data[11:13 + 24]) + bytes(data[13 + 192:]))
    data = saved(image("P", 60, 61), "GIF", interlace=0)
    data = data[: len(data) * 3 // 4]
    add("cut.gif", "GIF", ["damaged, kept"], data, [({"damaged": "keep"}, pillows(data, keep=True))])


def heifs():
    for chroma in (420, 422, 444):
        add(f"chroma-{chroma}.heic", "HEIC", ["color"], saved(image(height=37, width=45), "HEIF", quality=80, chroma=chroma))
    add("gray.heic", "HEIC", ["gray"], saved(image("L", 37, 45), "HEIF", quality=80))
    add("alpha.heic", "HEIC", ["alpha"], saved(image("RGBA", 37, 45), "HEIF", quality=80))
    two = [image(height=37, width=45), image(height=37, width=45)]
    add("two.heic", "HEIC", ["first of several pictures"], saved(two[0], "HEIF", save_all=True, append_images=two[1:], quality=80))


def avifs():
    for chroma in ("4:2:0", "4:2:2", "4:4:4"):
        add(f"chroma-{chroma.replace(':', '')}.avif", "AVIF", ["color"],
            saved(image(height=37, width=45), "AVIF", quality=80, subsampling=chroma))
    add("gray.avif", "AVIF", ["gray"], saved(image("L", 37, 45), "AVIF", quality=80, subsampling="4:0:0"))
    add("alpha.avif", "AVIF", ["alpha"], saved(image("RGBA", 37, 45), "AVIF", quality=80))
    add("limited.avif", "AVIF", ["color"], saved(image(height=37, width=45), "AVIF", quality=80, range="limited"))
    for orientation in range(2, 9):
        add(f"turned-{orientation}.avif", "AVIF", ["orientation from irot" if orientation in (3, 6, 8) else "orientation from imir"],
            saved(image(), "AVIF", quality=60, exif=b"Exif\0\0" + exif(orientation)))
    frames = [image(height=20, width=24), image(height=20, width=24)]
    add("animation.avif", "AVIF", ["first of several pictures"], saved(frames[0], "AVIF", save_all=True, append_images=frames[1:]))


# ---- BMP, written here because Pillow writes few of its kinds

def bmp(bits, rows, palette=b"", header=40, compression=0, masks=b"", height=13, width=19, top_down=False):
    if header == 12:
        info = struct.pack("<IHHHH", 12, width, height, 1, bits)
    else:
        info = struct.pack("<IiiHHIIiiII", 40, width, -height if top_down else height, 1, bits, compression, len(rows), 2835, 2835,
                           len(palette) // 4, 0)
        info = struct.pack("<I", header) + info[4:] + (masks if header > 40 else b"") + bytes(max(0, header - 40 - len(masks)))
        if header == 40:
            info += masks
    offset = 14 + len(info) + len(palette)
    return b"BM" + struct.pack("<IHHI", offset + len(rows), 0, 0, offset) + info + palette + rows


def bmp_rows(samples, bits):
    """Samples [height, width, bytes] or indices [height, width], bottom-up, in rows of a multiple of four bytes."""
    out = b""
    for row in samples[::-1]:
        if bits < 8:
            values = np.unpackbits(row.astype(np.uint8)[:, None], axis=1)[:, 8 - bits :]
            data = np.packbits(values.reshape(-1)).tobytes()
        else:
            data = row.astype(np.uint8).tobytes()
        out += data + bytes(-len(data) % 4)
    return out


def bmps():
    colors = random.integers(0, 256, (256, 4)).astype(np.uint8)
    for bits in (1, 4, 8):
        indices = random.integers(0, 2**bits, (13, 19))
        add(f"palette{bits}.bmp", "BMP", ["palette"], bmp(bits, bmp_rows(indices, bits), colors[: 2**bits].tobytes()))
        add(f"core{bits}.bmp", "BMP", ["palette"], bmp(bits, bmp_rows(indices, bits), colors[: 2**bits, :3].tobytes(), header=12))
    pixels = picture(13, 19, 4)
    gray = np.repeat(np.arange(256, dtype=np.uint8)[:, None], 4, axis=1)
    add("gray.bmp", "BMP", ["gray"], bmp(8, bmp_rows(picture(13, 19, 1)[..., 0], 8), gray.tobytes()))
    add("color24.bmp", "BMP", ["color"], bmp(24, bmp_rows(pixels[..., :3], 24)))
    add("top-down.bmp", "BMP", ["color"], bmp(24, bmp_rows(pixels[..., :3], 24), top_down=True))
    add("color32.bmp", "BMP", ["color"], bmp(32, bmp_rows(pixels, 32)))
    add("color16.bmp", "BMP", ["color"], bmp(16, bmp_rows(random.integers(0, 256, (13, 19, 2)), 16)))
    fields = [struct.pack("<III", *masks) for masks in ((0xF800, 0x7E0, 0x1F), (0x7C00, 0x3E0, 0x1F))]
    for name, masks in zip(("565", "555"), fields):
        add(f"fields{name}.bmp", "BMP", ["color"], bmp(16, bmp_rows(random.integers(0, 256, (13, 19, 2)), 16), compression=3, masks=masks))
    bgra = struct.pack("<IIII", 0xFF0000, 0xFF00, 0xFF, 0xFF000000)
    rgba = struct.pack("<IIII", 0xFF, 0xFF00, 0xFF0000, 0xFF000000)
    for name, masks, header in [("bgra-v5", bgra, 124), ("rgba-v4", rgba, 108), ("bgra-v3", bgra, 56)]:
        add(f"{name}.bmp", "BMP", ["alpha"], bmp(32, bmp_rows(pixels, 32), header=header, compression=3, masks=masks))
    runs8 = b"".join(bytes([7, y, 5, y + 1, 0, 4, 9, 8, 7, 6, 3, 2, 0, 0]) for y in range(13)) + b"\0\1"
    add("runs8.bmp", "BMP", ["palette"], bmp(8, runs8, colors.tobytes(), compression=1))
    runs4 = b"".join(bytes([7, 0x12, 5, y, 0, 4, 0x98, 0x76, 3, 2, 0, 0]) for y in range(13)) + b"\0\1"
    add("runs4.bmp", "BMP", ["palette"], bmp(4, runs4, colors[:16].tobytes(), compression=2))
    # Pillow skips two bytes after a delta, so what it stands for is said here.
    deltas = bmp(8, b"\2\1\0\2\1\2\3\2\0\1", colors.tobytes(), compression=1, height=4, width=5)
    indices = np.zeros((4, 5), np.int64)
    indices[3, :2], indices[1, 3:5] = 1, 2
    add("deltas.bmp", "BMP", ["palette"], deltas, [({}, colors[indices][..., 2::-1])])
    few = random.integers(0, 256, (13, 19))
    add("few-colors.bmp", "BMP", ["palette"], bmp(8, bmp_rows(few, 8), colors[:50].tobytes()))
    data = bmp(24, bmp_rows(pixels[..., :3], 24))
    data = data[: len(data) // 2]
    add("cut.bmp", "BMP", ["damaged, kept"], data, [({"damaged": "keep"}, pillows(data, keep=True))])


# ---- TIFF, some of it written here because Pillow writes no tiles, planes or 16-bit color

def tiff(samples, photometric, bits=8, order="<", tile=None, planes=False, format=1, extra=None, more=(), data=None):
    """Samples [height, width, channels] of a dtype that fits, uncompressed."""
    height, width, channels = samples.shape
    kind = {1: "u", 2: "i", 3: "f"}[format]
    lie = lambda part: data if data is not None else part.astype(order + kind + str(bits // 8)).tobytes()
    parts = [samples[..., c : c + 1] for c in range(channels)] if planes else [samples]
    blocks = []
    for part in parts:
        if tile is None:
            blocks.append(lie(part))
            continue
        for y in range(0, height, tile):
            for x in range(0, width, tile):
                block = np.zeros((tile, tile, part.shape[2]), part.dtype)
                cut = part[y : y + tile, x : x + tile]
                block[: cut.shape[0], : cut.shape[1]] = cut
                blocks.append(lie(block))
    short, long = (3, "H"), (4, "I")
    tags = {256: (long, [width]), 257: (long, [height]), 258: (short, [bits] * channels), 259: (short, [1]),
            262: (short, [photometric]), 277: (short, [channels]), 284: (short, [2 if planes else 1]), 339: (short, [format] * channels)}
    if channels == 1:
        tags[258], tags[339] = (short, [bits]), (short, [format])
    if extra is not None:
        tags[338] = (short, [extra])
    if tile:
        tags |= {322: (long, [tile]), 323: (long, [tile])}
    else:
        tags[278] = (long, [height])
    offsets, counts = (324, 325) if tile else (273, 279)
    tags |= {counts: (long, [len(b) for b in blocks]), offsets: (long, [0] * len(blocks))}
    tags |= dict(more)
    size = lambda entry: struct.calcsize(entry[0][1]) * len(entry[1])
    start = 8 + 2 + 12 * len(tags) + 4
    room = sum(size(e) + size(e) % 2 for e in tags.values() if size(e) > 4)
    place, positions = start + room, []
    for block in blocks:
        positions.append(place)
        place += len(block)
    tags[offsets] = (long, positions)
    directory, rest = struct.pack(order + "H", len(tags)), b""
    for tag in sorted(tags):
        (code, letter), values = tags[tag]
        packed = struct.pack(order + str(len(values)) + letter, *values)
        if len(packed) > 4:
            entry = struct.pack(order + "I", start + len(rest))
            rest += packed + bytes(len(packed) % 2)
        else:
            entry = packed + bytes(4 - len(packed))
        directory += struct.pack(order + "HHI", tag, code, len(values)) + entry
    head = (b"II*\0" if order == "<" else b"MM\0*") + struct.pack(order + "I", 8)
    return head + directory + struct.pack(order + "I", 0) + rest + b"".join(blocks)


def tiffs():
    for mode, property in [("1", "gray"), ("L", "gray"), ("LA", "alpha"), ("P", "palette"), ("RGB", "color"), ("RGBA", "alpha"),
                           ("CMYK", "color")]:
        add(f"{mode.lower()}.tif", "TIFF", [property], saved(image(mode), "TIFF"))
    for compression in ("tiff_lzw", "tiff_adobe_deflate", "packbits", "jpeg", "zstd", "lzma"):
        for mode in ("L", "RGB"):
            add(f"{compression}-{mode.lower()}.tif", "TIFF", ["compressed"], saved(image(mode, 37, 45), "TIFF", compression=compression))
    for compression in ("group3", "group4", "tiff_ccitt"):
        add(f"{compression}.tif", "TIFF", ["compressed"], saved(image("1", 37, 45), "TIFF", compression=compression))
    add("big.tif", "TIFF", ["color"], saved(image(), "TIFF", big_tiff=True))
    for orientation in range(2, 9):
        # Pillow's reader turns these by itself.
        add(f"turned-{orientation}.tif", "TIFF", ["orientation from tag 274"], saved(image(), "TIFF", tiffinfo={274: orientation}))
    frames = [image(), image("L")]
    add("pages.tif", "TIFF", ["first of several pictures"], saved(frames[0], "TIFF", save_all=True, append_images=frames[1:]))
    color, gray = picture(37, 45), picture(37, 45, 1)
    for order, name in (("<", "little"), (">", "big")):
        add(f"{name}-endian.tif", "TIFF", ["color"], tiff(color, 2, order=order))
    add("tiles.tif", "TIFF", ["color"], tiff(color, 2, tile=16))
    add("tiles-gray.tif", "TIFF", ["gray"], tiff(gray, 1, tile=16))
    add("planes.tif", "TIFF", ["color"], tiff(color, 2, planes=True))
    data = tiff(color, 2, planes=True, tile=16)
    add("planes-tiles.tif", "TIFF", ["color"], data, [({}, color)])
    add("white-is-zero.tif", "TIFF", ["gray"], tiff(gray, 0))
    add("premultiplied.tif", "TIFF", ["alpha"], tiff(picture(37, 45, 4), 2, extra=1))
    # 16 bits
    for name, channels, photometric, order in [("gray", 1, 1, "<"), ("gray-big", 1, 1, ">"), ("rgb", 3, 2, "<"), ("rgb-big", 3, 2, ">")]:
        samples = random.integers(100, 4000, (13, 19, channels))
        add(f"deep-{name}.tif", "TIFF", ["16 bits"], tiff(samples, photometric, bits=16, order=order),
            [({}, rgb((samples >> 8).astype(np.uint8))), ({"gray16": "stretch"}, rgb(stretched(samples)))])
    # Numbers of no fixed scale, by their range.
    values = random.uniform(0, 1, (13, 19, 1)).astype(np.float32)
    mapped = lambda samples, low, high: np.clip((samples.astype(np.float64) - low) / (high - low) * 255 + 0.5, 0, 255).astype(np.uint8)
    add("float-one.tif", "TIFF", ["floating-point"], tiff(values, 1, bits=32, format=3), [({}, rgb(mapped(values, 0, 1)))])
    add("float-levels.tif", "TIFF", ["floating-point"], tiff(values * 255, 1, bits=32, format=3))
    heights = (values - 0.3) * 4000
    add("float-heights.tif", "TIFF", ["floating-point"], tiff(heights, 1, bits=32, format=3, order=">"),
        [({}, rgb(mapped(heights, heights.min(), heights.max())))])
    holes = heights.copy()
    holes[3, 4], holes[5, 6] = np.nan, np.inf
    finite = holes[np.isfinite(holes)]
    expected = mapped(np.nan_to_num(holes, nan=finite.min(), posinf=finite.max()), finite.min(), finite.max())
    add("float-holes.tif", "TIFF", ["floating-point"], tiff(holes, 1, bits=32, format=3), [({}, rgb(expected))])
    doubles = heights.astype(np.float64)
    add("float64.tif", "TIFF", ["floating-point"], tiff(doubles, 1, bits=64, format=3),
        [({}, rgb(mapped(doubles, doubles.min(), doubles.max())))])
    whole = random.integers(-3000, 3000, (13, 19, 1))
    for bits in (16, 32):
        add(f"signed{bits}.tif", "TIFF", ["integers with a sign"], tiff(whole, 1, bits=bits, format=2),
            [({}, rgb(mapped(whole, whole.min(), whole.max())))])
    levels = random.integers(0, 256, (13, 19, 1))
    add("signed32-levels.tif", "TIFF", ["integers with a sign"], tiff(levels, 1, bits=32, format=2))
    data = tiff(color, 2)
    data = data[: len(data) * 2 // 3]
    add("cut.tif", "TIFF", ["damaged, kept"], data, [({"damaged": "keep"}, pillows(data, keep=True))])


def main():
    FIXTURES.mkdir(parents=True, exist_ok=True)
    for old in FIXTURES.glob("*"):
        old.unlink()
    jpegs(), pngs(), webps(), gifs(), heifs(), avifs(), bmps(), tiffs()
    versions = {"pillow": PIL.__version__, "pillow-heif": pillow_heif.__version__}
    for name in ("libjpeg_turbo", "zlib", "webp", "libtiff", "avif"):
        versions[name] = features.version(name)
    versions["libheif"] = pillow_heif.libheif_info()["libheif"]
    (FIXTURES / "codecs.json").write_text(json.dumps({"versions": versions, "files": files}, indent=1) + "\n")
    print(len(files), "files")


main()
