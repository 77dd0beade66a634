"""Records what scikit-learn's KMeans makes of given points and initial centroids, for KMeansTests.

    pip install numpy==2.4.6 scikit-learn==1.9.1
    python3 Tests/Tools/make_kmeans_fixture.py > Tests/CAPTests/Fixtures/kmeans.json
"""
import json

import numpy as np
import sklearn
from sklearn.cluster import KMeans


def case(name, points, centroids, **options):
    points, centroids = points.astype(np.float32), centroids.astype(np.float32)
    fitted = KMeans(len(centroids), init=centroids, n_init=1, algorithm="lloyd", **options).fit(points)
    return {
        "name": name,
        "points": [[round(float(v), 4) for v in row] for row in points],
        "initial": [[round(float(v), 4) for v in row] for row in centroids],
        "max_iterations": options.get("max_iter", 300),
        "labels": fitted.labels_.tolist(),
        "centroids": [[round(float(v), 7) for v in row] for row in fitted.cluster_centers_],
        "inertia": float(fitted.inertia_),
    }


def unit(x):
    return x / np.linalg.norm(x, axis=1, keepdims=True)


random = np.random.default_rng(7)
means = unit(random.normal(size=(9, 6)))
mixture = unit(means[random.integers(9, size=240)] + random.normal(scale=0.25, size=(240, 6))).round(4)
far = np.full((1, 6), 9.0)
print(json.dumps({
    "made_by": f"scikit-learn {sklearn.__version__}, numpy {np.__version__}",
    "cases": [
        case("a mixture on the unit sphere", mixture, mixture[:9]),
        case("stopped after three passes", mixture, mixture[100:109], max_iter=3),
        case("a centroid that no point is near", mixture, np.concatenate([mixture[:8], far])),
        case("one cluster", mixture[:40], mixture[:1]),
        case("as many clusters as points", mixture[:5], mixture[:5]),
    ],
}, separators=(",", ":")))
