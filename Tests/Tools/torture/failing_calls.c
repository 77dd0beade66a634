// Preloaded into a command, fails one of its calls on files in a folder, or has its clock jump; see torture.py.
//
//   TORTURE_FOLDER=DIR    the files that are meant
//   TORTURE_FAULT=NAME:N  write: the disk is full after N bytes; fsync, rename, truncate: the N-th call fails, from 1
//   TORTURE_NOTE=FILE     is made when the fault is met
//   TORTURE_CLOCK=N:S     the clock that people read jumps by S seconds at the N-th look at it, from 1
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <sys/uio.h>
#include <time.h>
#include <unistd.h>

static atomic_llong met, looks;

static int is_meant(const char *path) {
    const char *folder = getenv("TORTURE_FOLDER");
    return folder && strncmp(path, folder, strlen(folder)) == 0;
}

static int is_meant_file(int file) {
    char link[64], path[PATH_MAX];
    snprintf(link, sizeof link, "/proc/self/fd/%d", file);
    ssize_t length = readlink(link, path, sizeof path - 1);
    if (length < 0) return 0;
    path[length] = 0;
    return is_meant(path);
}

// The number behind a name in the fault, 0 where another one is meant.
static long long fault(const char *name) {
    const char *text = getenv("TORTURE_FAULT");
    size_t length = strlen(name);
    return text && strncmp(text, name, length) == 0 && text[length] == ':' ? atoll(text + length + 1) : 0;
}

static void note(void) {
    const char *path = getenv("TORTURE_NOTE");
    int file = path ? open(path, O_CREAT | O_WRONLY | O_CLOEXEC, 0600) : -1;
    if (file >= 0) close(file);
}

static int fails(const char *name, int number) {
    if (atomic_fetch_add(&met, 1) + 1 != fault(name)) return 0;
    note();
    errno = number;
    return 1;
}

// How many of the bytes still find a place; -1 where none does.
static ssize_t room(int file, size_t size) {
    long long end = fault("write");
    if (!end || size == 0 || !is_meant_file(file)) return (ssize_t)size;
    long long start = atomic_fetch_add(&met, (long long)size);
    if (start + (long long)size <= end) return (ssize_t)size;
    note();
    if (start < end) return end - start;
    errno = ENOSPC;
    return -1;
}

ssize_t write(int file, const void *bytes, size_t size) {
    ssize_t left = room(file, size);
    return left < 0 ? -1 : syscall(SYS_write, file, bytes, left);
}

ssize_t pwrite64(int file, const void *bytes, size_t size, off64_t place) {
    ssize_t left = room(file, size);
    return left < 0 ? -1 : syscall(SYS_pwrite64, file, bytes, left, place);
}
ssize_t pwrite(int file, const void *bytes, size_t size, off_t place) { return pwrite64(file, bytes, size, place); }

ssize_t writev(int file, const struct iovec *parts, int count) {
    // One part is a write as well, and callers go on with the others.
    for (int i = 0; i < count; i++) {
        if (parts[i].iov_len) return write(file, parts[i].iov_base, parts[i].iov_len);
    }
    return 0;
}

int fsync(int file) { return fault("fsync") && is_meant_file(file) && fails("fsync", EIO) ? -1 : (int)syscall(SYS_fsync, file); }
int fdatasync(int file) { return fsync(file); }

int ftruncate64(int file, off64_t length) {
    if (fault("truncate") && is_meant_file(file) && fails("truncate", ENOSPC)) return -1;
    return (int)syscall(SYS_ftruncate, file, length);
}
int ftruncate(int file, off_t length) { return ftruncate64(file, length); }

int rename(const char *from, const char *to) {
    char whole[PATH_MAX] = "";
    if (fault("rename") && (to[0] == '/' || getcwd(whole, sizeof whole)) && is_meant(to[0] == '/' ? to : whole)
        && fails("rename", EIO))
        return -1;
    return (int)syscall(SYS_rename, from, to);
}

static long long jump(void) {
    const char *text = getenv("TORTURE_CLOCK"), *seconds = text ? strchr(text, ':') : NULL;
    if (!seconds || atomic_fetch_add(&looks, 1) + 1 < atoll(text)) return 0;
    return atoll(seconds + 1);
}

int clock_gettime(clockid_t clock, struct timespec *now) {
    int status = (int)syscall(SYS_clock_gettime, clock, now);
    if (status == 0 && (clock == CLOCK_REALTIME || clock == CLOCK_REALTIME_COARSE)) now->tv_sec += jump();
    return status;
}

int gettimeofday(struct timeval *now, void *zone) {
    int status = (int)syscall(SYS_gettimeofday, now, zone);
    if (status == 0) now->tv_sec += jump();
    return status;
}

time_t time(time_t *now) {
    struct timespec at;
    clock_gettime(CLOCK_REALTIME, &at);
    if (now) *now = at.tv_sec;
    return at.tv_sec;
}
