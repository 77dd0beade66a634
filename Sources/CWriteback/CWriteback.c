#define _GNU_SOURCE
#include "CWriteback.h"

#include <fcntl.h>

void cwriteback_start(int descriptor) {
#ifdef SYNC_FILE_RANGE_WRITE
    sync_file_range(descriptor, 0, 0, SYNC_FILE_RANGE_WRITE);
#else
    (void)descriptor;
#endif
}
