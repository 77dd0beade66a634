// HDF5 files whose every byte is checked before libhdf5 sees it.
//
// A sealed file is an HDF5 file followed by a seal, which HDF5 itself does not look at:
//
//     the HDF5 file          `length` bytes
//     digests                XXH3-128 of each 64 KiB of it, the last block being shorter
//     footer, 64 bytes       "CAPseal\n", version (u32), block size (u32), length (u64), number of blocks (u64),
//                            XXH3-128 of the digests, XXH3-128 of the footer so far; all little-endian
//
// HDF5 identifiers are int64_t here, so that this module and HDF5's own do not define them twice.
#pragma once

#include <stddef.h>
#include <stdint.h>

typedef struct csealed csealed;

enum { CSEALED_SENTENCE = 512 };

// An open file for reading; `descriptor` is duplicated. NULL where its seal is damaged, or on failure, said in `sentence`.
csealed *csealed_open(int descriptor, const char *name, char sentence[CSEALED_SENTENCE]);

// A file for writing, new or one without a seal; `descriptor` (open for reading and writing) is duplicated. NULL with errno on
// failure.
csealed *csealed_create(int descriptor, const char *name);

// Lets go of it; HDF5 keeps what it has open.
void csealed_release(csealed *file);

// Whether the file has a seal. Without one, nothing that is read is checked.
int csealed_is_sealed(const csealed *file);

// The length of a file that is read, its seal included.
uint64_t csealed_size(const csealed *file);

// Writes the HDF5 file, without its seal, to another, empty one, checking what it reads. 0, or -1.
int csealed_copy(csealed *file, int descriptor);

// Writes the seal behind a file that HDF5 has closed. 0, or -1 with errno.
int csealed_seal(csealed *file);

// Checks all of a sealed file. 0, or -1 with a sentence.
int csealed_verify(csealed *file, char sentence[CSEALED_SENTENCE]);

// Has a file-access property list open and create this file, whatever name HDF5 is given with it. Negative on failure.
int csealed_set_access(int64_t access, csealed *file);

// Why the values of a dataset are not read, or 0: they lie in other files, or ask for more than they are worth. Does not
// read any.
int csealed_dataset_refusal(int64_t dataset, char sentence[CSEALED_SENTENCE]);

// The same of an attribute; the sentence may be NULL.
int csealed_attribute_refusal(int64_t attribute, char sentence[CSEALED_SENTENCE]);

// Walks through all of a file's structure, and all text in it, as a reader will. 0, or -1 with a sentence where it is beyond
// bounds (depth, counts, sizes). What HDF5 only cannot open is passed over: its reader will say that.
int csealed_scan(csealed *file, char sentence[CSEALED_SENTENCE]);

// The same in a child process with limits of time and memory.
int csealed_scan_confined(csealed *file, char sentence[CSEALED_SENTENCE]);
