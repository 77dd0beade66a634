// HDF5's constants are macros over run-time variables, which Swift cannot import: each gets a function.
#pragma once
#include <hdf5.h>

static inline hid_t chdf5_native_float(void) { return H5T_NATIVE_FLOAT; }
