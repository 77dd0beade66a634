#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/// WebP through libwebp, lossy, lossless and animated (the first frame). Nothing is kept from one call to the next.
///
/// Every failure writes why, as part of a sentence, to `message`, which has room for `cwebp_message_capacity` bytes.

enum { cwebp_message_capacity = 128 };

/// The library behind it and its version, such as "libwebp 1.2.4".
const char *cwebp_library(void);

/// Reads the size of the picture: of an animation, that of its canvas.
bool cwebp_read_header(const uint8_t *data, size_t size, size_t *width, size_t *height, char *message);

/// Decodes the picture into `rgb`, `capacity` ≥ height · width · 3 bytes, row-major. Alpha is dropped without compositing; what
/// the first frame of an animation leaves free is black.
bool cwebp_read_rgb(const uint8_t *data, size_t size, uint8_t *rgb, size_t capacity, char *message);
