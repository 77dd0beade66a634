#include "CAVIF.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <avif/avif.h>

#if AVIF_VERSION < 110000
// Ubuntu 22.04's has no word for it.
#define AVIF_RESULT_OUT_OF_MEMORY AVIF_RESULT_UNKNOWN_ERROR
#endif

const char *cavif_library(void) {
    static _Thread_local char text[32];
    snprintf(text, sizeof text, "libavif %s", avifVersion());
    return text;
}

static bool fail(char *message, avifResult result) {
    switch (result) {
    case AVIF_RESULT_TRUNCATED_DATA:
        snprintf(message, cavif_message_capacity, "the data end early (truncated file)");
        break;
    case AVIF_RESULT_NO_CODEC_AVAILABLE:
        snprintf(message, cavif_message_capacity, "this libavif has no AV1 decoder");
        break;
    default:
        snprintf(message, cavif_message_capacity, "damaged data: %s", avifResultToString(result));
    }
    return false;
}

/// A decoder that has read the container; NULL where that cannot be read.
static avifDecoder *parsed(const uint8_t *data, size_t size, size_t maximum_pixels, char *message) {
    avifDecoder *decoder = avifDecoderCreate();
    if (!decoder) {
        fail(message, AVIF_RESULT_OUT_OF_MEMORY);
        return NULL;
    }
    decoder->maxThreads = 1;
    decoder->imageSizeLimit = maximum_pixels < AVIF_DEFAULT_IMAGE_SIZE_LIMIT ? (uint32_t)maximum_pixels
                                                                            : AVIF_DEFAULT_IMAGE_SIZE_LIMIT;
    decoder->ignoreExif = AVIF_TRUE;
    decoder->ignoreXMP = AVIF_TRUE;
    // Files of cameras and older encoders lack what only a strict reader asks for.
    decoder->strictFlags = AVIF_STRICT_DISABLED;
    avifResult result = avifDecoderSetIOMemory(decoder, data, size);
    if (result == AVIF_RESULT_OK) {
        result = avifDecoderParse(decoder);
    }
    if (result != AVIF_RESULT_OK) {
        fail(message, result);
        avifDecoderDestroy(decoder);
        return NULL;
    }
    return decoder;
}

bool cavif_read_header(
    const uint8_t *data, size_t size, size_t maximum_pixels, CAVIFHeader *header, char *message) {
    avifDecoder *decoder = parsed(data, size, maximum_pixels, message);
    if (!decoder) {
        return false;
    }
    const avifImage *image = decoder->image;
    header->width = image->width;
    header->height = image->height;
    header->turns = image->transformFlags & AVIF_TRANSFORM_IROT ? image->irot.angle & 3 : 0;
#if AVIF_VERSION >= 1000000
    header->mirror = image->transformFlags & AVIF_TRANSFORM_IMIR ? image->imir.axis & 1 : -1;
#else
    header->mirror = image->transformFlags & AVIF_TRANSFORM_IMIR ? image->imir.mode & 1 : -1;
#endif
    avifDecoderDestroy(decoder);
    return true;
}

/// libavif before 1.0 returns nothing from these two.
static avifResult allocate(avifRGBImage *rgb) {
#if AVIF_VERSION >= 1000000
    return avifRGBImageAllocatePixels(rgb);
#else
    avifRGBImageAllocatePixels(rgb);
    return rgb->pixels ? AVIF_RESULT_OK : AVIF_RESULT_OUT_OF_MEMORY;
#endif
}

static avifResult convert(const avifImage *image, uint8_t *rgb, size_t stride) {
    avifRGBImage out;
    avifRGBImageSetDefaults(&out, image);
    out.depth = 8;
    if (!image->alphaPlane) {
        out.format = AVIF_RGB_FORMAT_RGB;
        out.pixels = rgb;
        out.rowBytes = (uint32_t)stride;
        return avifImageYUVToRGB(image, &out);
    }
    out.format = AVIF_RGB_FORMAT_RGBA;
    avifResult result = allocate(&out);
    if (result == AVIF_RESULT_OK) {
        result = avifImageYUVToRGB(image, &out);
    }
    for (size_t y = 0; result == AVIF_RESULT_OK && y < image->height; y++) {
        const uint8_t *row = out.pixels + y * out.rowBytes;
        for (size_t x = 0; x < image->width; x++) {
            memcpy(rgb + y * stride + x * 3, row + x * 4, 3);
        }
    }
    avifRGBImageFreePixels(&out);
    return result;
}

bool cavif_read_rgb(
    const uint8_t *data, size_t size, size_t maximum_pixels, uint8_t *rgb, size_t capacity, size_t width, size_t height,
    char *message) {
    avifDecoder *decoder = parsed(data, size, maximum_pixels, message);
    if (!decoder) {
        return false;
    }
    avifResult result = avifDecoderNextImage(decoder);
    bool read = false;
    const avifImage *image = decoder->image;
    size_t stride = (size_t)image->width * 3;
    if (result != AVIF_RESULT_OK) {
        fail(message, result);
    } else if (image->width != width || image->height != height || capacity / stride < height || stride > UINT32_MAX) {
        snprintf(message, cavif_message_capacity, "damaged data: the picture's size is not the one that is said of it");
    } else {
        result = convert(image, rgb, stride);
        read = result == AVIF_RESULT_OK || fail(message, result);
    }
    avifDecoderDestroy(decoder);
    return read;
}
