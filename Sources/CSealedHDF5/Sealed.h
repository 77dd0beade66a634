// What the parts of this target share.
#pragma once

#include "CSealedHDF5.h"

#include <hdf5.h>
// Where 1.14 keeps what drivers are made of.
#if __has_include(<H5FDdevelop.h>)
#include <H5FDdevelop.h>
#endif
#include <stdatomic.h>
#include <stdbool.h>
#include "../CXXHash/shim.h"

enum { BLOCK = 1 << 16, IMAGES = 16 };

// A block in memory: of a file being read, checked; of one being written, as it is on disk.
typedef struct {
    uint64_t block;
    uint64_t used;          // when, by the file's clock; 0 where the image is empty
    unsigned char *bytes;   // BLOCK of them
} image;

struct csealed {
    atomic_int references;
    int descriptor;
    char *name;
    bool is_writing;
    bool is_sealed;
    uint64_t length;        // of the HDF5 file
    uint64_t size;          // of the file, as it was when opened
    uint64_t blocks;        // with a place in `digests`
    XXH128_hash_t *digests;
    bool *is_known;         // of a file being written: whether the digest is that of what was written
    image images[IMAGES];
    uint64_t clock;
};

// Reads bytes, zeros beyond the end. 0, or -1 with the reason on HDF5's error stack.
int sealed_read(csealed *file, uint64_t address, size_t size, void *buffer);

// Writes bytes. 0, or -1 with the reason on HDF5's error stack.
int sealed_write(csealed *file, uint64_t address, size_t size, const void *buffer);

// Makes the file as long as that. 0, or -1 with the reason on HDF5's error stack.
int sealed_truncate(csealed *file, uint64_t length);

// The file's driver, registered with HDF5 on first use; negative on failure.
hid_t sealed_driver(void);

// Opens the file with HDF5 for reading; negative on failure.
hid_t sealed_open_hdf5(csealed *file);
