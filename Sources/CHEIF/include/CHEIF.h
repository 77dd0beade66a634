#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/// HEIC and other HEIF pictures through libheif: the file's primary image, with the turns and crops that the container asks for,
/// as every reader of the format applies them. Nothing is kept from one call to the next.
///
/// Every failure writes why, as part of a sentence, to `message`, which has room for `cheif_message_capacity` bytes.

enum { cheif_message_capacity = 160 };

/// The library behind it and its version, such as "libheif 1.15.1".
const char *cheif_library(void);

bool cheif_read_header(const uint8_t *data, size_t size, size_t *width, size_t *height, char *message);

/// Decodes the picture, whose size must be the header's, into `rgb`, height · width · 3 bytes, row-major. Alpha is dropped
/// without compositing.
bool cheif_read_rgb(
    const uint8_t *data, size_t size, uint8_t *rgb, size_t width, size_t height, char *message);
