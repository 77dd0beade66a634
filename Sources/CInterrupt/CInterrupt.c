// A signal handler may call almost nothing: it finds what to remove in a fixed table and calls unlink(2), which is
// allowed. C, because Swift promises nothing about what its own code does inside a handler.
#include "CInterrupt.h"

#include <limits.h>
#include <signal.h>
#include <stdatomic.h>
#include <string.h>
#include <unistd.h>

enum { SLOTS = 64 };
enum { FREE, RESERVED, ACTIVE };

static struct {
    atomic_int state;
    char path[PATH_MAX];
} slots[SLOTS];

int cinterrupt_protect(const char *path) {
    size_t length = strlen(path);
    if (length >= PATH_MAX) return -1;
    for (int slot = 0; slot < SLOTS; slot++) {
        int expected = FREE;
        if (!atomic_compare_exchange_strong(&slots[slot].state, &expected, RESERVED)) continue;
        memcpy(slots[slot].path, path, length + 1);
        atomic_store(&slots[slot].state, ACTIVE);
        return slot;
    }
    return -1;
}

void cinterrupt_release(int slot) {
    if (slot >= 0 && slot < SLOTS) atomic_store(&slots[slot].state, FREE);
}

void cinterrupt_remove(void) {
    for (int slot = 0; slot < SLOTS; slot++) {
        if (atomic_load(&slots[slot].state) == ACTIVE) unlink(slots[slot].path);
    }
}

static void interrupted(int signal) {
    cinterrupt_remove();
    // SA_RESETHAND has restored the default action, so the caller sees a death by signal.
    raise(signal);
}

void cinterrupt_install(void) {
    const int handled[] = {SIGINT, SIGTERM, SIGHUP};
    struct sigaction action;
    memset(&action, 0, sizeof action);
    action.sa_handler = interrupted;
    action.sa_flags = SA_RESETHAND;
    sigemptyset(&action.sa_mask);
    for (size_t i = 0; i < sizeof handled / sizeof *handled; i++) sigaddset(&action.sa_mask, handled[i]);
    for (size_t i = 0; i < sizeof handled / sizeof *handled; i++) {
        struct sigaction current;
        if (sigaction(handled[i], NULL, &current) == 0 && current.sa_handler == SIG_IGN) continue;
        sigaction(handled[i], &action, NULL);
    }
    // A program that starts this one from a thread of libdispatch hands down a mask that blocks them.
    sigprocmask(SIG_UNBLOCK, &action.sa_mask, NULL);
}
