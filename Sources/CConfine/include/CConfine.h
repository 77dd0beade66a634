// Work on a file of unknown origin, in a child process whose death is not one's own.
#pragma once

#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

typedef struct {
    // Of computing, not of waiting.
    uint64_t milliseconds;
    // Of address space besides what the process holds already.
    uint64_t bytes;
} cconfine_limits;

typedef struct {
    // The exit code, or -1 where a signal ended the child.
    int code;
    int signal;
    // Whether it was ended for computing longer than it may.
    int was_too_long;
} cconfine_outcome;

// Goes on in two processes: returns 0 in the child, under the limits, and the child's id in the parent; -1 with errno on
// failure. The child dies with its parent (of `death_signal`), leaves no core, and its crashes take the default action.
// Where the process has other threads, the child may call C code only, and has to end with _exit.
pid_t cconfine_fork(const cconfine_limits *limits, int death_signal);

// Reads what a child writes into a pipe, until there are `size` bytes of it or no more; returns how many.
size_t cconfine_read(int descriptor, void *bytes, size_t size);

// Waits for the child's end.
cconfine_outcome cconfine_wait(pid_t child);

/// Where messages go: the standard error, or in a child its duplicate, since the C library's own are dropped there.
int cconfine_error_descriptor(void);

// Whether this is such a child.
int cconfine_is_confined(void);

// Takes note of the file that is read from now on, for the parent to name should the child die; cut to 4095 bytes.
void cconfine_note_file(const char *path);

// The file that the last child noted, or "".
const char *cconfine_noted_file(void);
