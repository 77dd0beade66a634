"""Records confusion-aware margins computed with numpy in double precision, for ConfusionAwareMarginTests.

    pip install numpy==2.4.6
    python3 Tests/Tools/make_margin_fixture.py > Tests/CAPTests/Fixtures/margin.json
"""
import json

import numpy as np


def unit(x):
    return x / np.linalg.norm(x, axis=1, keepdims=True)


def margin(counts, seen, prototypes, text, m, scale_rule, similarity_rule):
    r = counts / counts.max()
    r[seen] = 1
    spread = m * (r.max() - r.min())
    scales = spread * (1 - r) / (1 + r) if scale_rule == "ratio" else spread * (1 - r)
    s = np.maximum(prototypes @ prototypes.T, text @ text.T)
    if similarity_rule == "rescaled":
        low, high = s.min(axis=1, keepdims=True), s.max(axis=1, keepdims=True)
        s = low + (s - low) / (high - low) * (1 - low)
    result = scales[:, None] * s
    np.fill_diagonal(result, 0)
    return scales, result


random = np.random.default_rng(3)
prototypes, text = unit(random.normal(size=(6, 5))), unit(random.normal(size=(6, 5)))
counts = np.array([40, 0, 13, 25, 7, 31], dtype=float)
cases = []
for seen in ([], [1, 3]):
    for scale_rule in ("ratio", "linear"):
        for similarity_rule in ("rescaled", "plain"):
            scales, matrix = margin(counts, seen, prototypes, text, 12 * 87.5 / 100, scale_rule, similarity_rule)
            cases.append({"seen": seen, "scale_rule": scale_rule, "similarity_rule": similarity_rule,
                          "scales": scales.tolist(), "matrix": matrix.ravel().tolist()})
print(json.dumps({
    "made_by": f"numpy {np.__version__}",
    "logit_scale": 87.5,
    "counts": counts.astype(int).tolist(),
    "prototypes": prototypes.ravel().tolist(),
    "text": text.ravel().tolist(),
    "cases": cases,
}, indent=None, separators=(",", ":")))
