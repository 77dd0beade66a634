#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/// PNG through libpng, behind calls that return instead of jumping.

/// The library behind it and its version, such as "libpng 1.6.39".
const char *cpng_library(void);

enum { cpng_message_capacity = 256 };

/// Reads the size of the image in `data`. False when the header is broken; `message` then says why.
bool cpng_read_header(
    const uint8_t *data, size_t size, size_t *width, size_t *height, char message[cpng_message_capacity]);

/// Decodes the image into `rgb`, `capacity` ≥ height · width · 3 bytes, row-major. Gray is repeated, a
/// palette looked up, alpha and transparent colors dropped without compositing, 16-bit channels cut to their
/// high byte, gamma and color profiles ignored. False when the data are damaged or end early; `message` then
/// says why.
bool cpng_read_rgb(
    const uint8_t *data, size_t size, uint8_t *rgb, size_t capacity, char message[cpng_message_capacity]);

/// Encodes height · width · 3 bytes of RGB. On success `*data` is `*size` bytes to release with `cpng_free`.
bool cpng_write_rgb(
    const uint8_t *rgb, size_t width, size_t height, uint8_t **data, size_t *size,
    char message[cpng_message_capacity]);

void cpng_free(uint8_t *data);
