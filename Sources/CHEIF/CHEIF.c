#include "CHEIF.h"

#include <stdio.h>
#include <string.h>

#include <libheif/heif.h>

const char *cheif_library(void) {
    static _Thread_local char text[32];
    snprintf(text, sizeof text, "libheif %s", heif_get_version());
    return text;
}

static bool fail(char *message, struct heif_error error) {
    if (error.code == heif_error_Unsupported_feature && error.subcode == heif_suberror_Unsupported_codec) {
        snprintf(message, cheif_message_capacity,
                 "this libheif has no decoder for it: install libheif-plugin-libde265 (libheif-plugin-aomdec)");
    } else {
        snprintf(message, cheif_message_capacity, "damaged data: %s", error.message ? error.message : "unknown");
    }
    return false;
}

typedef struct {
    struct heif_context *context;
    struct heif_image_handle *handle;
} Picture;

static void close_picture(Picture *picture) {
    if (picture->handle) {
        heif_image_handle_release(picture->handle);
    }
    if (picture->context) {
        heif_context_free(picture->context);
    }
}

static bool open_picture(const uint8_t *data, size_t size, Picture *picture, char *message) {
    *picture = (Picture){.context = heif_context_alloc()};
    if (!picture->context) {
        snprintf(message, cheif_message_capacity, "out of memory");
        return false;
    }
#if LIBHEIF_HAVE_VERSION(1, 13, 0)
    // Files are decoded side by side already.
    heif_context_set_max_decoding_threads(picture->context, 0);
#endif
    struct heif_error error = heif_context_read_from_memory_without_copy(picture->context, data, size, NULL);
    if (error.code == heif_error_Ok) {
        error = heif_context_get_primary_image_handle(picture->context, &picture->handle);
    }
    return error.code == heif_error_Ok || fail(message, error);
}

bool cheif_read_header(const uint8_t *data, size_t size, size_t *width, size_t *height, char *message) {
    Picture picture;
    bool is_open = open_picture(data, size, &picture, message);
    if (is_open) {
        int columns = heif_image_handle_get_width(picture.handle), rows = heif_image_handle_get_height(picture.handle);
        *width = columns > 0 ? (size_t)columns : 0;
        *height = rows > 0 ? (size_t)rows : 0;
    }
    close_picture(&picture);
    return is_open;
}

static bool copy(const struct heif_image *image, uint8_t *rgb, size_t width, size_t height, char *message) {
    int stride = 0;
    const uint8_t *pixels = heif_image_get_plane_readonly(image, heif_channel_interleaved, &stride);
    int columns = heif_image_get_width(image, heif_channel_interleaved);
    int rows = heif_image_get_height(image, heif_channel_interleaved);
    if (!pixels || columns < 0 || rows < 0 || (size_t)columns != width || (size_t)rows != height
        || stride < 0 || (size_t)stride < width * 3) {
        snprintf(message, cheif_message_capacity, "damaged data: the picture's size is not the one that is said of it");
        return false;
    }
    for (size_t y = 0; y < height; y++) {
        memcpy(rgb + y * width * 3, pixels + y * (size_t)stride, width * 3);
    }
    return true;
}

bool cheif_read_rgb(
    const uint8_t *data, size_t size, uint8_t *rgb, size_t width, size_t height, char *message) {
    Picture picture;
    bool is_read = open_picture(data, size, &picture, message);
    if (is_read) {
        struct heif_image *image = NULL;
        struct heif_error error =
            heif_decode_image(picture.handle, &image, heif_colorspace_RGB, heif_chroma_interleaved_RGB, NULL);
        is_read = error.code == heif_error_Ok ? copy(image, rgb, width, height, message) : fail(message, error);
        if (image) {
            heif_image_release(image);
        }
    }
    close_picture(&picture);
    return is_read;
}
