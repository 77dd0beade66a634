"""Predicts images with both halves of an export of cap-export, with PyTorch alone. Used by PipelineTests.

    python3 use_export.py EXPORT IMAGES

IMAGES holds for each image its height and width (32 bits, little-endian) and its RGB bytes. Prints a JSON list of
{"torchscript": [class, confidence], "model.py": [class, confidence]}.
"""

import importlib.util
import json
import os
import struct
import sys
import warnings

warnings.filterwarnings("ignore")
import torch

folder, images = sys.argv[1:]
script = torch.jit.load(os.path.join(folder, "classifier.pt"))
specification = importlib.util.spec_from_file_location("model", os.path.join(folder, "model.py"))
module = importlib.util.module_from_spec(specification)
specification.loader.exec_module(module)
model = module.AdaptedCLIP()
assert list(script.classes) == model.classes


def best(predict, pixels):
    probabilities = predict(predict.view(pixels)[None])[0]
    confidence, label = probabilities.max(0)
    return [model.classes[label], confidence.item()]


results = []
with open(images, "rb") as file:
    while size := file.read(8):
        height, width = struct.unpack("<II", size)
        pixels = torch.frombuffer(bytearray(file.read(height * width * 3)), dtype=torch.uint8)
        pixels = pixels.reshape(height, width, 3)
        with torch.no_grad():
            results.append({"torchscript": best(script, pixels), "model.py": best(model, pixels)})
print(json.dumps(results))
