// Writing to disk while a program goes on.
#pragma once

// Has the system begin to write what is in memory of an open file to its disk, and returns before that is done. Nothing is
// made durable by it: fsync is, and has less to wait for afterwards. Does nothing where a system cannot do it.
void cwriteback_start(int descriptor);
