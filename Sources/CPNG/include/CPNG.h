#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/// PNG through libpng, behind calls that return instead of jumping.

/// The library behind it and its version, such as "libpng 1.6.39".
const char *cpng_library(void);

enum { cpng_message_capacity = 256 };

typedef struct {
    size_t width, height;
    /// Of a sample, as the file has it: 1, 2, 4, 8 or 16.
    int bit_depth;
} CPNGHeader;

/// Reads what the image in `data` is. False when the header is broken; `message` then says why.
bool cpng_read_header(
    const uint8_t *data, size_t size, CPNGHeader *header, char message[cpng_message_capacity]);

/// Finds the smallest and the largest sample of an image of 16 bits a sample.
bool cpng_read_range(
    const uint8_t *data, size_t size, bool keeps, unsigned *smallest, unsigned *largest,
    char message[cpng_message_capacity]);

/// Decodes the image into `rgb`, `capacity` ≥ height · width · 3 bytes, row-major. Gray is repeated, a
/// palette looked up, alpha and transparent colors dropped without compositing, gamma and color profiles
/// ignored. False when the data are damaged or end early; `message` then says why.
///
/// - low, high: where `low` < `high`, samples of 16 bits are mapped from that range to 0...255; otherwise cut
///   to their high byte.
/// - largest: the largest of them; 0 where samples have fewer bits.
/// - keeps: whether the rows that can be decoded are an image; the others then have the color of index 0, or
///   are black.
bool cpng_read_rgb(
    const uint8_t *data, size_t size, unsigned low, unsigned high, uint8_t *rgb, size_t capacity,
    unsigned *largest, bool keeps, char message[cpng_message_capacity]);

/// Encodes height · width · 3 bytes of RGB. On success `*data` is `*size` bytes to release with `cpng_free`.
bool cpng_write_rgb(
    const uint8_t *rgb, size_t width, size_t height, uint8_t **data, size_t *size,
    char message[cpng_message_capacity]);

void cpng_free(uint8_t *data);
