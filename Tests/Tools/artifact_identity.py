"""Computes an artifact's identity as docs/artifacts.md defines it, without CAP: prints it beside the one in the file.

Used with h5py 3.16.0 and xxhash 4.1.0:  python artifact_identity.py images.h5
"""
import sys

import h5py
import numpy as np
import xxhash


def text(value: str) -> bytes:
    encoded = value.encode()
    return len(encoded).to_bytes(8, "little") + encoded


def values(dataset: h5py.Dataset) -> bytes:
    if h5py.check_string_dtype(dataset.dtype):
        return b"".join(text(value.decode()) for value in np.ravel(dataset[()]))
    return np.ascontiguousarray(dataset[()]).tobytes()


with h5py.File(sys.argv[1]) as file:
    datasets = {}
    file.visititems(lambda path, item: datasets.update({path: item}) if isinstance(item, h5py.Dataset) else None)
    digest = xxhash.xxh3_128(text(file.attrs["schema"]) + text(str(file.attrs["schema_version"])))
    for path, dataset in sorted(datasets.items(), key=lambda entry: entry[0].encode()):
        kind = "string" if h5py.check_string_dtype(dataset.dtype) else dataset.dtype.name
        digest.update(text(path) + text(kind) + text(",".join(map(str, dataset.shape))))
        digest.update(text(xxhash.xxh3_128(values(dataset)).hexdigest()))
    print(digest.hexdigest(), file.attrs["identity"])
