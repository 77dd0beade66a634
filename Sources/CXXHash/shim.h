#pragma once
#include <xxhash.h>
// In place of XXH3_128bits and XXH3_128bits_update: those that take the widest vectors of the processor, where others than the
// narrowest have to be asked for.
#if defined(__x86_64__) && __has_include(<xxh_x86dispatch.h>)
#include <xxh_x86dispatch.h>
#endif

/// Adds bytes to a digest: Swift does not see what stands in a function's place.
static inline void cxxhash_update(XXH3_state_t *state, const void *bytes, size_t count) {
    XXH3_128bits_update(state, bytes, count);
}
