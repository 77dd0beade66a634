#include "CGIF.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <gif_lib.h>

#define TEXT_OF(token) #token
#define VALUE_OF(macro) TEXT_OF(macro)

const char *cgif_library(void) {
    return "giflib " VALUE_OF(GIFLIB_MAJOR) "." VALUE_OF(GIFLIB_MINOR) "." VALUE_OF(GIFLIB_RELEASE);
}

static bool fail(char *message, const char *reason) {
    snprintf(message, cgif_message_capacity, "%s", reason);
    return false;
}

typedef struct {
    const uint8_t *next;
    size_t left;
} Source;

static int read_source(GifFileType *gif, GifByteType *out, int count) {
    Source *source = gif->UserData;
    size_t taken = count < 0 ? 0 : (size_t)count < source->left ? (size_t)count : source->left;
    memcpy(out, source->next, taken);
    source->next += taken;
    source->left -= taken;
    return (int)taken;
}

static const char *reason(int code) {
    switch (code) {
    case D_GIF_ERR_READ_FAILED:
    case D_GIF_ERR_EOF_TOO_SOON:
        return "the data end early (truncated file)";
    case D_GIF_ERR_NOT_ENOUGH_MEM:
        return "out of memory";
    case D_GIF_ERR_IMAGE_DEFECT:
        return "damaged data: bad code";
    default:
        return "damaged data";
    }
}

/// A file whose first picture's description has been read.
typedef struct {
    GifFileType *gif;
    Source source;
    size_t width, height;
    /// The index that stands for transparency; NO_TRANSPARENT_COLOR where none does.
    int transparent;
} Picture;

/// Reads up to the first picture. False, with nothing open, where there is none.
static bool open_picture(const uint8_t *data, size_t size, Picture *picture, char *message) {
    int code = 0;
    *picture = (Picture){.source = {.next = data, .left = size}, .transparent = NO_TRANSPARENT_COLOR};
    GifFileType *gif = picture->gif = DGifOpen(&picture->source, read_source, &code);
    if (!gif) {
        // Of a header that is not all there giflib says that there is none.
        return fail(message, reason(picture->source.left == 0 ? D_GIF_ERR_EOF_TOO_SOON : code));
    }
    while (true) {
        GifRecordType type;
        if (DGifGetRecordType(gif, &type) == GIF_ERROR) {
            break;
        }
        if (type == IMAGE_DESC_RECORD_TYPE) {
            if (DGifGetImageDesc(gif) == GIF_ERROR) {
                break;
            }
            size_t right = (size_t)gif->Image.Left + (size_t)gif->Image.Width;
            size_t bottom = (size_t)gif->Image.Top + (size_t)gif->Image.Height;
            picture->width = right > (size_t)gif->SWidth ? right : (size_t)gif->SWidth;
            picture->height = bottom > (size_t)gif->SHeight ? bottom : (size_t)gif->SHeight;
            return true;
        }
        if (type == TERMINATE_RECORD_TYPE) {
            gif->Error = 0;
            fail(message, "there is no picture in it");
            DGifCloseFile(gif, NULL);
            return false;
        }
        if (type == EXTENSION_RECORD_TYPE) {
            int function;
            GifByteType *block;
            if (DGifGetExtension(gif, &function, &block) == GIF_ERROR) {
                break;
            }
            GraphicsControlBlock control;
            if (function == GRAPHICS_EXT_FUNC_CODE && block
                && DGifExtensionToGCB(block[0], block + 1, &control) == GIF_OK
                && control.TransparentColor != NO_TRANSPARENT_COLOR) {
                picture->transparent = control.TransparentColor;
            }
            while (block) {
                if (DGifGetExtensionNext(gif, &block) == GIF_ERROR) {
                    block = NULL;
                }
            }
        }
    }
    fail(message, reason(gif->Error));
    DGifCloseFile(gif, NULL);
    return false;
}

bool cgif_read_header(const uint8_t *data, size_t size, size_t *width, size_t *height, char *message) {
    Picture picture;
    if (!open_picture(data, size, &picture, message)) {
        return false;
    }
    *width = picture.width;
    *height = picture.height;
    DGifCloseFile(picture.gif, NULL);
    return true;
}

/// The color of every index: the frame's own table, else the file's, else gray; black beyond the end of a table.
static void read_colors(const GifFileType *gif, uint8_t colors[256][3]) {
    const ColorMapObject *map = gif->Image.ColorMap ? gif->Image.ColorMap : gif->SColorMap;
    for (int index = 0; index < 256; index++) {
        memset(colors[index], map ? 0 : index, 3);
    }
    for (int index = 0; map && index < map->ColorCount && index < 256; index++) {
        colors[index][0] = map->Colors[index].Red;
        colors[index][1] = map->Colors[index].Green;
        colors[index][2] = map->Colors[index].Blue;
    }
}

/// Decodes a row of the frame. The row is complete before giflib looks for what follows the last one, so a file that ends
/// there is whole.
static bool read_row(GifFileType *gif, GifPixelType *row, int width, bool is_last) {
    if (!is_last) {
        return DGifGetLine(gif, row, width) == GIF_OK;
    }
    if (width > 1 && DGifGetLine(gif, row, width - 1) == GIF_ERROR) {
        return false;
    }
    return DGifGetLine(gif, row + width - 1, 1) == GIF_OK || gif->Error == D_GIF_ERR_READ_FAILED;
}

bool cgif_read_rgb(
    const uint8_t *data, size_t size, uint8_t *rgb, size_t capacity, bool keeps, char *message) {
    Picture picture;
    if (!open_picture(data, size, &picture, message)) {
        return false;
    }
    GifFileType *gif = picture.gif;
    size_t width = picture.width, height = picture.height, stride = width * 3;
    int frame_width = gif->Image.Width, frame_height = gif->Image.Height;
    GifPixelType *row = frame_width > 0 ? malloc((size_t)frame_width) : NULL;
    bool read = false;
    if (width == 0 || height == 0 || capacity / stride < height) {
        fail(message, "no room for the image");
    } else if (!row || frame_height <= 0) {
        fail(message, frame_width > 0 && frame_height > 0 ? "out of memory" : "the first picture is empty");
    } else {
        uint8_t colors[256][3];
        read_colors(gif, colors);
        const uint8_t *background = colors[picture.transparent == NO_TRANSPARENT_COLOR ? 0 : picture.transparent & 255];
        for (size_t i = 0; i < width * height; i++) {
            memcpy(rgb + i * 3, background, 3);
        }
        static const int starts[] = {0, 4, 2, 1}, steps[] = {8, 8, 4, 2};
        int passes = gif->Image.Interlace ? 4 : 1, done = 0;
        read = true;
        for (int pass = 0; pass < passes && read; pass++) {
            int start = passes == 1 ? 0 : starts[pass], step = passes == 1 ? 1 : steps[pass];
            for (int y = start; y < frame_height; y += step) {
                memset(row, 0, (size_t)frame_width);
                read = read_row(gif, row, frame_width, ++done == frame_height);
                if (!read && !keeps) {
                    break;
                }
                uint8_t *out = rgb + ((size_t)gif->Image.Top + (size_t)y) * stride + (size_t)gif->Image.Left * 3;
                for (int x = 0; x < frame_width; x++, out += 3) {
                    memcpy(out, colors[row[x]], 3);
                }
                if (!read) {
                    break;
                }
            }
        }
        if (!read) {
            read = keeps || fail(message, reason(gif->Error));
        }
    }
    free(row);
    DGifCloseFile(gif, NULL);
    return read;
}
