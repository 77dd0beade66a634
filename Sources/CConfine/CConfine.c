#define _GNU_SOURCE
#include "CConfine.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/time.h>
#include <sys/wait.h>
#include <unistd.h>

enum { NOTE_SIZE = 4096 };

static int is_confined;
static int error_descriptor = STDERR_FILENO;
// Shared between parent and child.
static char *note;

// The address space in use, in bytes; 0 where the system does not say. No stdio: its locks may be held by other threads.
static uint64_t address_space(void) {
    char text[64];
    int file = open("/proc/self/statm", O_RDONLY | O_CLOEXEC);
    if (file < 0) return 0;
    ssize_t length = read(file, text, sizeof text - 1);
    close(file);
    if (length <= 0) return 0;
    text[length] = 0;
    return strtoull(text, NULL, 10) * (uint64_t)sysconf(_SC_PAGESIZE);
}

static void limit(int resource, rlim_t soft, rlim_t hard) {
    struct rlimit current;
    if (getrlimit(resource, &current) != 0) return;
    if (current.rlim_max != RLIM_INFINITY && hard > current.rlim_max) hard = current.rlim_max;
    if (soft > hard) soft = hard;
    setrlimit(resource, &(struct rlimit){soft, hard});
}

static void confine(const cconfine_limits *limits, int death_signal, pid_t parent) {
    is_confined = 1;
    prctl(PR_SET_PDEATHSIG, death_signal);
    if (getppid() != parent) _exit(1);
    // A runtime's handler would print a trace of our code for what is a fault of the file's.
    const int crashes[] = {SIGSEGV, SIGBUS, SIGILL, SIGFPE, SIGABRT, SIGTRAP, SIGXCPU, SIGPROF};
    for (size_t i = 0; i < sizeof crashes / sizeof *crashes; i++) signal(crashes[i], SIG_DFL);
    // So would the C library before it aborts: what it says of the heap is not for the reader of a sentence.
    int kept = fcntl(STDERR_FILENO, F_DUPFD_CLOEXEC, STDERR_FILENO + 1), nowhere = open("/dev/null", O_WRONLY | O_CLOEXEC);
    if (kept >= 0 && nowhere >= 0 && dup2(nowhere, STDERR_FILENO) == STDERR_FILENO) error_descriptor = kept;
    if (nowhere >= 0) close(nowhere);
    limit(RLIMIT_CORE, 0, 0);
    // The timer counts finely, the limit holds whatever becomes of the timer.
    const struct itimerval end = {{0, 0}, {(time_t)(limits->milliseconds / 1000), (suseconds_t)(limits->milliseconds % 1000 * 1000)}};
    setitimer(ITIMER_PROF, &end, NULL);
    limit(RLIMIT_CPU, limits->milliseconds / 1000 + 2, limits->milliseconds / 1000 + 4);
    uint64_t held = address_space();
    if (held) limit(RLIMIT_AS, held + limits->bytes, held + limits->bytes);
}

pid_t cconfine_fork(const cconfine_limits *limits, int death_signal) {
    if (!note) {
        void *shared = mmap(NULL, NOTE_SIZE, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
        if (shared == MAP_FAILED) return -1;
        note = shared;
    }
    if (!is_confined) note[0] = 0;
    pid_t parent = getpid();
    pid_t child = fork();
    if (child == 0) confine(limits, death_signal, parent);
    return child;
}

size_t cconfine_read(int descriptor, void *bytes, size_t size) {
    size_t length = 0;
    while (length < size) {
        ssize_t count = read(descriptor, (char *)bytes + length, size - length);
        if (count < 0 && errno == EINTR) continue;
        if (count <= 0) break;
        length += (size_t)count;
    }
    return length;
}

cconfine_outcome cconfine_wait(pid_t child) {
    cconfine_outcome outcome = {-1, 0, 0};
    int status;
    pid_t ended;
    do { ended = waitpid(child, &status, 0); } while (ended < 0 && errno == EINTR);
    if (ended < 0) return outcome;
    if (WIFEXITED(status)) {
        outcome.code = WEXITSTATUS(status);
    } else if (WIFSIGNALED(status)) {
        outcome.signal = WTERMSIG(status);
        outcome.was_too_long = outcome.signal == SIGXCPU || outcome.signal == SIGPROF;
    }
    return outcome;
}

int cconfine_error_descriptor(void) { return error_descriptor; }

int cconfine_is_confined(void) { return is_confined; }

void cconfine_note_file(const char *path) {
    if (!is_confined || !note) return;
    strncpy(note, path, NOTE_SIZE - 1);
}

const char *cconfine_noted_file(void) { return note ? note : ""; }
