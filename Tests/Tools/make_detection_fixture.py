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

SCALE = 100.0


def unit(x):
    return (x / np.linalg.norm(x, axis=1, keepdims=True)).astype(np.float32)


def softmax(x):
    e = np.exp(x - x.max(axis=1, keepdims=True))
    return e / e.sum(axis=1, keepdims=True)


def detect(images, text, fill):
    limit, final = len(images) // len(text), math.ceil(len(text) / 10)
    remaining, classes, steps = list(range(len(images))), list(range(len(text))), []
    while len(classes) > final:
        points = images[remaining]
        fitted = KMeans(len(classes), init=points[:len(classes)], n_init=1).fit(points)
        pairs = softmax(SCALE * text[classes] @ unit(fitted.cluster_centers_).T)
        row, cluster = np.unravel_index(pairs.argmax(), pairs.shape)
        label = classes[row]
        confidences = softmax(SCALE * points @ text[classes].T)
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


# As with CLIP, all features share a direction, so that no probability is certain. Classes are uneven; texts
# point near their class's images, but for the last two, which point elsewhere.
random = np.random.default_rng(11)
shared = 2 * unit(random.normal(size=(1, 12)))
means = shared + 0.7 * unit(random.normal(size=(14, 12)))
labels = random.choice(14, size=300, p=np.arange(5, 19) / np.arange(5, 19).sum())
images = unit(means[labels] + random.normal(scale=0.11, size=(300, 12))).round(4)
text = means + random.normal(scale=0.12, size=(14, 12))
text[12:] = shared + 0.7 * unit(random.normal(size=(2, 12)))
text = unit(text).round(4)
print(json.dumps({
    "made_by": f"scikit-learn {sklearn.__version__}, numpy {np.__version__}",
    "logit_scale": SCALE,
    "images": [[round(float(v), 4) for v in row] for row in images],
    "text": [[round(float(v), 4) for v in row] for row in text],
    "filled": detect(images, text, fill=True),
    "cluster_only": detect(images, text, fill=False),
}, separators=(",", ":")))
