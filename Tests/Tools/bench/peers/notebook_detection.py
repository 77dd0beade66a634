"""Seconds that the reference's procedure of detecting mismatched classes takes with scikit-learn, and the order of removal.

usage: notebook_detection.py FEATURES_H5 float32|float64

Follows mismatch_detecting.ipynb of github.com/Noahwangyuchen/CAP step by step, lists and loops included, on the CPU, with two things
settled so that both sides compute the same: K-means starts from the first remaining images instead of at random, and it ends as
in the paper's Algorithm 1, with a tenth of the classes left. The notebook computes in float32, whose rounding can decide which of two
classes an image is predicted as or which of two clusters it is in, and with that the order; in float64 it does not.
"""
import json
import math
import sys
import time
import warnings

import h5py
import numpy as np
import sklearn
import torch
from sklearn.cluster import KMeans


def leaderboard(probabilities, classes):
    """For each class the images predicted as it: (probability, position)."""
    boards = {label: [] for label in classes}
    for position in range(len(probabilities)):
        probability = probabilities[position]
        boards[classes[probability.argmax().item()]].append((probability.max().item(), position))
    return boards


def removals(images, text, scale):
    remaining, classes, removed = list(range(len(images))), list(range(len(text))), []
    limit = len(images) // len(text)
    while len(classes) > math.ceil(len(text) / 10):
        points = [images[image] for image in remaining]
        kmeans = KMeans(len(classes), init=np.array(points[:len(classes)]), n_init=1)
        clusters = kmeans.fit_predict(points)
        centers = torch.nn.functional.normalize(torch.tensor(kmeans.cluster_centers_, dtype=text.dtype), dim=-1)
        names = torch.stack([text[label] for label in classes])
        surety = (scale * names @ centers.t()).softmax(dim=-1)
        boards = leaderboard((scale * torch.tensor(points, dtype=text.dtype) @ names.t()).softmax(dim=-1), classes)
        row = next(row for row in range(len(surety)) if surety[row].max() == surety.max())
        cluster = surety[row].argmax().item()
        ranked = sorted(boards[classes[row]], reverse=True)
        used = [position for _, position in ranked if clusters[position] == cluster][:limit]
        used += [position for _, position in ranked if clusters[position] != cluster][:limit - len(used)]
        removed.append(classes[row])
        gone = {remaining[position] for position in used}
        remaining = [image for image in remaining if image not in gone]
        classes.remove(classes[row])
    return removed


def main():
    # That tensors are made of lists of arrays, as the notebook makes them.
    warnings.filterwarnings("ignore", message="Creating a tensor from a list")
    with h5py.File(sys.argv[1]) as file:
        images, text = (file[key][:].astype(sys.argv[2]) for key in ("images/features", "classes/text_features"))
        scale = float(file["logit_scale"][()])
    start = time.monotonic()
    removed = removals(images, torch.tensor(text), scale)
    print(json.dumps({"seconds": time.monotonic() - start, "removed": removed, "version": sklearn.__version__}))


main()
