#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/// AVIF through libavif. Nothing is kept from one call to the next.
///
/// Every failure writes why, as part of a sentence, to `message`, which has room for `cavif_message_capacity` bytes.

enum { cavif_message_capacity = 128 };

/// The library behind it and its version, such as "libavif 0.11.1".
const char *cavif_library(void);

/// What the container says of the picture.
typedef struct {
    size_t width, height;
    /// Quarter turns against the clock that make it upright.
    int turns;
    /// Whether it is mirrored after that, and along which axis: 0 exchanges top and bottom, 1 left and right; -1 for neither.
    int mirror;
} CAVIFHeader;

bool cavif_read_header(
    const uint8_t *data, size_t size, size_t maximum_pixels, CAVIFHeader *header, char *message);

/// Decodes the first picture, whose size must be the one that the header says, into `rgb`, `capacity` ≥ height · width · 3
/// bytes, row-major and as it is stored. Alpha is dropped
/// without compositing.
bool cavif_read_rgb(
    const uint8_t *data, size_t size, size_t maximum_pixels, uint8_t *rgb, size_t capacity, size_t width, size_t height,
    char *message);
