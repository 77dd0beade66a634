// Lists of whole numbers in MATLAB files, read by libmatio in a child process: it believes what a file claims.
#pragma once

#include <stddef.h>
#include <stdint.h>

typedef enum {
    CMAT_READ,
    CMAT_IS_NO_MATLAB_FILE,
    CMAT_HAS_NO_SUCH_LIST,
    CMAT_IS_NO_LIST_OF_NUMBERS,
    CMAT_IS_EMPTY,
    // `count` is the element's place.
    CMAT_IS_NO_WHOLE_NUMBER,
    CMAT_IS_DAMAGED,
} cmat_outcome;

// Longer lists are taken for damage: no list of images comes near it.
enum { CMAT_MOST = 10000000 };

// Reads the real numeric array `name` of a file of version 5 or 7.3, by columns. The values are the caller's to free.
cmat_outcome cmat_read(const char *path, const char *name, int64_t **values, size_t *count);
