"""Makes Tests/DataSetsTests/Fixtures/mat: MATLAB files as Flowers102 has them, good and bad.

    python3 Tests/Tools/make_mat_lists.py        # with scipy; recorded with 1.17.1

306 images, image n of class (n - 1) % 102 + 1; images 1 to 102 train, 103 to 204 validate, 205 to 306 test, each list
in descending order.
"""
import pathlib

import numpy as np
from scipy.io import savemat

FOLDER = pathlib.Path(__file__).resolve().parent.parent / "DataSetsTests" / "Fixtures" / "mat"
FOLDER.mkdir(parents=True, exist_ok=True)

labels = (np.arange(306) % 102 + 1)[None, :]
parts = {name: np.arange(first + 102, first, -1)[None, :] for name, first in (("trnid", 0), ("valid", 102), ("tstid", 204))}


def save(name, variables, compressed=False):
    savemat(FOLDER / f"{name}.mat", variables, do_compression=compressed)


save("imagelabels", {"labels": labels.astype(np.uint8)}, compressed=True)
save("imagelabels-beyond", {"labels": np.where(labels == 5, 103, labels).astype(np.uint8)}, compressed=True)
for kind in ("double", "single", "int16", "uint16", "int32", "uint32", "int64", "uint64"):
    save(f"setid-{kind}", {k: v.astype(kind) for k, v in parts.items()}, compressed=kind in ("double", "int64"))
save("setid-without-tstid", {k: parts[k] for k in ("trnid", "valid")})
save("setid-fraction", {**parts, "trnid": parts["trnid"] + 0.5}, compressed=True)
save("setid-complex", {**parts, "trnid": parts["trnid"] + 1j}, compressed=True)
save("setid-text", {**parts, "trnid": "one two"}, compressed=True)
save("setid-empty", {**parts, "trnid": np.zeros((1, 0))}, compressed=True)
save("setid-beyond", {**parts, "valid": parts["valid"] + 200}, compressed=True)
