"""Records a run of CAP's Algorithm 1 written with scikit-learn's KMeans, for MismatchDetectionTests.

Each step's K-means starts from the first remaining images, so that the run does not depend on a random generator.

    pip install numpy==2.4.6 scikit-learn==1.9.1
    python3 Tests/Tools/make_detection_fixture.py > Tests/CAPTests/Fixtures/detection.json
"""
import json
import math

import numpy as np
import sklearn
from sklearn.cluster import KMeans


def unit(x):
    return (x / np.linalg.norm(x, axis=1, keepdims=True)).astype(np.float32)


def softmax(x):
    e = np.exp(x - x.max(axis=1, keepdims=True))
    return e / e.sum(axis=1, keepdims=True)


def detect(images, text, scale, fill):
    limit, final = len(images) // len(text), math.ceil(len(text) / 10)
    remaining, classes, steps = list(range(len(images))), list(range(len(text))), []
    while len(classes) > final:
        points = images[remaining]
        fitted = KMeans(len(classes), init=points[:len(classes)], n_init=1).fit(points)
        pairs = softmax(scale * text[classes] @ unit(fitted.cluster_centers_).T)
        row, cluster = np.unravel_index(pairs.argmax(), pairs.shape)
        label = classes[row]
        confidences = softmax(scale * points @ text[classes].T)
        ranked = sorted(((confidences[i, row], i) for i in range(len(points)) if confidences[i].argmax() == row),
                        reverse=True)
        removed = [i for _, i in ranked if fitted.labels_[i] == cluster][:limit]
        inside = len(removed)
        if fill:
            removed += [i for _, i in ranked if fitted.labels_[i] != cluster][:limit - inside]
        removed = [remaining[i] for i in removed]
        steps.append({"class": int(label), "cluster": int(cluster), "probability": float(pairs[row, cluster]),
                      "removed": removed, "filled": len(removed) - inside})
        classes.remove(label)
        remaining = [i for i in remaining if i not in removed]
    counts = np.bincount((images @ text.T).argmax(axis=1), minlength=len(text))
    low = sorted(range(len(text)), key=lambda c: (counts[c], c))[:final]
    return {"steps": steps, "final": classes, "low": low, "mismatched": [c for c in classes if c in low],
            "counts": counts.tolist(), "residual": remaining}


def case(name, shared, scale, image_noise, text_noise):
    """What a run does with float32 features that have `shared` times as much in common as they have of their class."""
    common = shared * unit(random.normal(size=(1, 12)))
    means = common + 0.7 * unit(random.normal(size=(14, 12)))
    # Classes are uneven; texts point near their class's images, but for the last two, which point elsewhere.
    labels = random.choice(14, size=300, p=np.arange(5, 19) / np.arange(5, 19).sum())
    images = unit(means[labels] + random.normal(scale=image_noise, size=(300, 12)))
    text = means + random.normal(scale=text_noise, size=(14, 12))
    text[12:] = common + 0.7 * unit(random.normal(size=(2, 12)))
    # Written down with so many digits, they are read as the numbers that were clustered.
    images, text = (np.round(x, 4 if shared < 10 else 7).astype(np.float32).astype(np.float64)
                    for x in (images, unit(text)))
    return {
        "name": name, "logit_scale": scale, "images": digits(images), "text": digits(text),
        "filled": detect(images, text, scale, fill=True), "cluster_only": detect(images, text, scale, fill=False),
    }


def digits(x):
    return [[float(str(np.float32(v))) for v in row] for row in x]


random = np.random.default_rng(11)
print(json.dumps({
    "made_by": f"scikit-learn {sklearn.__version__}, numpy {np.__version__}",
    # As with CLIP, features share a direction, so that no probability is certain.
    "cases": [case("overlapping", 2, 100.0, image_noise=0.11, text_noise=0.12),
              case("alike", 100, 200_000.0, image_noise=0.2, text_noise=0.12)],
}, separators=(",", ":")))
