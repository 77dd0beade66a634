// Reading and writing of blocks with their digests, and the seal.
#define _GNU_SOURCE
#include "Sealed.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <fcntl.h>
#include <unistd.h>

enum { FOOTER = 64, VERSION = 1, PIECE = 1 << 18 };
static const char MAGIC[8] = {'C', 'A', 'P', 's', 'e', 'a', 'l', '\n'};

static void put(unsigned char *place, uint64_t value, int bytes) {
    for (int i = 0; i < bytes; i++) place[i] = (unsigned char)(value >> (8 * i));
}

static uint64_t get(const unsigned char *place, int bytes) {
    uint64_t value = 0;
    for (int i = bytes; i-- > 0;) value = value << 8 | place[i];
    return value;
}

// In the canonical, big-endian form that is the same on all machines.
static void put_digest(unsigned char *place, XXH128_hash_t digest) {
    XXH128_canonical_t canonical;
    XXH128_canonicalFromHash(&canonical, digest);
    memcpy(place, canonical.digest, sizeof canonical.digest);
}

static XXH128_hash_t get_digest(const unsigned char *place) {
    XXH128_canonical_t canonical;
    memcpy(canonical.digest, place, sizeof canonical.digest);
    return XXH128_hashFromCanonical(&canonical);
}

static uint64_t least(uint64_t a, uint64_t b) { return a < b ? a : b; }

// Bytes until `size` or the file's end; -1 with errno.
static ssize_t read_all(int descriptor, uint64_t address, size_t size, void *buffer) {
    size_t done = 0;
    while (done < size) {
        ssize_t count = pread(descriptor, (char *)buffer + done, least(size - done, 1 << 30), (off_t)(address + done));
        if (count < 0 && errno == EINTR) continue;
        if (count < 0) return -1;
        if (count == 0) break;
        done += (size_t)count;
    }
    return (ssize_t)done;
}

static int write_all(int descriptor, uint64_t address, size_t size, const void *buffer) {
    size_t done = 0;
    while (done < size) {
        ssize_t count =
            pwrite(descriptor, (const char *)buffer + done, least(size - done, 1 << 30), (off_t)(address + done));
        if (count < 0 && errno == EINTR) continue;
        if (count < 0) return -1;
        done += (size_t)count;
    }
    return 0;
}

// The reason of a failure, where HDF5's own come to lie above it.
static int fail(const char *text) {
    H5Epush2(H5E_DEFAULT, __FILE__, __func__, __LINE__, H5E_ERR_CLS, H5E_IO, H5E_READERROR, "%s", text);
    return -1;
}

static int fail_with_errno(const char *what) {
    char text[256];
    snprintf(text, sizeof text, "%s failed: errno = %d", what, errno);
    return fail(text);
}

// ------------------------------------------------------------------------------------------------------ opening, closing

static csealed *make(int descriptor, const char *name) {
    csealed *file = calloc(1, sizeof *file);
    if (!file) return NULL;
    file->references = 1;
    file->name = strdup(name);
    file->descriptor = fcntl(descriptor, F_DUPFD_CLOEXEC, 0);
    if (file->name && file->descriptor >= 0) return file;
    int number = errno;
    csealed_release(file);
    errno = number;
    return NULL;
}

void csealed_release(csealed *file) {
    if (!file || atomic_fetch_sub(&file->references, 1) > 1) return;
    if (file->descriptor >= 0) close(file->descriptor);
    for (int i = 0; i < IMAGES; i++) free(file->images[i].bytes);
    free(file->name);
    free(file->digests);
    free(file->is_known);
    free(file);
}

int csealed_is_sealed(const csealed *file) { return file->is_sealed; }

uint64_t csealed_size(const csealed *file) { return file->size; }

int csealed_copy(csealed *file, int descriptor) {
    unsigned char *buffer = malloc(PIECE);
    int result = buffer ? 0 : -1;
    for (uint64_t start = 0; result == 0 && start < file->length; start += PIECE) {
        size_t size = least(PIECE, file->length - start);
        if (sealed_read(file, start, size, buffer) != 0 || write_all(descriptor, start, size, buffer) != 0) result = -1;
    }
    int number = errno;
    free(buffer);
    errno = number;
    return result;
}

csealed *csealed_create(int descriptor, const char *name) {
    csealed *file = make(descriptor, name);
    struct stat status;
    if (!file) return NULL;
    if (fstat(file->descriptor, &status) != 0) {
        int number = errno;
        csealed_release(file);
        errno = number;
        return NULL;
    }
    file->is_writing = true;
    file->length = (uint64_t)status.st_size;
    return file;
}

// Takes over the digests of a file that ends with a footer.
static const char *read_seal(csealed *file, const unsigned char *footer) {
    const char *damaged = "the seal at its end is damaged";
    XXH128_hash_t own = XXH3_128bits(footer, FOOTER - 16);
    if (!XXH128_isEqual(own, get_digest(footer + 48))) return damaged;
    if (get(footer + 8, 4) != VERSION || get(footer + 12, 4) != BLOCK)
        return "a newer version of CAP sealed it; update CAP";
    uint64_t length = get(footer + 16, 8), blocks = get(footer + 24, 8);
    uint64_t digests = file->size - FOOTER;
    if (length > digests || blocks != length / BLOCK + (length % BLOCK != 0) || blocks != (digests - length) / 16
        || (digests - length) % 16)
        return "its length is not the one that it was sealed with";
    // Not more than the file is long.
    unsigned char *stored = malloc(blocks * 16 + 1);
    file->digests = malloc((blocks + 1) * sizeof *file->digests);
    if (!stored || !file->digests) {
        free(stored);
        return "there is no memory for its seal";
    }
    const char *problem = NULL;
    if (read_all(file->descriptor, length, blocks * 16, stored) != (ssize_t)(blocks * 16)) {
        problem = "the seal at its end cannot be read";
    } else if (!XXH128_isEqual(XXH3_128bits(stored, blocks * 16), get_digest(footer + 32))) {
        problem = damaged;
    } else {
        for (uint64_t i = 0; i < blocks; i++) file->digests[i] = get_digest(stored + 16 * i);
        file->blocks = blocks;
        file->length = length;
        file->is_sealed = true;
    }
    free(stored);
    return problem;
}

csealed *csealed_open(int descriptor, const char *name, char sentence[CSEALED_SENTENCE]) {
    csealed *file = make(descriptor, name);
    struct stat status;
    if (!file || fstat(file->descriptor, &status) != 0) {
        snprintf(sentence, CSEALED_SENTENCE, "cannot be read: %s", strerror(errno));
        csealed_release(file);
        return NULL;
    }
    file->size = file->length = (uint64_t)status.st_size;
    unsigned char footer[FOOTER];
    if (file->size < FOOTER || read_all(file->descriptor, file->size - FOOTER, FOOTER, footer) != FOOTER
        || memcmp(footer, MAGIC, sizeof MAGIC) != 0)
        return file;
    const char *problem = read_seal(file, footer);
    if (!problem) return file;
    snprintf(sentence, CSEALED_SENTENCE, "%s", problem);
    csealed_release(file);
    return NULL;
}

// --------------------------------------------------------------------------------------------------------------- reading

static int check_block(const csealed *file, uint64_t block, const void *bytes, size_t size) {
    if (XXH128_isEqual(XXH3_128bits(bytes, size), file->digests[block])) return 0;
    char text[160];
    snprintf(
        text, sizeof text, "bytes %llu to %llu are not what was written: the file is damaged; get another copy or make it again",
        (unsigned long long)block * BLOCK, (unsigned long long)block * BLOCK + size);
    return fail(text);
}

// An image to use for a block: its own if it has one (then `used` is not 0), else an emptied one.
static image *find_image(csealed *file, uint64_t block, void (*evict)(csealed *, image *)) {
    image *oldest = &file->images[0];
    for (int i = 0; i < IMAGES; i++) {
        image *candidate = &file->images[i];
        if (candidate->used && candidate->block == block) return candidate;
        if (candidate->used < oldest->used) oldest = candidate;
    }
    if (oldest->used && evict) evict(file, oldest);
    oldest->used = 0;
    oldest->block = block;
    if (!oldest->bytes) oldest->bytes = malloc(BLOCK);
    return oldest->bytes ? oldest : NULL;
}

// A block that is read in part.
static const unsigned char *checked_block(csealed *file, uint64_t block) {
    image *image = find_image(file, block, NULL);
    if (!image) {
        fail("there is no memory to read a block");
        return NULL;
    }
    if (!image->used) {
        size_t size = least(BLOCK, file->length - block * BLOCK);
        ssize_t count = read_all(file->descriptor, block * BLOCK, size, image->bytes);
        if (count < 0) {
            fail_with_errno("reading");
            return NULL;
        }
        if (check_block(file, block, image->bytes, (size_t)count) != 0) return NULL;
    }
    image->used = ++file->clock;
    return image->bytes;
}

static int read_checked(csealed *file, uint64_t address, size_t size, unsigned char *buffer) {
    while (size) {
        uint64_t block = address / BLOCK;
        size_t within = address % BLOCK;
        size_t of_block = least(BLOCK, file->length - block * BLOCK);
        if (within == 0 && size >= of_block) {
            // Whole blocks go where they are wanted, and are checked there while they are in the processor's cache.
            size_t piece = size >= PIECE ? PIECE : size >= BLOCK ? size / BLOCK * BLOCK : of_block;
            ssize_t count = read_all(file->descriptor, address, piece, buffer);
            if (count < 0) return fail_with_errno("reading");
            if ((size_t)count < piece) memset(buffer + count, 0, piece - (size_t)count);
            for (size_t start = 0; start < piece; start += BLOCK) {
                if (check_block(file, block + start / BLOCK, buffer + start, least(BLOCK, piece - start)) != 0) return -1;
            }
            address += piece, buffer += piece, size -= piece;
        } else {
            const unsigned char *bytes = checked_block(file, block);
            if (!bytes) return -1;
            size_t count = least(size, of_block - within);
            memcpy(buffer, bytes + within, count);
            address += count, buffer += count, size -= count;
        }
    }
    return 0;
}

int sealed_read(csealed *file, uint64_t address, size_t size, void *buffer) {
    // HDF5 may ask beyond the end, and expects zeros there.
    uint64_t end = file->is_sealed ? file->length : UINT64_MAX;
    size_t stored = address < end ? least(size, end - address) : 0;
    if (file->is_sealed) {
        if (read_checked(file, address, stored, buffer) != 0) return -1;
    } else {
        ssize_t count = read_all(file->descriptor, address, stored, buffer);
        if (count < 0) return fail_with_errno("reading");
        stored = (size_t)count;
    }
    memset((char *)buffer + stored, 0, size - stored);
    return 0;
}

int csealed_verify(csealed *file, char sentence[CSEALED_SENTENCE]) {
    unsigned char *buffer = malloc(PIECE);
    int status = buffer ? 0 : -1;
    if (!buffer) snprintf(sentence, CSEALED_SENTENCE, "there is no memory to read it");
    for (uint64_t start = 0; status == 0 && start < file->length; start += PIECE) {
        size_t size = least(PIECE, file->length - start);
        ssize_t count = read_all(file->descriptor, start, size, buffer);
        if (count < 0) {
            snprintf(sentence, CSEALED_SENTENCE, "cannot be read: %s", strerror(errno));
            status = -1;
        }
        for (size_t place = 0; status == 0 && place < size; place += BLOCK) {
            size_t of_block = least(BLOCK, size - place);
            uint64_t block = (start + place) / BLOCK;
            if ((size_t)count >= place + of_block
                && XXH128_isEqual(XXH3_128bits(buffer + place, of_block), file->digests[block]))
                continue;
            snprintf(
                sentence, CSEALED_SENTENCE,
                "bytes %llu to %llu are not what was written: the file is damaged; get another copy or make it again",
                (unsigned long long)(start + place), (unsigned long long)(start + place + of_block));
            status = -1;
        }
    }
    free(buffer);
    return status;
}

// --------------------------------------------------------------------------------------------------------------- writing

static int make_room(csealed *file, uint64_t blocks) {
    if (blocks <= file->blocks) return 0;
    uint64_t room = file->blocks + file->blocks / 2 + 64;
    if (room < blocks) room = blocks;
    XXH128_hash_t *digests = realloc(file->digests, room * sizeof *digests);
    if (digests) file->digests = digests;
    bool *is_known = realloc(file->is_known, room * sizeof *is_known);
    if (is_known) file->is_known = is_known;
    if (!digests || !is_known) return fail("there is no memory for the seal");
    memset(is_known + file->blocks, 0, room - file->blocks);
    file->blocks = room;
    return 0;
}

static void take_digest(csealed *file, uint64_t block, const void *bytes) {
    file->digests[block] = XXH3_128bits(bytes, BLOCK);
    file->is_known[block] = true;
}

static void evict(csealed *file, image *image) { take_digest(file, image->block, image->bytes); }

// Takes note of a block that was written in part. Rows that are appended complete it soon; else it is read again at the end.
static int note_part(csealed *file, uint64_t block, size_t within, size_t size, const void *bytes, uint64_t end) {
    // Nothing was ever written from here on: the rest of the block is zeros.
    bool is_new = block * BLOCK >= end;
    image *image = find_image(file, block, evict);
    if (!image) return fail("there is no memory to write a block");
    if (!image->used && !is_new) {
        file->is_known[block] = false;
        return 0;
    }
    if (!image->used) memset(image->bytes, 0, BLOCK);
    memcpy(image->bytes + within, bytes, size);
    image->used = ++file->clock;
    return 0;
}

// The blocks that some written bytes lie in; what was written before ended at `end`.
static int note(csealed *file, uint64_t address, size_t size, const unsigned char *bytes, uint64_t end) {
    while (size) {
        uint64_t block = address / BLOCK;
        size_t within = address % BLOCK, count = least(size, BLOCK - within);
        if (count == BLOCK) {
            for (int i = 0; i < IMAGES; i++) {
                if (file->images[i].block == block) file->images[i].used = 0;
            }
            take_digest(file, block, bytes);
        } else if (note_part(file, block, within, count, bytes, end) != 0) {
            return -1;
        }
        address += count, bytes += count, size -= count;
    }
    return 0;
}

int sealed_write(csealed *file, uint64_t address, size_t size, const void *buffer) {
    if (make_room(file, (address + size) / BLOCK + 1) != 0) return -1;
    const unsigned char *bytes = buffer;
    while (size) {
        // Digests are taken of what is still in the processor's cache.
        size_t piece = least(size, PIECE - address % PIECE);
        if (write_all(file->descriptor, address, piece, bytes) != 0) return fail_with_errno("writing");
        uint64_t end = file->length;
        if (address + piece > end) file->length = address + piece;
        if (note(file, address, piece, bytes, end) != 0) return -1;
        address += piece, bytes += piece, size -= piece;
    }
    return 0;
}

int sealed_truncate(csealed *file, uint64_t length) {
    if (ftruncate(file->descriptor, (off_t)length) != 0) return fail_with_errno("writing");
    // What is cut off may be written again, and then is not known.
    for (uint64_t block = length / BLOCK; block < file->blocks; block++) file->is_known[block] = false;
    for (int i = 0; i < IMAGES; i++) {
        if (file->images[i].used && file->images[i].block >= length / BLOCK) file->images[i].used = 0;
    }
    file->length = length;
    return 0;
}

int csealed_seal(csealed *file) {
    struct stat status;
    if (fstat(file->descriptor, &status) != 0) return -1;
    uint64_t length = (uint64_t)status.st_size, blocks = length / BLOCK + (length % BLOCK != 0);
    for (int i = 0; i < IMAGES; i++) {
        if (file->images[i].used) evict(file, &file->images[i]);
        file->images[i].used = 0;
    }
    if (make_room(file, blocks + 1) != 0) {
        errno = ENOMEM;
        return -1;
    }
    size_t size = blocks * 16 + FOOTER;
    unsigned char *seal = calloc(1, size), *bytes = malloc(BLOCK);
    int result = seal && bytes ? 0 : -1;
    for (uint64_t block = 0; result == 0 && block < blocks; block++) {
        size_t of_block = least(BLOCK, length - block * BLOCK);
        // The last block's digest is of what there is of it.
        if (!file->is_known[block] || of_block < BLOCK) {
            if (read_all(file->descriptor, block * BLOCK, of_block, bytes) != (ssize_t)of_block) result = -1;
            file->digests[block] = XXH3_128bits(bytes, of_block);
        }
        put_digest(seal + 16 * block, file->digests[block]);
    }
    if (result == 0) {
        unsigned char *footer = seal + blocks * 16;
        memcpy(footer, MAGIC, sizeof MAGIC);
        put(footer + 8, VERSION, 4);
        put(footer + 12, BLOCK, 4);
        put(footer + 16, length, 8);
        put(footer + 24, blocks, 8);
        put_digest(footer + 32, XXH3_128bits(seal, blocks * 16));
        put_digest(footer + 48, XXH3_128bits(footer, 48));
        result = write_all(file->descriptor, length, size, seal);
    }
    int number = errno;
    free(seal);
    free(bytes);
    errno = number;
    return result;
}
