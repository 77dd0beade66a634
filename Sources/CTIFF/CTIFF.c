#include "CTIFF.h"

#include <math.h>
#include <pthread.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <tiffio.h>

/// "LIBTIFF, Version 4.5.0" and a copyright.
const char *ctiff_library(void) {
    static _Thread_local char text[32];
    const char *version = strstr(TIFFGetVersion(), "Version ");
    int length = version ? (int)strcspn(version + 8, "\r\n ") : 0;
    snprintf(text, sizeof text, "libtiff %.*s", length, version ? version + 8 : "");
    return text;
}

// MARK: - Messages

/// Where this thread's libtiff says what is wrong. Its handlers belong to the process.
static _Thread_local char *said;

static void on_error(thandle_t client, const char *module, const char *format, va_list values) {
    (void)client;
    (void)module;
    if (said && !*said) {
        vsnprintf(said, ctiff_message_capacity, format, values);
    }
}

static void install_handlers(void) {
    TIFFSetErrorHandler(NULL);
    TIFFSetErrorHandlerExt(on_error);
    TIFFSetWarningHandler(NULL);
    TIFFSetWarningHandlerExt(NULL);
}

static bool fail(char *message, const char *reason) {
    snprintf(message, ctiff_message_capacity, "%s", reason);
    return false;
}

/// False, with a reason even where libtiff gave none.
static bool fail_as_said(char *message) {
    if (!*message) {
        fail(message, "damaged data");
    }
    return false;
}

// MARK: - The file in memory

typedef struct {
    const uint8_t *data;
    uint64_t size, place;
    /// How many zeros seem to follow the data: libtiff reads nothing of a strip that the file ends in.
    uint64_t zeros;
} Source;

static tmsize_t read_source(thandle_t client, void *out, tmsize_t count) {
    Source *source = client;
    uint64_t end = source->size + source->zeros;
    uint64_t left = source->place < end ? end - source->place : 0;
    uint64_t taken = count < 0 ? 0 : (uint64_t)count < left ? (uint64_t)count : left;
    uint64_t stored = source->place < source->size ? source->size - source->place : 0;
    stored = taken < stored ? taken : stored;
    memcpy(out, source->data + (stored ? source->place : 0), stored);
    memset((uint8_t *)out + stored, 0, taken - stored);
    source->place += taken;
    return (tmsize_t)taken;
}

static tmsize_t write_nothing(thandle_t client, void *data, tmsize_t count) {
    (void)client;
    (void)data;
    (void)count;
    return 0;
}

static toff_t seek_source(thandle_t client, toff_t offset, int whence) {
    Source *source = client;
    source->place = whence == SEEK_SET ? offset : whence == SEEK_CUR ? source->place + offset : source->size + source->zeros + offset;
    return source->place;
}

static int close_nothing(thandle_t client) {
    (void)client;
    return 0;
}

static toff_t size_of_source(thandle_t client) { return ((Source *)client)->size + ((Source *)client)->zeros; }

/// libtiff allocates no more than this at a time for what a file asks for.
enum { maximum_allocation = 1 << 30 };

/// A larger tile than this is refused, unless the picture is as large.
enum { maximum_tile = 64 << 20 };

static TIFF *open_source(Source *source) {
    static pthread_once_t once = PTHREAD_ONCE_INIT;
    pthread_once(&once, install_handlers);
    // Read only, not mapped, strips divided where they are long.
    const char *mode = "rmC";
#if TIFFLIB_VERSION >= 20221213
    TIFFOpenOptions *options = TIFFOpenOptionsAlloc();
    if (!options) {
        return NULL;
    }
    TIFFOpenOptionsSetMaxSingleMemAlloc(options, maximum_allocation);
    TIFF *tiff = TIFFClientOpenExt(
        "image", mode, source, read_source, write_nothing, seek_source, close_nothing, size_of_source, NULL, NULL, options);
    TIFFOpenOptionsFree(options);
    return tiff;
#else
    return TIFFClientOpen(
        "image", mode, source, read_source, write_nothing, seek_source, close_nothing, size_of_source, NULL, NULL);
#endif
}

// MARK: - How the samples lie

typedef struct {
    uint32_t width, height;
    uint16_t bits, samples, format, photometric, planes, compression, orientation;
    /// Samples of a pixel that are color, and whether a further one is alpha that they are multiplied by.
    uint16_t colors;
    bool is_premultiplied;
    bool is_tiled;
    /// Whether libtiff's own conversion is used: YCbCr with its subsampling.
    bool is_converted;
    const uint16_t *palette[3];
} Form;

static bool is_open_scale(const Form *form) {
    return form->format == SAMPLEFORMAT_IEEEFP || form->bits > 16 || (form->format == SAMPLEFORMAT_INT && form->bits > 8);
}

static bool read_form(TIFF *tiff, Form *form, char *message) {
    *form = (Form){0};
    uint16_t extra_count = 0, *extra = NULL, *palette[3];
    if (!TIFFGetField(tiff, TIFFTAG_IMAGEWIDTH, &form->width) || !TIFFGetField(tiff, TIFFTAG_IMAGELENGTH, &form->height)) {
        return fail(message, "damaged data: no size");
    }
    TIFFGetFieldDefaulted(tiff, TIFFTAG_BITSPERSAMPLE, &form->bits);
    TIFFGetFieldDefaulted(tiff, TIFFTAG_SAMPLESPERPIXEL, &form->samples);
    TIFFGetFieldDefaulted(tiff, TIFFTAG_SAMPLEFORMAT, &form->format);
    TIFFGetFieldDefaulted(tiff, TIFFTAG_PLANARCONFIG, &form->planes);
    TIFFGetFieldDefaulted(tiff, TIFFTAG_ORIENTATION, &form->orientation);
    TIFFGetFieldDefaulted(tiff, TIFFTAG_COMPRESSION, &form->compression);
    TIFFGetFieldDefaulted(tiff, TIFFTAG_EXTRASAMPLES, &extra_count, &extra);
    if (!TIFFGetField(tiff, TIFFTAG_PHOTOMETRIC, &form->photometric)) {
        form->photometric = form->samples >= 3 ? PHOTOMETRIC_RGB : PHOTOMETRIC_MINISWHITE;
    }
    form->is_tiled = TIFFIsTiled(tiff);

    switch (form->photometric) {
    case PHOTOMETRIC_MINISWHITE:
    case PHOTOMETRIC_MINISBLACK:
        form->colors = 1;
        break;
    case PHOTOMETRIC_PALETTE:
        form->colors = 1;
        if (form->bits > 8 || !TIFFGetField(tiff, TIFFTAG_COLORMAP, &palette[0], &palette[1], &palette[2])) {
            return fail(message, "damaged data: no palette");
        }
        memcpy(form->palette, palette, sizeof palette);
        break;
    case PHOTOMETRIC_RGB:
        form->colors = 3;
        break;
    case PHOTOMETRIC_SEPARATED:
        form->colors = 4;
        break;
    case PHOTOMETRIC_YCBCR:
        form->colors = form->samples == 1 ? 1 : 3;
        if (form->samples == 1) {
            form->photometric = PHOTOMETRIC_MINISBLACK;
        } else if (form->compression == COMPRESSION_JPEG && form->planes == PLANARCONFIG_CONTIG) {
            TIFFSetField(tiff, TIFFTAG_JPEGCOLORMODE, JPEGCOLORMODE_RGB);
            form->photometric = PHOTOMETRIC_RGB;
        } else {
            form->is_converted = true;
        }
        break;
    default:
        snprintf(message, ctiff_message_capacity,
                 "pixels of photometric interpretation %d, which is none of gray, palette, RGB, CMYK and YCbCr",
                 form->photometric);
        return false;
    }

    bool has_depth = form->bits == 1 || form->bits == 2 || form->bits == 4 || form->bits == 8 || form->bits == 12
                     || form->bits == 16 || form->bits == 32 || form->bits == 64;
    bool has_format = form->format == SAMPLEFORMAT_UINT || form->format == SAMPLEFORMAT_INT
                      || (form->format == SAMPLEFORMAT_IEEEFP && form->bits >= 32)
                      || (form->format == SAMPLEFORMAT_VOID && form->bits <= 16);
    if (!has_depth || !has_format) {
        snprintf(message, ctiff_message_capacity, "samples of %d bits in a format that is not known", form->bits);
        return false;
    }
    if (form->format == SAMPLEFORMAT_VOID) {
        form->format = SAMPLEFORMAT_UINT;
    }
    if (form->samples < form->colors || form->samples > 8) {
        snprintf(message, ctiff_message_capacity, "%d samples a pixel, where %d to 8 are known", form->samples, form->colors);
        return false;
    }
    form->is_premultiplied =
        form->photometric == PHOTOMETRIC_RGB && extra_count > 0 && extra && extra[0] == EXTRASAMPLE_ASSOCALPHA
        && form->samples > form->colors && form->planes == PLANARCONFIG_CONTIG;
    if (form->is_tiled) {
        uint64_t tile = TIFFTileSize64(tiff), pixel = (uint64_t)form->samples * (form->bits + 7) / 8;
        if (tile == 0 || (tile > maximum_tile && tile / pixel / form->width > form->height)) {
            return fail(message, "damaged data: tiles larger than the picture");
        }
    }
    return true;
}

// MARK: - Samples

/// A row of `count` samples, `step` bytes or bits apart as they lie, as numbers.
static double number(const Form *form, const uint8_t *row, size_t index) {
    switch (form->bits) {
    case 8:
        return form->format == SAMPLEFORMAT_INT ? (int8_t)row[index] : row[index];
    case 12: {
        const uint8_t *pair = row + index / 2 * 3;
        return index % 2 ? (pair[1] & 15) << 8 | pair[2] : pair[0] << 4 | pair[1] >> 4;
    }
    case 16: {
        uint16_t value;
        memcpy(&value, row + index * 2, 2);
        return form->format == SAMPLEFORMAT_INT ? (int16_t)value : value;
    }
    case 32: {
        uint32_t value;
        memcpy(&value, row + index * 4, 4);
        float real;
        memcpy(&real, &value, 4);
        return form->format == SAMPLEFORMAT_IEEEFP ? real
               : form->format == SAMPLEFORMAT_INT  ? (double)(int32_t)value
                                                   : (double)value;
    }
    case 64: {
        uint64_t value;
        memcpy(&value, row + index * 8, 8);
        double real;
        memcpy(&real, &value, 8);
        return form->format == SAMPLEFORMAT_IEEEFP ? real
               : form->format == SAMPLEFORMAT_INT  ? (double)(int64_t)value
                                                   : (double)value;
    }
    default:
        return row[index * form->bits / 8] >> (8 - form->bits - index * form->bits % 8) & ((1 << form->bits) - 1);
    }
}

/// A sample as 8 bits: palette indices and 8 bits as they are, fewer bits stretched to the full range, more as the range says.
static uint8_t byte_of(const Form *form, double value, double low, double high) {
    if (form->photometric == PHOTOMETRIC_PALETTE || form->bits == 8) {
        return (uint8_t)(int)value;
    }
    if (form->bits < 8) {
        return (uint8_t)(value * 255 / ((1 << form->bits) - 1));
    }
    if (low < high) {
        double mapped = (value - low) / (high - low) * 255;
        // NaN compares as false, and is black.
        return mapped >= 254.5 ? 255 : mapped > 0 ? (uint8_t)(mapped + 0.5) : 0;
    }
    // What has no place among these numbers, such as those below 0, is black.
    unsigned whole = value >= 0 && value < 65536 ? (unsigned)value : 0;
    return form->bits == 12 ? (uint8_t)(whole >> 4) : form->bits == 16 ? (uint8_t)(whole >> 8) : 0;
}

static uint8_t product(uint8_t a, uint8_t b) {
    unsigned value = (unsigned)a * b + 128;
    return (uint8_t)((value + (value >> 8)) >> 8);
}

/// A row of bytes, `samples` a pixel, as RGB.
static void convert(const Form *form, const uint8_t *row, size_t width, uint8_t *rgb) {
    for (size_t x = 0; x < width; x++, row += form->samples, rgb += 3) {
        switch (form->photometric) {
        case PHOTOMETRIC_MINISWHITE:
            memset(rgb, 255 - row[0], 3);
            break;
        case PHOTOMETRIC_MINISBLACK:
            memset(rgb, row[0], 3);
            break;
        case PHOTOMETRIC_PALETTE:
            for (int channel = 0; channel < 3; channel++) {
                rgb[channel] = (uint8_t)(form->palette[channel][row[0] & ((1 << form->bits) - 1)] >> 8);
            }
            break;
        case PHOTOMETRIC_SEPARATED:
            // Pillow's formula, as for JPEG.
            for (int channel = 0; channel < 3; channel++) {
                int light = 255 - row[3];
                rgb[channel] = (uint8_t)(light - product(row[channel], (uint8_t)light));
            }
            break;
        default:
            for (int channel = 0; channel < 3; channel++) {
                unsigned value = row[channel], alpha = form->is_premultiplied ? row[3] : 255;
                value = alpha == 255 ? value : alpha == 0 ? 0 : value * 255 / alpha;
                rgb[channel] = (uint8_t)(value > 255 ? 255 : value);
            }
        }
    }
}

// MARK: - Walking over the picture

/// What is done with a run of samples: `count` of them from pixel (`x`, `y`), of sample `plane`, or of all where it is -1.
typedef struct Walk Walk;
struct Walk {
    TIFF *tiff;
    Form form;
    double low, high;
    /// The range so far, or the pixels.
    double smallest, largest;
    uint8_t *rgb;
    /// A row as bytes.
    uint8_t *bytes;
    /// Where planes come one after the other, all of them: height · width · samples bytes.
    uint8_t *joined;
    void (*take)(Walk *walk, const uint8_t *row, uint32_t x, uint32_t y, uint32_t width, int plane);
};

static void take_range(Walk *walk, const uint8_t *row, uint32_t x, uint32_t y, uint32_t width, int plane) {
    (void)x;
    (void)y;
    const Form *form = &walk->form;
    if (plane >= form->colors) {
        return;
    }
    size_t samples = plane < 0 ? form->samples : 1;
    for (size_t pixel = 0; pixel < width; pixel++) {
        for (size_t color = 0; color < (plane < 0 ? form->colors : 1); color++) {
            double value = number(form, row, pixel * samples + color);
            if (isfinite(value)) {
                walk->smallest = value < walk->smallest || isnan(walk->smallest) ? value : walk->smallest;
                walk->largest = value > walk->largest || isnan(walk->largest) ? value : walk->largest;
            }
        }
    }
}

/// Finds the range on the way, for those to whom it says something.
static void take_pixels(Walk *walk, const uint8_t *row, uint32_t x, uint32_t y, uint32_t width, int plane) {
    const Form *form = &walk->form;
    size_t place = (size_t)y * form->width + x;
    if (plane >= 0) {
        take_range(walk, row, x, y, width, plane);
        for (size_t pixel = 0; pixel < width; pixel++) {
            walk->joined[(place + pixel) * form->samples + (size_t)plane] =
                byte_of(form, number(form, row, pixel), walk->low, walk->high);
        }
    } else if (form->bits == 8 && form->format == SAMPLEFORMAT_UINT) {
        convert(form, row, width, walk->rgb + place * 3);
    } else {
        for (size_t index = 0; index < (size_t)width * form->samples; index++) {
            walk->bytes[index] = byte_of(form, number(form, row, index), walk->low, walk->high);
        }
        take_range(walk, row, x, y, width, plane);
        convert(form, walk->bytes, width, walk->rgb + place * 3);
    }
}

static bool walk_tiles(Walk *walk, uint8_t *buffer, int planes) {
    const Form *form = &walk->form;
    uint32_t tile_width = 0, tile_height = 0;
    TIFFGetField(walk->tiff, TIFFTAG_TILEWIDTH, &tile_width);
    TIFFGetField(walk->tiff, TIFFTAG_TILELENGTH, &tile_height);
    size_t row_size = (size_t)TIFFTileRowSize64(walk->tiff);
    if (tile_width == 0 || tile_height == 0 || row_size == 0) {
        return false;
    }
    for (int plane = 0; plane < planes; plane++) {
        for (uint64_t y = 0; y < form->height; y += tile_height) {
            for (uint64_t x = 0; x < form->width; x += tile_width) {
                if (TIFFReadTile(walk->tiff, buffer, (uint32_t)x, (uint32_t)y, 0, (uint16_t)plane) < 0) {
                    return false;
                }
                uint32_t rows = form->height - y < tile_height ? (uint32_t)(form->height - y) : tile_height;
                uint32_t columns = form->width - x < tile_width ? (uint32_t)(form->width - x) : tile_width;
                for (uint32_t row = 0; row < rows; row++) {
                    walk->take(walk, buffer + row * row_size, (uint32_t)x, (uint32_t)(y + row), columns,
                               planes > 1 ? plane : -1);
                }
            }
        }
    }
    return true;
}

/// Whether the file has all of a row, of which nothing is compressed.
static bool is_stored(const Walk *walk, uint32_t y, int plane) {
    const Source *source = TIFFClientdata(walk->tiff);
    uint32_t strip = TIFFComputeStrip(walk->tiff, y, (uint16_t)plane), rows = 0;
    if (!TIFFGetFieldDefaulted(walk->tiff, TIFFTAG_ROWSPERSTRIP, &rows) || rows == 0) {
        rows = walk->form.height;
    }
    uint64_t offset = TIFFGetStrileOffset(walk->tiff, strip), before = y % rows * TIFFScanlineSize64(walk->tiff);
    return offset <= source->size && before <= source->size - offset
           && TIFFScanlineSize64(walk->tiff) <= source->size - offset - before;
}

static bool walk_rows(Walk *walk, uint8_t *buffer, int planes) {
    const Source *source = TIFFClientdata(walk->tiff);
    for (int plane = 0; plane < planes; plane++) {
        for (uint32_t y = 0; y < walk->form.height; y++) {
            // As Pillow has it, a row is there or not.
            if (source->zeros > 0 && !is_stored(walk, y, plane)) {
                continue;
            }
            if (TIFFReadScanline(walk->tiff, buffer, y, (uint16_t)plane) < 0) {
                return false;
            }
            walk->take(walk, buffer, 0, y, walk->form.width, planes > 1 ? plane : -1);
        }
    }
    return true;
}

/// Whether rows or tiles are as long as their samples need.
static bool is_long_enough(const Form *form, uint64_t row_size, uint64_t width, int planes) {
    uint64_t samples = planes > 1 ? 1 : form->samples;
    return row_size >= (width * samples * form->bits + 7) / 8;
}

static bool walk_all(Walk *walk, char *message) {
    const Form *form = &walk->form;
    int planes = form->planes == PLANARCONFIG_SEPARATE && form->samples > 1 ? form->samples : 1;
    uint32_t tile_width = 0;
    TIFFGetField(walk->tiff, TIFFTAG_TILEWIDTH, &tile_width);
    uint64_t size = form->is_tiled ? TIFFTileSize64(walk->tiff) : TIFFScanlineSize64(walk->tiff);
    uint64_t row_size = form->is_tiled ? TIFFTileRowSize64(walk->tiff) : size;
    if (size == 0 || size > SIZE_MAX / 2
        || !is_long_enough(form, row_size, form->is_tiled ? tile_width : form->width, planes)) {
        return fail(message, "damaged data: rows too short for their samples");
    }
    uint8_t *buffer = malloc(size);
    walk->bytes = malloc((size_t)form->width * form->samples);
    size_t pixels = (size_t)form->width * form->height;
    walk->joined = planes > 1 && walk->rgb ? calloc(pixels, form->samples) : NULL;
    bool is_ready = buffer && walk->bytes && (planes == 1 || !walk->rgb || walk->joined);
    if (!is_ready) {
        fail(message, "out of memory");
    }
    bool is_read = is_ready && (form->is_tiled ? walk_tiles(walk, buffer, planes) : walk_rows(walk, buffer, planes));
    for (uint32_t y = 0; is_ready && walk->joined && y < form->height; y++) {
        convert(form, walk->joined + (size_t)y * form->width * form->samples, form->width,
                walk->rgb + (size_t)y * form->width * 3);
    }
    free(walk->joined);
    free(walk->bytes);
    free(buffer);
    return is_read || fail_as_said(message);
}

// MARK: - YCbCr

static bool convert_all(TIFF *tiff, const Form *form, uint8_t *rgb, char *message) {
    TIFFRGBAImage image;
    char reason[1024] = "";
    if (!TIFFRGBAImageOK(tiff, reason) || !TIFFRGBAImageBegin(&image, tiff, 1, reason)) {
        return fail(message, reason);
    }
    image.orientation = image.req_orientation = ORIENTATION_TOPLEFT;
    uint32_t block = 0;
    if (!TIFFGetFieldDefaulted(tiff, form->is_tiled ? TIFFTAG_TILELENGTH : TIFFTAG_ROWSPERSTRIP, &block) || block == 0
        || block > form->height) {
        block = form->height;
    }
    uint32_t *pixels = calloc((size_t)form->width * block, 4);
    bool read = pixels != NULL || fail(message, "out of memory");
    for (uint32_t y = 0; read && y < form->height; y += block) {
        uint32_t rows = form->height - y < block ? form->height - y : block;
        image.row_offset = (int)y;
        image.col_offset = 0;
        read = TIFFRGBAImageGet(&image, pixels, form->width, rows) || fail_as_said(message);
        for (size_t i = 0; read && i < (size_t)form->width * rows; i++) {
            uint8_t *out = rgb + ((size_t)y * form->width + i) * 3;
            out[0] = (uint8_t)TIFFGetR(pixels[i]);
            out[1] = (uint8_t)TIFFGetG(pixels[i]);
            out[2] = (uint8_t)TIFFGetB(pixels[i]);
        }
        if (form->height - y <= block) {
            break;
        }
    }
    free(pixels);
    TIFFRGBAImageEnd(&image);
    return read;
}

// MARK: - Calls

/// A camera's raw file: Adobe's DNG says so by a tag of its own, others keep the sensor's pixels in a directory below a thumbnail.
static bool is_raw(TIFF *tiff) {
    uint32_t kind = 0;
    uint16_t count = 0;
    const void *version = NULL, *directories = NULL;
    if (TIFFGetField(tiff, TIFFTAG_DNGVERSION, &version)) {
        return true;
    }
    return TIFFGetField(tiff, TIFFTAG_SUBFILETYPE, &kind) && kind & FILETYPE_REDUCEDIMAGE
           && TIFFGetField(tiff, TIFFTAG_SUBIFD, &count, &directories) && count > 0;
}

bool ctiff_read_header(const uint8_t *data, size_t size, CTIFFHeader *header, char *message) {
    Source source = {.data = data, .size = size};
    said = message;
    *message = 0;
    TIFF *tiff = open_source(&source);
    Form form;
    bool read = tiff != NULL;
    header->is_raw = read && is_raw(tiff);
    if (read && !header->is_raw) {
        read = read_form(tiff, &form, message);
        header->width = form.width;
        header->height = form.height;
        header->orientation = form.orientation;
        header->bits_per_sample = form.bits;
        header->has_open_scale = is_open_scale(&form);
    }
    if (tiff) {
        TIFFClose(tiff);
    }
    said = NULL;
    return read || fail_as_said(message);
}

bool ctiff_read_range(const uint8_t *data, size_t size, double *smallest, double *largest, char *message) {
    Source source = {.data = data, .size = size};
    said = message;
    *message = 0;
    Walk walk = {.tiff = open_source(&source), .take = take_range, .smallest = NAN, .largest = NAN};
    bool read = walk.tiff && read_form(walk.tiff, &walk.form, message) && walk_all(&walk, message);
    *smallest = walk.smallest;
    *largest = walk.largest;
    if (walk.tiff) {
        TIFFClose(walk.tiff);
    }
    said = NULL;
    return read || fail_as_said(message);
}

bool ctiff_read_rgb(
    const uint8_t *data, size_t size, double low, double high, uint8_t *rgb, size_t capacity, double *largest,
    bool keeps, char *message) {
    Source source = {.data = data, .size = size};
    said = message;
    *message = 0;
    // More than any uncompressed picture of this size lacks.
    source.zeros = keeps ? (uint64_t)capacity * 64 : 0;
    Walk walk = {.tiff = open_source(&source), .take = take_pixels, .rgb = rgb, .low = low, .high = high,
                 .smallest = NAN, .largest = NAN};
    const Form *form = &walk.form;
    bool read = walk.tiff && read_form(walk.tiff, &walk.form, message);
    if (!read || form->is_converted || form->is_tiled || form->compression != COMPRESSION_NONE) {
        source.zeros = 0;
    }
    if (read && (form->width == 0 || form->height == 0 || capacity / 3 / form->width < form->height)) {
        read = fail(message, "no room for the image");
    } else if (read && form->is_converted) {
        read = convert_all(walk.tiff, form, rgb, message);
    } else if (read) {
        if (source.zeros > 0) {
            // What Pillow makes of rows that are not there: no light, or no ink.
            memset(rgb, form->photometric == PHOTOMETRIC_SEPARATED ? 255 : 0, (size_t)form->width * form->height * 3);
        }
        read = walk_all(&walk, message);
    }
    *largest = walk.largest;
    if (walk.tiff) {
        TIFFClose(walk.tiff);
    }
    said = NULL;
    return read || fail_as_said(message);
}
