#include "CPNG.h"

#include <setjmp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <png.h>

const char *cpng_library(void) { return "libpng " PNG_LIBPNG_VER_STRING; }

/// The way back to the C function that called libpng. No jump leaves this file.
typedef struct {
    jmp_buf failed;
    char *message;
} Failure;

static _Noreturn void on_error(png_structp png, png_const_charp message) {
    Failure *failure = png_get_error_ptr(png);
    snprintf(failure->message, cpng_message_capacity, "%s", message);
    longjmp(failure->failed, 1);
}

static void on_warning(png_structp png, png_const_charp message) {
    (void)png;
    (void)message;
}

// MARK: - Decoding

typedef struct {
    const uint8_t *next;
    size_t left;
} Source;

static void read_source(png_structp png, png_bytep out, png_size_t count) {
    Source *source = png_get_io_ptr(png);
    if (count > source->left) {
        png_error(png, "the data end early (truncated file)");
    }
    memcpy(out, source->next, count);
    source->next += count;
    source->left -= count;
}

/// Reads the header and, with `rgb` given, the pixels.
static bool read(
    const uint8_t *data, size_t size, size_t *width, size_t *height, uint8_t *rgb, size_t capacity,
    char *message) {
    Failure failure = {.message = message};
    Source source = {.next = data, .left = size};
    png_structp png = png_create_read_struct(PNG_LIBPNG_VER_STRING, &failure, on_error, on_warning);
    png_infop info = png ? png_create_info_struct(png) : NULL;
    if (!info) {
        png_destroy_read_struct(&png, NULL, NULL);
        snprintf(message, cpng_message_capacity, "out of memory");
        return false;
    }
    if (setjmp(failure.failed)) {
        png_destroy_read_struct(&png, &info, NULL);
        return false;
    }
    png_set_read_fn(png, &source, read_source);
    png_read_info(png, info);
    *width = png_get_image_width(png, info);
    *height = png_get_image_height(png, info);

    if (rgb) {
        size_t stride = *width * 3;
        if (capacity / stride < *height) {
            png_error(png, "no room for the image");
        }
        png_set_palette_to_rgb(png);
        png_set_expand_gray_1_2_4_to_8(png);
        png_set_strip_16(png);
        png_set_strip_alpha(png);
        png_set_gray_to_rgb(png);
        int passes = png_set_interlace_handling(png);
        png_read_update_info(png, info);
        if (png_get_rowbytes(png, info) != stride) {
            png_error(png, "an unknown pixel format");
        }
        for (int pass = 0; pass < passes; pass++) {
            for (size_t y = 0; y < *height; y++) {
                png_read_row(png, rgb + y * stride, NULL);
            }
        }
    }
    png_destroy_read_struct(&png, &info, NULL);
    return true;
}

bool cpng_read_header(const uint8_t *data, size_t size, size_t *width, size_t *height, char *message) {
    return read(data, size, width, height, NULL, 0, message);
}

bool cpng_read_rgb(const uint8_t *data, size_t size, uint8_t *rgb, size_t capacity, char *message) {
    size_t width, height;
    return read(data, size, &width, &height, rgb, capacity, message);
}

// MARK: - Encoding

typedef struct {
    uint8_t *data;
    size_t size, capacity;
} Sink;

static void write_sink(png_structp png, png_bytep bytes, png_size_t count) {
    Sink *sink = png_get_io_ptr(png);
    if (count > sink->capacity - sink->size) {
        size_t capacity = (sink->size + count) * 2;
        uint8_t *grown = realloc(sink->data, capacity);
        if (!grown) {
            png_error(png, "out of memory");
        }
        sink->data = grown;
        sink->capacity = capacity;
    }
    memcpy(sink->data + sink->size, bytes, count);
    sink->size += count;
}

static void flush_sink(png_structp png) { (void)png; }

static bool write(const uint8_t *rgb, size_t width, size_t height, Sink *sink, char *message) {
    Failure failure = {.message = message};
    png_structp png = png_create_write_struct(PNG_LIBPNG_VER_STRING, &failure, on_error, on_warning);
    png_infop info = png ? png_create_info_struct(png) : NULL;
    if (!info) {
        png_destroy_write_struct(&png, NULL);
        snprintf(message, cpng_message_capacity, "out of memory");
        return false;
    }
    if (setjmp(failure.failed)) {
        png_destroy_write_struct(&png, &info);
        return false;
    }
    if (width > PNG_UINT_31_MAX || height > PNG_UINT_31_MAX) {
        png_error(png, "a PNG side has at most 2147483647 pixels");
    }
    png_set_write_fn(png, sink, write_sink, flush_sink);
    png_set_IHDR(
        png, info, (png_uint_32)width, (png_uint_32)height, 8, PNG_COLOR_TYPE_RGB, PNG_INTERLACE_NONE,
        PNG_COMPRESSION_TYPE_DEFAULT, PNG_FILTER_TYPE_DEFAULT);
    png_write_info(png, info);
    for (size_t y = 0; y < height; y++) {
        png_write_row(png, rgb + y * width * 3);
    }
    png_write_end(png, info);
    png_destroy_write_struct(&png, &info);
    return true;
}

bool cpng_write_rgb(
    const uint8_t *rgb, size_t width, size_t height, uint8_t **data, size_t *size, char *message) {
    Sink sink = {NULL, 0, 0};
    if (!write(rgb, width, height, &sink, message)) {
        free(sink.data);
        return false;
    }
    *data = sink.data;
    *size = sink.size;
    return true;
}

void cpng_free(uint8_t *data) { free(data); }
