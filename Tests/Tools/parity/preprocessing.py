"""Views of real images against torchvision on Pillow."""
import os
import random

import torch
import torchvision
import PIL
from PIL import Image
from torchvision.transforms import CenterCrop, Compose, InterpolationMode, Resize

EXTENSIONS = (".jpg", ".jpeg", ".png")


def files_of(folder, most):
    """The folder's images, a seeded choice of them where there are many."""
    found = sorted(os.path.join(place, name) for place, _, names in os.walk(folder) for name in names
                   if name.lower().endswith(EXTENSIONS))
    return sorted(random.Random(0).sample(found, most)) if len(found) > most else found


def variants(files, folder):
    """JPEG files of the kinds that cameras and the web have, made of the folder's own images."""
    os.makedirs(folder, exist_ok=True)
    rng = random.Random(1)
    made = {}
    for index, file in enumerate(rng.sample(files, min(len(files), 20))):
        image = Image.open(file).convert("RGB")
        width, height = image.size
        odd = image.crop((0, 0, width - 1 + width % 2, height - 1 + height % 2))
        strip = image.crop((0, 0, width, max(1, width // 30)))
        forms = {
            "progressive": (image, dict(progressive=True)), "grayscale": (image.convert("L"), {}),
            "4:4:4": (image, dict(subsampling=0, quality=98)), "4:2:0, quality 30": (image, dict(subsampling=2, quality=30)),
            "odd sizes": (odd, {}), "1:30": (strip, {}), "30:1": (strip.rotate(90, expand=True), {}),
            "smaller than the view": (image.resize((61, 47)), {}), "12 megapixels": (image.resize((4001, 3000)), {}),
            "CMYK": (image.convert("CMYK"), {}),
        }
        for kind, (picture, options) in forms.items():
            if kind == "12 megapixels" and index >= 4:
                continue
            path = f"{folder}/{index}-{kind.replace(':', 'x').replace(' ', '-').replace(',', '')}.jpg"
            picture.save(path, **({"quality": 90} | options))
            made.setdefault(kind, []).append(path)
    return made


def reference_views(files, size=224):
    view = Compose([Resize(size, InterpolationMode.BICUBIC), CenterCrop(size)])
    arrays = []
    for file in files:
        image = view(Image.open(file).convert("RGB"))
        arrays.append(torch.frombuffer(bytearray(image.tobytes()), dtype=torch.uint8).reshape(size, size, 3))
    return torch.stack(arrays)


def compare(probe, folder, most=240):
    """Rows of the table: kind, images, largest difference, share of differing numbers; and the views of all."""
    originals = files_of(folder, most)
    kinds = {"as they are": originals} | variants(originals, probe.path("images"))
    ours, theirs, rows = [], [], []
    for kind, files in kinds.items():
        found, expected = probe.views(files), reference_views(files)
        difference = (found.int() - expected.int()).abs()
        rows.append((kind, len(files), difference.max().item(), (difference > 0).float().mean().item()))
        # Encoded below: all would take a while.
        ours.append(found[:12])
        theirs.append(expected[:12])
    return rows, torch.cat(ours), torch.cat(theirs), f"torchvision {torchvision.__version__}, Pillow {PIL.__version__}"
