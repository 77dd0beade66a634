// What the libFuzzer targets here share: each is one C file beside the sources that it tries; see scripts/fuzz.sh.
#pragma once

#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

// Ends the process, which libFuzzer reports with the input.
#define REQUIRE(condition) ((condition) ? (void)0 : abort())

// Larger pictures are refused before memory is asked for, as the package does with a limit of its own.
enum { MOST_PIXELS = 1 << 20 };

static inline uint8_t *pixels(size_t width, size_t height) {
    if (width == 0 || height == 0 || width > MOST_PIXELS || height > MOST_PIXELS / width) return NULL;
    return malloc(width * height * 3);
}
