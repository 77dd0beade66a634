#define _GNU_SOURCE
#include "CMatLists.h"

#include "CConfine.h"

#include <errno.h>
#include <fcntl.h>
#include <matio.h>
#include <math.h>
#include <signal.h>
#include <stdbool.h>
#include <stdlib.h>
#include <unistd.h>

typedef struct {
    int32_t outcome;
    uint64_t count;
} header;

// ------------------------------------------------------------------------------------------------------------- the child

#define COPY_INTEGERS(type) \
    for (size_t i = 0; i < count; i++) values[i] = (int64_t)((const type *)data)[i]; \
    return true

// Whether all are whole numbers; where not, `*place` is the first that is none.
static bool copy_floats(int64_t *values, const void *data, size_t count, bool is_double, size_t *place) {
    for (size_t i = 0; i < count; i++) {
        double value = is_double ? ((const double *)data)[i] : ((const float *)data)[i];
        // Up to 2^53, which no number of an image comes near.
        if (!(fabs(value) <= 9007199254740992.0) || value != floor(value)) {
            *place = i;
            return false;
        }
        values[i] = (int64_t)value;
    }
    return true;
}

static bool copy(int64_t *values, const void *data, size_t count, enum matio_types type, size_t *place) {
    switch (type) {
    case MAT_T_INT8: COPY_INTEGERS(int8_t);
    case MAT_T_UINT8: COPY_INTEGERS(uint8_t);
    case MAT_T_INT16: COPY_INTEGERS(int16_t);
    case MAT_T_UINT16: COPY_INTEGERS(uint16_t);
    case MAT_T_INT32: COPY_INTEGERS(int32_t);
    case MAT_T_UINT32: COPY_INTEGERS(uint32_t);
    case MAT_T_INT64: COPY_INTEGERS(int64_t);
    case MAT_T_UINT64:
        for (size_t i = 0; i < count; i++) {
            if (((const uint64_t *)data)[i] > INT64_MAX) {
                *place = i;
                return false;
            }
        }
        COPY_INTEGERS(uint64_t);
    case MAT_T_SINGLE: return copy_floats(values, data, count, false, place);
    case MAT_T_DOUBLE: return copy_floats(values, data, count, true, place);
    default: *place = SIZE_MAX; return false;
    }
}

static cmat_outcome find(const char *path, const char *name, int64_t **values, size_t *count) {
    mat_t *file = Mat_Open(path, MAT_ACC_RDONLY);
    if (!file) return CMAT_IS_NO_MATLAB_FILE;
    matvar_t *list = Mat_VarReadInfo(file, name);
    if (!list) return CMAT_HAS_NO_SUCH_LIST;
    if (list->isComplex || list->class_type < MAT_C_DOUBLE || list->class_type > MAT_C_UINT64) return CMAT_IS_NO_LIST_OF_NUMBERS;
    *count = 1;
    for (int axis = 0; axis < list->rank; axis++) {
        size_t extent = list->dims ? list->dims[axis] : SIZE_MAX;
        if (extent > CMAT_MOST || *count * extent > CMAT_MOST) return CMAT_IS_DAMAGED;
        *count *= extent;
    }
    if (*count == 0) return CMAT_IS_EMPTY;
    if (Mat_VarReadDataAll(file, list) != 0 || !list->data || list->data_size <= 0
        || list->nbytes / (size_t)list->data_size < *count)
        return CMAT_IS_DAMAGED;
    *values = malloc(*count * sizeof **values);
    size_t place = 0;
    if (!*values) return CMAT_IS_DAMAGED;
    if (copy(*values, list->data, *count, list->data_type, &place)) return CMAT_READ;
    if (place == SIZE_MAX) return CMAT_IS_DAMAGED;
    *count = place;
    return CMAT_IS_NO_WHOLE_NUMBER;
}

static bool write_all(int descriptor, const void *bytes, size_t size) {
    for (const char *place = bytes; size > 0;) {
        ssize_t written = write(descriptor, place, size);
        if (written < 0 && errno == EINTR) continue;
        if (written <= 0) return false;
        place += written, size -= (size_t)written;
    }
    return true;
}

// ------------------------------------------------------------------------------------------------------------ the parent

cmat_outcome cmat_read(const char *path, const char *name, int64_t **values, size_t *count) {
    *values = NULL, *count = 0;
    int ends[2];
    if (pipe2(ends, O_CLOEXEC) != 0) return CMAT_IS_DAMAGED;
    const cconfine_limits limits = {.milliseconds = 5000, .bytes = 512 << 20};
    pid_t child = cconfine_fork(&limits, SIGKILL);
    if (child == 0) {
        size_t found = 0;
        int64_t *read = NULL;
        header sent = {.outcome = find(path, name, &read, &found)};
        sent.count = found;
        bool is_sent = write_all(ends[1], &sent, sizeof sent);
        if (is_sent && sent.outcome == CMAT_READ) is_sent = write_all(ends[1], read, found * sizeof *read);
        _exit(is_sent ? 0 : 1);
    }
    close(ends[1]);
    cmat_outcome outcome = CMAT_IS_DAMAGED;
    header sent;
    if (child > 0 && cconfine_read(ends[0], &sent, sizeof sent) == sizeof sent) {
        outcome = (cmat_outcome)sent.outcome;
        *count = sent.count;
        if (outcome == CMAT_READ) {
            size_t size = sent.count * sizeof **values;
            *values = sent.count <= CMAT_MOST ? malloc(size) : NULL;
            if (!*values || cconfine_read(ends[0], *values, size) != size) outcome = CMAT_IS_DAMAGED;
        }
    }
    close(ends[0]);
    if (child > 0 && cconfine_wait(child).code != 0) outcome = CMAT_IS_DAMAGED;
    if (outcome != CMAT_READ) {
        free(*values);
        *values = NULL;
    }
    return outcome;
}
