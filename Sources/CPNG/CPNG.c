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
    const uint8_t *data;
    size_t size, place;
    /// Whether a file that ends early is read as far as it goes: its last chunk then ends with it.
    bool keeps;
    /// Where the next chunk begins.
    size_t chunk;
} Source;

static void read_source(png_structp png, png_bytep out, png_size_t count) {
    Source *source = png_get_io_ptr(png);
    size_t left = source->size - source->place;
    if (count > left) {
        bool is_checksum = count == 4;
        if (!source->keeps || !is_checksum) {
            png_error(png, "the data end early (truncated file)");
        }
        memset(out, 0, count);
        count = left;
    }
    bool is_head = count == 8 && source->place == source->chunk;
    memcpy(out, source->data + source->place, count);
    source->place += count;
    if (is_head) {
        size_t length = png_get_uint_32(out), rest = source->size - source->place;
        if (source->keeps && length > rest) {
            length = rest;
            png_save_uint_32(out, (png_uint_32)length);
        }
        source->chunk = source->place + length + 4;
    }
}

/// What a file is read into.
typedef struct {
    size_t width, height;
    int depth;
    /// NULL where only the header is asked for.
    uint8_t *rgb;
    /// Where `low` < `high`, what 16-bit samples are mapped to 0...255 from.
    unsigned low, high;
    /// The range of the 16-bit samples.
    unsigned smallest, largest;
} Picture;

static uint8_t byte_of(const Picture *picture, unsigned value) {
    if (picture->low >= picture->high) {
        return (uint8_t)(value >> 8);
    }
    unsigned range = picture->high - picture->low;
    value = value < picture->low ? 0 : value > picture->high ? range : value - picture->low;
    return (uint8_t)((value * 510 + range) / (2 * range));
}

/// Reads rows of 16 bits, pass by pass where there are several, into 8 bits or for their range alone.
static void read_deep(png_structp png, Picture *picture, uint8_t *row, int passes) {
    for (int pass = 0; pass < passes; pass++) {
        size_t rows = passes == 1 ? picture->height : PNG_PASS_ROWS((png_uint_32)picture->height, pass);
        size_t columns = passes == 1 ? picture->width : PNG_PASS_COLS((png_uint_32)picture->width, pass);
        for (size_t y = 0; columns > 0 && y < rows; y++) {
            png_read_row(png, row, NULL);
            size_t line = passes == 1 ? y : PNG_ROW_FROM_PASS_ROW(y, pass);
            for (size_t x = 0; x < columns; x++) {
                size_t column = passes == 1 ? x : PNG_COL_FROM_PASS_COL(x, pass);
                for (size_t channel = 0; channel < 3; channel++) {
                    unsigned value = (unsigned)row[x * 6 + channel * 2] << 8 | row[x * 6 + channel * 2 + 1];
                    picture->smallest = value < picture->smallest ? value : picture->smallest;
                    picture->largest = value > picture->largest ? value : picture->largest;
                    if (picture->rgb) {
                        picture->rgb[(line * picture->width + column) * 3 + channel] = byte_of(picture, value);
                    }
                }
            }
        }
    }
}

/// Rows that are not there have the color of index 0, or are black.
static void fill(png_structp png, png_infop info, const Picture *picture) {
    uint8_t color[3] = {0};
    png_colorp palette;
    int count = 0;
    if (png_get_PLTE(png, info, &palette, &count) && count > 0 && png_get_color_type(png, info) == PNG_COLOR_TYPE_PALETTE) {
        color[0] = palette[0].red;
        color[1] = palette[0].green;
        color[2] = palette[0].blue;
    }
    for (size_t pixel = 0; pixel < picture->width * picture->height; pixel++) {
        memcpy(picture->rgb + pixel * 3, color, 3);
    }
}

/// Reads the header and, where `reads_pixels`, what follows it.
static bool read(
    const uint8_t *data, size_t size, bool reads_pixels, size_t capacity, bool keeps, Picture *picture, char *message) {
    Failure failure = {.message = message};
    Source source = {.data = data, .size = size, .keeps = keeps, .chunk = 8};
    png_structp png = png_create_read_struct(PNG_LIBPNG_VER_STRING, &failure, on_error, on_warning);
    png_infop info = png ? png_create_info_struct(png) : NULL;
    if (!info) {
        png_destroy_read_struct(&png, NULL, NULL);
        snprintf(message, cpng_message_capacity, "out of memory");
        return false;
    }
    uint8_t *volatile row = NULL;
    volatile bool is_begun = false;
    if (setjmp(failure.failed)) {
        png_destroy_read_struct(&png, &info, NULL);
        free(row);
        return keeps && is_begun;
    }
    if (keeps) {
        png_set_crc_action(png, PNG_CRC_QUIET_USE, PNG_CRC_QUIET_USE);
    }
    // Chunks that nothing here is made of are passed over: libpng asks for as much memory as one claims to be long.
    static const png_byte unused[] =
        "bKGD\0cHRM\0eXIf\0gAMA\0hIST\0iCCP\0iTXt\0oFFs\0pCAL\0pHYs\0sBIT\0sCAL\0sPLT\0sRGB\0tEXt\0tIME\0zTXt";
    png_set_keep_unknown_chunks(png, PNG_HANDLE_CHUNK_NEVER, unused, sizeof unused / 5);
    png_set_read_fn(png, &source, read_source);
    png_read_info(png, info);
    picture->width = png_get_image_width(png, info);
    picture->height = png_get_image_height(png, info);
    picture->depth = png_get_bit_depth(png, info);

    if (reads_pixels) {
        size_t stride = picture->width * 3;
        if (picture->rgb && capacity / stride < picture->height) {
            png_error(png, "no room for the image");
        }
        bool is_deep = picture->depth == 16;
        if (keeps && picture->rgb) {
            fill(png, info, picture);
        }
        png_set_palette_to_rgb(png);
        png_set_expand_gray_1_2_4_to_8(png);
        png_set_strip_alpha(png);
        png_set_gray_to_rgb(png);
        int passes = png_get_interlace_type(png, info) == PNG_INTERLACE_NONE ? 1 : PNG_INTERLACE_ADAM7_PASSES;
        if (!is_deep) {
            passes = png_set_interlace_handling(png);
        }
        png_read_update_info(png, info);
        if (png_get_rowbytes(png, info) != (is_deep ? stride * 2 : stride)) {
            png_error(png, "an unknown pixel format");
        }
        is_begun = true;
        if (is_deep) {
            row = malloc(stride * 2);
            if (!row) {
                png_error(png, "out of memory");
            }
            read_deep(png, picture, row, passes);
        } else {
            for (int pass = 0; pass < passes; pass++) {
                for (size_t y = 0; y < picture->height; y++) {
                    png_read_row(png, picture->rgb + y * stride, NULL);
                }
            }
        }
    }
    png_destroy_read_struct(&png, &info, NULL);
    free(row);
    return true;
}

bool cpng_read_header(const uint8_t *data, size_t size, CPNGHeader *header, char *message) {
    Picture picture = {0};
    if (!read(data, size, false, 0, false, &picture, message)) {
        return false;
    }
    *header = (CPNGHeader){.width = picture.width, .height = picture.height, .bit_depth = picture.depth};
    return true;
}

bool cpng_read_range(const uint8_t *data, size_t size, bool keeps, unsigned *smallest, unsigned *largest, char *message) {
    Picture picture = {.smallest = 65535};
    if (!read(data, size, false, 0, keeps, &picture, message)) {
        return false;
    }
    if (picture.depth != 16) {
        snprintf(message, cpng_message_capacity, "its samples have no 16 bits");
        return false;
    }
    bool is_read = read(data, size, true, 0, keeps, &picture, message);
    *smallest = picture.smallest;
    *largest = picture.largest;
    return is_read;
}

bool cpng_read_rgb(
    const uint8_t *data, size_t size, unsigned low, unsigned high, uint8_t *rgb, size_t capacity, unsigned *largest,
    bool keeps, char *message) {
    Picture picture = {.rgb = rgb, .low = low, .high = high, .smallest = 65535};
    bool is_read = read(data, size, true, capacity, keeps, &picture, message);
    *largest = picture.largest;
    return is_read;
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
