"""CPL's candidate sets and matching in float32 tensors, as PyTorch computes them for the authors: what the fixtures have in common.

Written from the paper (Zhang et al., ICML 2024, section 3), sharing no code with the Swift sources. Needs torch.
"""
import torch


def candidate_sets(p, alpha, beta):
    """Classes of each image, by the two cuts, most probable first; p float32 [images, classes]."""
    tau = torch.quantile(p.max(1).values, alpha)
    theta = torch.stack([torch.quantile(column, beta) for column in p.t()])
    sorted_p, order = p.sort(dim=1, descending=True, stable=True)
    lengths = 1 + (sorted_p.cumsum(1) <= tau).sum(1)
    return [[c for c in row[:length].tolist() if p[i, c] >= theta[c]]
            for i, (row, length) in enumerate(zip(order, lengths.tolist()))]


def matched(p, sets, capacities):
    """The images of each class, each of which keeps the capacity that it is surest of (deferred acceptance)."""
    cost = 1 - p
    pools = [[] for _ in capacities]
    pointer = [0] * len(sets)
    while True:
        placed = {i for pool in pools for i in pool}
        active = [i for i in range(len(sets)) if i not in placed and pointer[i] < len(sets[i])]
        if not active:
            return pools
        proposals = [(sets[i][pointer[i]], i) for i in active]
        for i in active:
            pointer[i] += 1
        for c, pool in enumerate(pools):
            for i in sorted(i for label, i in proposals if label == c):
                if len(pool) < capacities[c]:
                    pool.append(i)
                elif pool:
                    worst = max(range(len(pool)), key=lambda j: cost[pool[j], c].item())
                    if cost[i, c] < cost[pool[worst], c]:
                        pool[worst] = i
