#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/// The first picture of a TIFF through libtiff. Nothing is kept from one call to the next.
///
/// Every failure writes why, as part of a sentence, to `message`, which has room for `ctiff_message_capacity` bytes.

enum { ctiff_message_capacity = 256 };

/// The library behind it and its version, such as "libtiff 4.5.0".
const char *ctiff_library(void);

typedef struct {
    size_t width, height;
    /// EXIF's orientation, 1...8.
    int orientation;
    int bits_per_sample;
    /// Whether samples are floating-point numbers, or integers with a sign or of more than 16 bits: numbers of no fixed scale.
    bool has_open_scale;
    /// Whether the file is a camera's raw picture, of which TIFF readers see a thumbnail.
    bool is_raw;
} CTIFFHeader;

bool ctiff_read_header(const uint8_t *data, size_t size, CTIFFHeader *header, char *message);

/// Finds the smallest and the largest sample of the picture's colors, NaN and infinities aside; NaN where there is none.
bool ctiff_read_range(const uint8_t *data, size_t size, double *smallest, double *largest, char *message);

/// Decodes the picture into `rgb`, `capacity` ≥ height · width · 3 bytes, row-major, as it is stored. Gray is repeated, palettes
/// and CMYK become RGB as Pillow has it, alpha is dropped, what is multiplied by it is divided.
///
/// - low, high: where `low` < `high`, samples of more than 8 bits are mapped from that range to 0...255. Otherwise those of 12 and
///   16 bits are cut to their upper 8.
/// - largest: the largest sample of more than 8 bits; NaN where there is none.
/// - keeps: whether rows of a file in uncompressed strips that are missing are black instead of being a failure.
bool ctiff_read_rgb(
    const uint8_t *data, size_t size, double low, double high, uint8_t *rgb, size_t capacity, double *largest,
    bool keeps, char *message);
