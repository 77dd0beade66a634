"""Writes Tests/ArtifactsTests/Fixtures/foreign.h5: an HDF5 file of another program's, with what CAP never writes.

Written with h5py 3.16.0 (HDF5 2.0.0) and numpy 2.4.6:  python make_foreign_hdf5.py foreign.h5
"""
import sys

import h5py
import numpy as np

with h5py.File(sys.argv[1], "w") as file:
    file.attrs["title"] = "measurements"
    file.attrs["count"] = 3
    file.attrs["range"] = np.array([0.5, 1.5])
    group = file.create_group("group/inner")
    group.attrs["note"] = "a note"
    group["fixed"] = np.array([b"abc", b"de"], dtype="S5")
    group["flags"] = np.array([True, False])
    group["half"] = np.arange(5, dtype="f2")
    group["large"] = np.array([2**64 - 1], dtype="u8")
    group["big_endian"] = np.array([-1, 256], dtype=">i2")
    group["records"] = np.array([(1, 2.0)], dtype=[("a", "i4"), ("b", "f8")])
    group.create_dataset("packed", data=np.full((1000, 100), 7.0), compression="gzip", chunks=(100, 100))
    group["packed"].dims[0].label = "row"
    group["packed"].attrs["unit"] = "m"
    file["empty"] = h5py.Empty("f4")
    file["text"] = "scalar text, ünïcödé"
    file["nowhere"] = h5py.SoftLink("/missing")
    file["same"] = file["group"]
    file["group/inner/root"] = file["/"]
    file.create_dataset("claimed", shape=(2**40, 2**20), chunks=(1, 2**10), dtype="f8")
