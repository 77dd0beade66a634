"""Prints the seen and unseen classes of the published TRZSL splits, for Tests/DataSetsTests/ReferenceSplits.swift.

    python3 Tests/Tools/reference_splits.py

Only numpy's legacy generator and Python's own sets are used, exactly as the published implementations use them, so
that the Swift library is compared with the real things. Recorded with numpy 2.4.6 and CPython 3.11.
"""
import numpy as np

CLASSES = {"eurosat": 10, "resisc45": 45, "dtd": 47, "fgvcaircraft": 100, "flowers102": 102, "cub": 200}

for name, count in CLASSES.items():
    for seed in (500, 0, 200):
        np.random.seed(seed)
        seen = np.random.choice(range(count), size=int(0.62 * count), replace=False)
        unseen = list(set(range(count)) - set(int(i) for i in seen))
        print(f"{name} {seed}: {' '.join(map(str, seen))} | {' '.join(map(str, unseen))}")

print()
for count, size in ((10, 6), (47, 29), (100, 5), (500, 101), (27000, 21600), (200000, 124000)):
    np.random.seed(0)
    chosen = np.random.choice(range(count), size=size, replace=False)
    rest = list(set(range(count)) - set(int(i) for i in chosen))
    checksum = sum(place * value for place, value in enumerate(rest)) % (2**31 - 1)
    print(f"choice(range({count}), {size}), seed 0, rest in set order: {checksum}")
