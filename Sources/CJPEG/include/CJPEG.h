#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/// JPEG through libjpeg(-turbo), behind calls that return instead of exiting or jumping.
///
/// A decoder or an encoder holds libjpeg's state and the text of its last failure, for one thread at a time. A decoder
/// is for one image: libjpeg keeps tables from one file to the next, and a file that lacks its own would be decoded with
/// its neighbour's. An encoder may be used again, also after a failure.

typedef struct CJPEGDecoder CJPEGDecoder;
typedef struct CJPEGEncoder CJPEGEncoder;

/// The library behind it and its version, such as "libjpeg-turbo 2.1.5".
const char *cjpeg_library(void);

/// NULL when memory is short.
///
/// - keeps: whether what libjpeg makes of damaged or missing data is an image: gray, garbage, or the end of the file as it is
///   read so far.
CJPEGDecoder *cjpeg_decoder_create(bool keeps);
void cjpeg_decoder_destroy(CJPEGDecoder *decoder);

/// Reads the header of the file in `data`, which must stay valid until the pixels are read.
/// False when this is no JPEG that can be decoded; `cjpeg_decoder_message` then says why.
bool cjpeg_decoder_read_header(
    CJPEGDecoder *decoder, const uint8_t *data, size_t size, size_t *width, size_t *height);

/// Decodes the image whose header was read into `rgb`, `capacity` ≥ height · width · 3 bytes, row-major. Gray
/// is repeated, CMYK and YCCK (inverted, as Adobe writes them) become RGB by Pillow's formula. False when the
/// data are damaged or end early, unless it keeps those: unlike libjpeg's default, no gray filling is passed off as an image.
bool cjpeg_decoder_read_rgb(CJPEGDecoder *decoder, uint8_t *rgb, size_t capacity);

/// Why the last call failed, as part of a sentence. Valid until the next call on this decoder.
const char *cjpeg_decoder_message(const CJPEGDecoder *decoder);

/// NULL when memory is short.
CJPEGEncoder *cjpeg_encoder_create(void);
void cjpeg_encoder_destroy(CJPEGEncoder *encoder);

/// Encodes height · width · 3 bytes of RGB as a baseline (or progressive) 4:2:0 JPEG of quality 1...100.
/// On success `*data` points at `*size` bytes that belong to the encoder, until its next call.
bool cjpeg_encoder_write_rgb(
    CJPEGEncoder *encoder, const uint8_t *rgb, size_t width, size_t height, int quality, bool progressive,
    const uint8_t **data, size_t *size);

/// Why the last call failed, as part of a sentence. Valid until the next call on this encoder.
const char *cjpeg_encoder_message(const CJPEGEncoder *encoder);
