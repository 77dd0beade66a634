#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/// The first picture of a GIF through giflib. Nothing is kept from one call to the next.
///
/// Every failure writes why, as part of a sentence, to `message`, which has room for `cgif_message_capacity` bytes.

enum { cgif_message_capacity = 128 };

/// The library behind it and its version, such as "giflib 5.2.1".
const char *cgif_library(void);

/// Reads the size of the picture: the screen's, or larger where the first frame goes beyond it.
bool cgif_read_header(const uint8_t *data, size_t size, size_t *width, size_t *height, char *message);

/// Decodes the first frame into `rgb`, `capacity` ≥ height · width · 3 bytes, row-major. What it leaves free has the color of
/// the transparent index, or else of index 0, as Pillow has it; transparent pixels keep their color.
///
/// - keeps: whether rows that are damaged or missing are left free instead of being a failure.
bool cgif_read_rgb(
    const uint8_t *data, size_t size, uint8_t *rgb, size_t capacity, bool keeps, char *message);
