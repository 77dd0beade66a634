// Temporary files that do not outlive an interrupted process.
#pragma once

// Registers a file to be removed if the process is interrupted. `path` should be absolute.
// Returns a slot to release, or -1 if the table is full or the path too long; the file then simply is not removed.
int cinterrupt_protect(const char *path);

// Forgets a registered file. Negative slots are ignored.
void cinterrupt_release(int slot);

// Removes the registered files now, for a process that ends without going through its own code.
void cinterrupt_remove(void);

// From now on SIGINT, SIGTERM and SIGHUP remove the registered files and then end the process as they would have
// by default (a shell reports 130, 143, 129). A signal that was ignored when the process started stays ignored.
void cinterrupt_install(void);
