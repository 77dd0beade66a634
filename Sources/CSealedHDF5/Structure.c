// A walk through a file's structure and its text, which finds what a reader would fall over.
#define _GNU_SOURCE
#include "CConfine.h"
#include "Sealed.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum {
    DEPTH = 64, LINKS = 100000, ATTRIBUTES = 4096, PIECES = 1 << 20, PIECE_VALUES = 1 << 16, SMALL_BYTES = 1 << 20,
    SCAN_BYTES = 512 << 20, SCAN_MILLISECONDS = 500, SCAN_BYTES_A_MILLISECOND = 20 << 10,
};

// What HDF5 1.12 gave new names.
#if H5_VERSION_GE(1, 12, 0)
typedef H5O_info2_t object_info;
typedef H5O_token_t object_place;
typedef H5L_info2_t link_info;
#define GET_OBJECT_INFO(object, info) H5Oget_info3(object, info, H5O_INFO_BASIC | H5O_INFO_NUM_ATTRS)
#define OBJECT_PLACE(info) (info).token
#define ITERATE_LINKS(group, index, call, context) H5Literate2(group, index, H5_ITER_INC, NULL, call, context)
#define RECLAIM(type, space, buffer) H5Treclaim(type, space, H5P_DEFAULT, buffer)
#else
typedef H5O_info_t object_info;
typedef haddr_t object_place;
typedef H5L_info_t link_info;
#define GET_OBJECT_INFO(object, info) H5Oget_info2(object, info, H5O_INFO_BASIC | H5O_INFO_NUM_ATTRS)
#define OBJECT_PLACE(info) (info).addr
#define ITERATE_LINKS(group, index, call, context) H5Literate(group, index, H5_ITER_INC, NULL, call, context)
#define RECLAIM(type, space, buffer) H5Dvlen_reclaim(type, space, H5P_DEFAULT, buffer)
#endif

typedef struct {
    csealed *file;
    char *sentence;
    bool is_refused;
    // Whether HDF5 asked for memory that it did not get, and the first thing that it could not do once the file was open: why it
    // cannot be opened is for its reader to say.
    bool is_starved, is_open;
    char error[128];
    size_t links;
    int depth;
    // The objects seen, by their place in the file: a table of a power of two, at most half full.
    object_place *seen;
    bool *is_taken;
    size_t room, count;
} walk;

static int refuse(walk *walk, const char *format, ...) __attribute__((format(printf, 2, 3)));
static int refuse(walk *walk, const char *format, ...) {
    va_list values;
    va_start(values, format);
    vsnprintf(walk->sentence, CSEALED_SENTENCE, format, values);
    va_end(values);
    walk->is_refused = true;
    return -1;
}

// Whether the object is met for the first time.
static bool is_new(walk *walk, object_place place) {
    if (2 * walk->count >= walk->room) {
        size_t room = walk->room ? 2 * walk->room : 1024;
        object_place *seen = calloc(room, sizeof *seen);
        bool *is_taken = calloc(room, sizeof *is_taken);
        if (!seen || !is_taken) abort();
        for (size_t i = 0; i < walk->room; i++) {
            if (!walk->is_taken[i]) continue;
            size_t slot = XXH3_64bits(&walk->seen[i], sizeof *seen) & (room - 1);
            while (is_taken[slot]) slot = (slot + 1) & (room - 1);
            seen[slot] = walk->seen[i];
            is_taken[slot] = true;
        }
        free(walk->seen);
        free(walk->is_taken);
        walk->seen = seen, walk->is_taken = is_taken, walk->room = room;
    }
    size_t slot = XXH3_64bits(&place, sizeof place) & (walk->room - 1);
    for (; walk->is_taken[slot]; slot = (slot + 1) & (walk->room - 1)) {
        if (memcmp(&walk->seen[slot], &place, sizeof place) == 0) return false;
    }
    walk->seen[slot] = place;
    walk->is_taken[slot] = true;
    walk->count++;
    return true;
}

// The name of an object, cut to what a sentence holds.
static const char *name_of(hid_t object, char name[256]) {
    if (H5Iget_name(object, name, 256) <= 0) strcpy(name, "an object");
    return name;
}

// ---------------------------------------------------------------------------------------------------------------- values

// Reads a block of values and lets go of them. -1 where HDF5 cannot.
static int read_block(hid_t dataset, hid_t type, hid_t space, int rank, const hsize_t *start, const hsize_t *count) {
    hsize_t values = 1;
    for (int i = 0; i < rank; i++) values *= count[i];
    if (rank > 0 && H5Sselect_hyperslab(space, H5S_SELECT_SET, start, NULL, count, NULL) < 0) return -1;
    hid_t memory = H5Screate_simple(1, &values, NULL);
    void *buffer = calloc(values, H5Tget_size(type));
    int status = -1;
    if (memory >= 0 && buffer) {
        status = H5Dread(dataset, type, memory, space, H5P_DEFAULT, buffer) < 0 ? -1 : 0;
        if (H5Tis_variable_str(type) > 0) RECLAIM(type, memory, buffer);
    }
    free(buffer);
    if (memory >= 0) H5Sclose(memory);
    return status;
}

// Reads all of a dataset piece by piece: what is only now allocated, unpacked and followed through the file.
static int read_values(walk *walk, hid_t dataset, hid_t type, hid_t space, hid_t creation) {
    char name[256];
    hsize_t extents[H5S_MAX_RANK], step[H5S_MAX_RANK], start[H5S_MAX_RANK] = {0}, count[H5S_MAX_RANK];
    int rank = H5Sget_simple_extent_dims(space, extents, NULL);
    if (rank < 0) return 0;
    double values = 1, pieces = 1;
    for (int i = 0; i < rank; i++) values *= (double)extents[i];
    if (values == 0 || H5Sget_simple_extent_type(space) == H5S_NULL) return 0;
    hsize_t stored = H5Dget_storage_size(dataset);
    bool is_packed = H5Pget_nfilters(creation) > 0;
    // Nothing shrinks more than deflate's 1 : 1032.
    if (values > PIECE_VALUES && values * (double)H5Tget_size(type) > (double)stored * (is_packed ? 1032 : 1))
        return refuse(
            walk, "%s claims %.0f values, but only %llu bytes are stored: the file is damaged", name_of(dataset, name),
            values, (unsigned long long)stored);
    if (H5Pget_layout(creation) == H5D_CHUNKED) {
        if (H5Pget_chunk(creation, rank, step) != rank) return 0;
    } else {
        double row = extents[0] ? values / (double)extents[0] : 0;
        memcpy(step, extents, sizeof extents);
        if (rank > 0) step[0] = row >= PIECE_VALUES ? 1 : (hsize_t)(PIECE_VALUES / row) + 1;
        if (rank > 0 && step[0] > extents[0]) step[0] = extents[0];
    }
    for (int i = 0; i < rank; i++) pieces *= (double)((extents[i] - 1) / step[i] + 1);
    if (pieces > PIECES)
        return refuse(walk, "%s lies in %.0f pieces, and at most %d are read", name_of(dataset, name), pieces, PIECES);
    for (;;) {
        for (int i = 0; i < rank; i++) count[i] = step[i] < extents[i] - start[i] ? step[i] : extents[i] - start[i];
        if (read_block(dataset, type, space, rank, start, count) != 0)
            return refuse(walk, "%s cannot be read: the file is damaged", name_of(dataset, name));
        int axis = rank - 1;
        for (; axis >= 0; axis--) {
            start[axis] += step[axis];
            if (start[axis] < extents[axis]) break;
            start[axis] = 0;
        }
        if (axis < 0) return 0;
    }
}

// Reads all numbers of a small dataset; whether it can is for its reader to say.
static void read_numbers(hid_t dataset, hid_t type, hid_t space) {
    hssize_t count = H5Sget_simple_extent_npoints(space);
    size_t size = H5Tget_size(type);
    if (count <= 0 || size == 0 || (size_t)count > SMALL_BYTES / size) return;
    void *buffer = malloc((size_t)count * size);
    if (buffer) H5Dread(dataset, type, H5S_ALL, H5S_ALL, H5P_DEFAULT, buffer);
    free(buffer);
}

static int scan_dataset(walk *walk, hid_t dataset) {
    char reason[CSEALED_SENTENCE], name[256];
    int refused = csealed_dataset_refusal(dataset, reason);
    if (refused == 2) return refuse(walk, "%s %s", name_of(dataset, name), reason);
    if (refused) return 0;
    hid_t type = H5Dget_type(dataset), space = H5Dget_space(dataset), creation = H5Dget_create_plist(dataset);
    int status = 0;
    if (type >= 0 && space >= 0 && creation >= 0) {
        H5T_class_t class = H5Tget_class(type);
        bool is_number = class == H5T_INTEGER || class == H5T_FLOAT;
        if (class == H5T_STRING || (is_number && H5Pget_nfilters(creation) > 0)) {
            status = read_values(walk, dataset, type, space, creation);
        } else {
            // Numbers that are stored as they are lead nowhere: the index of their chunks is walked through, and what is
            // small is read.
            H5Dget_storage_size(dataset);
            if (is_number) read_numbers(dataset, type, space);
        }
    }
    if (creation >= 0) H5Pclose(creation);
    if (space >= 0) H5Sclose(space);
    if (type >= 0) H5Tclose(type);
    return status;
}

// ------------------------------------------------------------------------------------------------------------ attributes

static herr_t scan_attribute(hid_t object, const char *attribute_name, const H5A_info_t *info, void *context) {
    (void)info;
    walk *walk = context;
    char reason[CSEALED_SENTENCE], name[256];
    hid_t attribute = H5Aopen(object, attribute_name, H5P_DEFAULT);
    if (attribute < 0) return 0;
    int status = 0;
    if (csealed_attribute_refusal(attribute, reason)) {
        status = refuse(walk, "attribute %.100s of %s %s", attribute_name, name_of(object, name), reason);
    } else {
        hid_t type = H5Aget_type(attribute), space = H5Aget_space(attribute);
        hssize_t values = H5Sget_simple_extent_npoints(space);
        if (H5Tget_class(type) == H5T_STRING && values > 0) {
            void *buffer = calloc((size_t)values, H5Tget_size(type));
            if (!buffer || H5Aread(attribute, type, buffer) < 0)
                status = refuse(
                    walk, "attribute %.100s of %s cannot be read: the file is damaged", attribute_name,
                    name_of(object, name));
            if (buffer && H5Tis_variable_str(type) > 0) RECLAIM(type, space, buffer);
            free(buffer);
        }
        H5Sclose(space);
        H5Tclose(type);
    }
    H5Aclose(attribute);
    return status;
}

static int scan_attributes(walk *walk, hid_t object, const object_info *info) {
    char name[256];
    if (info->num_attrs > ATTRIBUTES)
        return refuse(
            walk, "%s has %llu attributes, and at most %d are read", name_of(object, name),
            (unsigned long long)info->num_attrs, ATTRIBUTES);
    H5Aiterate2(object, H5_INDEX_CRT_ORDER, H5_ITER_INC, NULL, scan_attribute, walk);
    if (!walk->is_refused) H5Aiterate2(object, H5_INDEX_NAME, H5_ITER_INC, NULL, scan_attribute, walk);
    return walk->is_refused ? -1 : 0;
}

// ---------------------------------------------------------------------------------------------------------------- groups

static int scan_object(walk *walk, hid_t object);

static herr_t scan_link(hid_t group, const char *link_name, const link_info *info, void *context) {
    walk *walk = context;
    char name[256];
    // Each is met twice.
    if (++walk->links > 2 * LINKS) return refuse(walk, "has more than %d objects, which are not read", LINKS);
    // Links by name are not followed.
    if (info->type != H5L_TYPE_HARD) return 0;
    hid_t object = H5Oopen(group, link_name, H5P_DEFAULT);
    if (object < 0) return 0;
    int status = 0;
    if (++walk->depth > DEPTH)
        status = refuse(walk, "%s lies more than %d groups deep, which is not read", name_of(object, name), DEPTH);
    else
        status = scan_object(walk, object);
    walk->depth--;
    H5Oclose(object);
    return status;
}

static int scan_object(walk *walk, hid_t object) {
    object_info info;
    if (GET_OBJECT_INFO(object, &info) < 0 || !is_new(walk, OBJECT_PLACE(info))) return 0;
    H5I_type_t kind = H5Iget_type(object);
    if (kind != H5I_GROUP && kind != H5I_DATASET) return 0;
    if (scan_attributes(walk, object, &info) != 0) return -1;
    if (kind == H5I_DATASET) return scan_dataset(walk, object);
    // In both orders, as a reader may go; an object that was seen costs nothing further.
    ITERATE_LINKS(object, H5_INDEX_CRT_ORDER, scan_link, walk);
    if (!walk->is_refused) ITERATE_LINKS(object, H5_INDEX_NAME, scan_link, walk);
    return walk->is_refused ? -1 : 0;
}

// ------------------------------------------------------------------------------------------------------------- the whole

// Whether such an error is about what is stored, rather than about what was asked for.
static bool is_of_structure(hid_t kind) {
    const hid_t kinds[] = {H5E_OHDR, H5E_CACHE, H5E_HEAP, H5E_BTREE, H5E_IO, H5E_VFL, H5E_FSPACE, H5E_EARRAY, H5E_FARRAY, H5E_SOHM};
    for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++) {
        if (kind == kinds[i]) return true;
    }
    return false;
}

static herr_t note_error(unsigned depth, const H5E_error2_t *error, void *context) {
    walk *walk = context;
    if (error->maj_num == H5E_RESOURCE || error->min_num == H5E_NOSPACE || error->min_num == H5E_CANTALLOC)
        walk->is_starved = true;
    // The innermost says what is wrong. What is not there, or not kept in an order, is no damage.
    if (depth == 0 && walk->is_open && !*walk->error && error->desc && is_of_structure(error->maj_num))
        snprintf(walk->error, sizeof walk->error, "%s", error->desc);
    return 0;
}

// Called for every call of HDF5 that fails. After one, HDF5 may be in a state that the next call, in the process that reads the file,
// crashes in; and where memory ends here, it would get the memory there.
static herr_t failed(hid_t errors, void *context) { return H5Ewalk2(errors, H5E_WALK_UPWARD, note_error, context); }

int csealed_scan(csealed *file, char sentence[CSEALED_SENTENCE]) {
    walk walk = {.file = file, .sentence = sentence};
    H5E_auto2_t reported;
    void *report_context;
    H5Eget_auto2(H5E_DEFAULT, &reported, &report_context);
    H5Eset_auto2(H5E_DEFAULT, failed, &walk);
    hid_t opened = sealed_open_hdf5(file);
    walk.is_open = opened >= 0;
    hid_t root = walk.is_open ? H5Oopen(opened, "/", H5P_DEFAULT) : H5I_INVALID_HID;
    if (root >= 0) {
        scan_object(&walk, root);
        H5Oclose(root);
    }
    if (walk.is_open) H5Fclose(opened);
    H5Eset_auto2(H5E_DEFAULT, reported, report_context);
    free(walk.seen);
    free(walk.is_taken);
    if (walk.is_starved && !walk.is_refused)
        refuse(&walk, "takes more memory to read than its size allows: the file is damaged; get another copy or make it again");
    if (*walk.error && !walk.is_refused)
        refuse(&walk, "cannot be read (%s): the file is damaged; get another copy or make it again", walk.error);
    return walk.is_refused ? -1 : 0;
}

int csealed_scan_confined(csealed *file, char sentence[CSEALED_SENTENCE]) {
    int report[2];
    if (pipe2(report, O_CLOEXEC) != 0) {
        snprintf(sentence, CSEALED_SENTENCE, "cannot be checked: %s", strerror(errno));
        return -1;
    }
    // Registered here, so that the child finds it.
    sealed_driver();
    cconfine_limits limits = {SCAN_MILLISECONDS + file->size / SCAN_BYTES_A_MILLISECOND, SCAN_BYTES};
    pid_t child = cconfine_fork(&limits, SIGKILL);
    if (child < 0) {
        snprintf(sentence, CSEALED_SENTENCE, "cannot be checked: %s", strerror(errno));
        close(report[0]);
        close(report[1]);
        return -1;
    }
    if (child == 0) {
        char found[CSEALED_SENTENCE] = "";
        int status = csealed_scan(file, found);
        if (status != 0 && write(report[1], found, sizeof found) != sizeof found) _exit(3);
        _exit(status == 0 ? 0 : 2);
    }
    close(report[1]);
    size_t length = cconfine_read(report[0], sentence, CSEALED_SENTENCE - 1);
    sentence[length] = 0;
    close(report[0]);
    cconfine_outcome outcome = cconfine_wait(child);
    if (outcome.code == 0) return 0;
    if (outcome.code == 2 && length > 0) return -1;
    unsigned major, minor, release;
    H5get_libversion(&major, &minor, &release);
    const char *what = outcome.was_too_long ? "takes too long" : outcome.signal ? strsignal(outcome.signal) : "fails";
    snprintf(
        sentence, CSEALED_SENTENCE,
        "reading its structure ends HDF5 %u.%u.%u (%s): the file is damaged; get another copy or make it again", major, minor,
        release, what);
    return -1;
}
