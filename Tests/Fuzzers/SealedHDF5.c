// Any bytes as a file with a seal: opened, checked, copied. And sealed, after which they are found whole, and changed.
#define _GNU_SOURCE
#include "CSealedHDF5.h"
#include "Fuzzers.h"

#include <sys/mman.h>
#include <unistd.h>

static int file_of(const uint8_t *data, size_t size) {
    int file = memfd_create("fuzzed", MFD_CLOEXEC);
    REQUIRE(file >= 0 && write(file, data, size) == (ssize_t)size);
    return file;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    char sentence[CSEALED_SENTENCE];
    int given = file_of(data, size);
    csealed *opened = csealed_open(given, "given", sentence);
    if (opened) {
        if (csealed_is_sealed(opened)) csealed_verify(opened, sentence);
        int copy = file_of(NULL, 0);
        csealed_copy(opened, copy);
        close(copy);
        csealed_release(opened);
    }
    close(given);

    int own = file_of(data, size);
    csealed *writing = csealed_create(own, "own");
    REQUIRE(writing && csealed_seal(writing) == 0);
    csealed_release(writing);
    csealed *sealed = csealed_open(own, "own", sentence);
    REQUIRE(sealed && csealed_is_sealed(sealed) && csealed_verify(sealed, sentence) == 0);
    csealed_release(sealed);
    if (size > 0) {
        uint8_t changed = data[size / 2] ^ 1;
        REQUIRE(pwrite(own, &changed, 1, (off_t)(size / 2)) == 1);
        sealed = csealed_open(own, "own", sentence);
        REQUIRE(sealed && csealed_verify(sealed, sentence) != 0);
        csealed_release(sealed);
    }
    close(own);
    return 0;
}
