#include "CJPEG.h"

#include <setjmp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <jpeglib.h>

#include <jerror.h>

#define TEXT_OF(token) #token
#define VALUE_OF(macro) TEXT_OF(macro)
#ifdef LIBJPEG_TURBO_VERSION
#define LIBRARY "libjpeg-turbo " VALUE_OF(LIBJPEG_TURBO_VERSION)
#else
#define LIBRARY "libjpeg " VALUE_OF(JPEG_LIB_VERSION)
#endif

const char *cjpeg_library(void) { return LIBRARY; }

/// A progressive file may hold any number of scans, each of which costs a pass over the image. Real encoders
/// write about ten.
enum { maximum_scans = 500 };

/// libjpeg's error manager with the way back to the C function that called libjpeg. No jump leaves this file.
typedef struct {
    struct jpeg_error_mgr manager;
    jmp_buf failed;
    /// Whether what libjpeg makes of damaged data is an image.
    bool keeps;
    char message[JMSG_LENGTH_MAX];
} Failure;

static _Noreturn void fail(Failure *failure, const char *message) {
    snprintf(failure->message, sizeof failure->message, "%s", message);
    longjmp(failure->failed, 1);
}

static void on_error(j_common_ptr info) {
    Failure *failure = (Failure *)info->err;
    failure->manager.format_message(info, failure->message);
    longjmp(failure->failed, 1);
}

/// libjpeg goes on after these with gray or garbage in the damaged part. Harmless remarks (stray bytes between
/// segments, odd version numbers) pass, as they do in Pillow.
static void on_message(j_common_ptr info, int level) {
    Failure *failure = (Failure *)info->err;
    if (level >= 0 || failure->keeps) {
        return;
    }
    switch (failure->manager.msg_code) {
    case JWRN_JPEG_EOF:
        fail(failure, "the data end early (truncated file)");
    case JWRN_HIT_MARKER:
        fail(failure, "damaged data: a segment ends early");
    case JWRN_HUFF_BAD_CODE:
        fail(failure, "damaged data: bad Huffman code");
    case JWRN_ARITH_BAD_CODE:
        fail(failure, "damaged data: bad arithmetic code");
    case JWRN_MUST_RESYNC:
        fail(failure, "damaged data: a restart marker is missing");
    default:
        break;
    }
}

static void print_nothing(j_common_ptr info) { (void)info; }

static void install(Failure *failure) {
    jpeg_std_error(&failure->manager);
    failure->manager.error_exit = on_error;
    failure->manager.emit_message = on_message;
    failure->manager.output_message = print_nothing;
}

// MARK: - Decoding

struct CJPEGDecoder {
    struct jpeg_decompress_struct info;
    struct jpeg_progress_mgr progress;
    Failure failure;
};

static void refuse_endless_scans(j_common_ptr info) {
    if (info->is_decompressor && ((j_decompress_ptr)info)->input_scan_number > maximum_scans) {
        fail((Failure *)info->err, "more scans than any encoder writes");
    }
}

CJPEGDecoder *cjpeg_decoder_create(bool keeps) {
    CJPEGDecoder *decoder = calloc(1, sizeof *decoder);
    if (!decoder) {
        return NULL;
    }
    install(&decoder->failure);
    decoder->failure.keeps = keeps;
    decoder->info.err = &decoder->failure.manager;
    if (setjmp(decoder->failure.failed)) {
        free(decoder);
        return NULL;
    }
    jpeg_create_decompress(&decoder->info);
    decoder->progress.progress_monitor = refuse_endless_scans;
    decoder->info.progress = &decoder->progress;
    return decoder;
}

void cjpeg_decoder_destroy(CJPEGDecoder *decoder) {
    if (decoder) {
        jpeg_destroy_decompress(&decoder->info);
        free(decoder);
    }
}

const char *cjpeg_decoder_message(const CJPEGDecoder *decoder) { return decoder->failure.message; }

bool cjpeg_decoder_read_header(
    CJPEGDecoder *decoder, const uint8_t *data, size_t size, size_t *width, size_t *height) {
    j_decompress_ptr info = &decoder->info;
    if (setjmp(decoder->failure.failed)) {
        return false;
    }
    jpeg_mem_src(info, data, size);
    jpeg_read_header(info, TRUE);
    if (info->num_components != 1 && info->num_components != 3 && info->num_components != 4) {
        char message[64];
        snprintf(message, sizeof message, "%d color components, where 1, 3 or 4 are known", info->num_components);
        fail(&decoder->failure, message);
    }
    *width = info->image_width;
    *height = info->image_height;
    return true;
}

/// Pillow's CMYK → RGB, applied to the inverted values that Adobe's files (and libjpeg) hold: with i = 255 − v,
/// out = i_k − round(v' · i_k / 255) where v' = 255 − i.
static void rgb_from_inverted_cmyk(const JSAMPLE *cmyk, uint8_t *rgb, size_t width) {
    for (size_t x = 0; x < width; x++, cmyk += 4, rgb += 3) {
        unsigned light = cmyk[3];
        for (int channel = 0; channel < 3; channel++) {
            unsigned product = (255u - cmyk[channel]) * light + 128u;
            rgb[channel] = (uint8_t)(light - ((product + (product >> 8)) >> 8));
        }
    }
}

bool cjpeg_decoder_read_rgb(CJPEGDecoder *decoder, uint8_t *rgb, size_t capacity) {
    j_decompress_ptr info = &decoder->info;
    volatile bool is_begun = false;
    if (setjmp(decoder->failure.failed)) {
        return decoder->failure.keeps && is_begun;
    }
    size_t width = info->image_width, height = info->image_height, stride = width * 3;
    if (height == 0 || width == 0 || capacity / stride < height) {
        fail(&decoder->failure, "no room for the image");
    }

    bool inks = info->num_components == 4;
    if (decoder->failure.keeps) {
        // Rows that are not reached have no ink, or no light.
        memset(rgb, inks ? 255 : 0, stride * height);
    }
    is_begun = true;
    info->out_color_space = inks ? JCS_CMYK : JCS_RGB;
    jpeg_start_decompress(info);

    if (inks) {
        JSAMPARRAY row = info->mem->alloc_sarray((j_common_ptr)info, JPOOL_IMAGE, (JDIMENSION)(width * 4), 1);
        while (info->output_scanline < info->output_height) {
            uint8_t *out = rgb + info->output_scanline * stride;
            jpeg_read_scanlines(info, row, 1);
            rgb_from_inverted_cmyk(row[0], out, width);
        }
    } else {
        while (info->output_scanline < info->output_height) {
            JSAMPROW rows[8];
            JDIMENSION left = info->output_height - info->output_scanline;
            JDIMENSION count = left < 8 ? left : 8;
            for (JDIMENSION i = 0; i < count; i++) {
                rows[i] = rgb + (info->output_scanline + i) * stride;
            }
            jpeg_read_scanlines(info, rows, count);
        }
    }
    // Every row is there, so what follows the last scan does not matter.
    return true;
}

// MARK: - Encoding

struct CJPEGEncoder {
    struct jpeg_compress_struct info;
    Failure failure;
    unsigned char *data;
    unsigned long size;
};

CJPEGEncoder *cjpeg_encoder_create(void) {
    CJPEGEncoder *encoder = calloc(1, sizeof *encoder);
    if (!encoder) {
        return NULL;
    }
    install(&encoder->failure);
    encoder->info.err = &encoder->failure.manager;
    if (setjmp(encoder->failure.failed)) {
        free(encoder);
        return NULL;
    }
    jpeg_create_compress(&encoder->info);
    return encoder;
}

void cjpeg_encoder_destroy(CJPEGEncoder *encoder) {
    if (encoder) {
        jpeg_destroy_compress(&encoder->info);
        free(encoder->data);
        free(encoder);
    }
}

const char *cjpeg_encoder_message(const CJPEGEncoder *encoder) { return encoder->failure.message; }

bool cjpeg_encoder_write_rgb(
    CJPEGEncoder *encoder, const uint8_t *rgb, size_t width, size_t height, int quality, bool progressive,
    const uint8_t **data, size_t *size) {
    j_compress_ptr info = &encoder->info;
    free(encoder->data);
    encoder->data = NULL;
    encoder->size = 0;
    if (setjmp(encoder->failure.failed)) {
        // libjpeg may have moved the buffer without saying where, so the pointer is not to be freed again.
        encoder->data = NULL;
        jpeg_abort_compress(info);
        return false;
    }
    jpeg_abort_compress(info);
    if (width == 0 || height == 0 || width > JPEG_MAX_DIMENSION || height > JPEG_MAX_DIMENSION) {
        fail(&encoder->failure, "a JPEG side has 1 to 65500 pixels");
    }
    jpeg_mem_dest(info, &encoder->data, &encoder->size);
    info->image_width = (JDIMENSION)width;
    info->image_height = (JDIMENSION)height;
    info->input_components = 3;
    info->in_color_space = JCS_RGB;
    jpeg_set_defaults(info);
    jpeg_set_quality(info, quality, TRUE);
    if (progressive) {
        jpeg_simple_progression(info);
    }
    jpeg_start_compress(info, TRUE);
    while (info->next_scanline < info->image_height) {
        JSAMPROW row = (JSAMPROW)(rgb + info->next_scanline * width * 3);
        jpeg_write_scanlines(info, &row, 1);
    }
    jpeg_finish_compress(info);
    *data = encoder->data;
    *size = encoder->size;
    return true;
}
