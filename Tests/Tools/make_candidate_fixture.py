"""Makes Tests/CAPTests/Fixtures/candidates.json: CPL's candidate sets and matching where float32 decides, with PyTorch.

    python3 Tests/Tools/make_candidate_fixture.py > Tests/CAPTests/Fixtures/candidates.json

The cases are those of a search over the authors' α and β whose sets are others when the same cuts are computed in float64: images
that the model is so sure of that sums round to 1. In a last one probabilities are so small that 1 − p ties. Needs torch and numpy.
"""
import json
import platform

import numpy
import torch

from candidate_reference import candidate_sets, matched

WANTED = 4


def sets_in_float64(p, alpha, beta):
    p = p.numpy().astype(numpy.float64)
    tau, theta = numpy.quantile(p.max(1), alpha), numpy.quantile(p, beta, axis=0)
    sets = []
    for row in p:
        order = sorted(range(len(row)), key=lambda c: -row[c])
        within = order[:1 + int((numpy.cumsum(row[order]) <= tau).sum())]
        sets.append([c for c in within if row[c] >= theta[c]])
    return sets


def case(p, alpha, beta, k):
    sets = candidate_sets(p, alpha, beta)
    return {"probabilities": [row.tolist() for row in p], "alpha": alpha, "beta": beta, "sets": sets, "capacity": k,
            "pools": matched(p, sets, [k] * p.shape[1])}


torch.set_num_threads(1)
random = torch.Generator().manual_seed(0)
cases, tried = [], 0
while len(cases) < WANTED:
    tried += 1
    images = int(torch.randint(21, 102, (1,), generator=random))
    alpha = (0.6, 0.75, 0.9)[tried % 3]
    beta = (0.8, 0.95, 0.97, 0.99)[tried % 4]
    p = (12 * torch.randn(images, 4, generator=random)).softmax(1)
    if candidate_sets(p, alpha, beta) != sets_in_float64(p, alpha, beta):
        cases.append(case(p, alpha, beta, images // 8))
# Two classes share what a third leaves, a few parts in ten million.
small = torch.rand(40, 2, generator=random) * 4e-7 + 1.5e-7
cases.append(case(torch.cat([1 - small.sum(1, keepdim=True), small], 1), 1.0, 0.3, 5))
print(json.dumps({
    "made_by": f"torch {torch.__version__}, numpy {numpy.__version__}, Python {platform.python_version()}; "
    f"{WANTED} of {tried} random cases differ in float64", "cases": cases}))
