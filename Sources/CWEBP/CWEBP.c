#include "CWEBP.h"

#include <stdio.h>
#include <string.h>

#include <webp/decode.h>
#include <webp/demux.h>

const char *cwebp_library(void) {
    static _Thread_local char text[32];
    int version = WebPGetDecoderVersion();
    snprintf(text, sizeof text, "libwebp %d.%d.%d", version >> 16, version >> 8 & 255, version & 255);
    return text;
}

static bool fail(char *message, const char *reason) {
    snprintf(message, cwebp_message_capacity, "%s", reason);
    return false;
}

/// The file's parts, all of them in it; NULL where it is damaged or ends early.
static WebPDemuxer *parts(const uint8_t *data, size_t size, char *message) {
    WebPData file = {.bytes = data, .size = size};
    WebPDemuxState state;
    WebPDemuxer *demuxer = WebPDemuxPartial(&file, &state);
    if (demuxer && state == WEBP_DEMUX_DONE) {
        return demuxer;
    }
    WebPDemuxDelete(demuxer);
    fail(message, state == WEBP_DEMUX_PARSE_ERROR ? "damaged data: its parts do not fit each other"
                                                  : "the data end early (truncated file)");
    return NULL;
}

bool cwebp_read_header(const uint8_t *data, size_t size, size_t *width, size_t *height, char *message) {
    WebPDemuxer *demuxer = parts(data, size, message);
    if (!demuxer) {
        return false;
    }
    *width = WebPDemuxGetI(demuxer, WEBP_FF_CANVAS_WIDTH);
    *height = WebPDemuxGetI(demuxer, WEBP_FF_CANVAS_HEIGHT);
    WebPDemuxDelete(demuxer);
    return true;
}

static bool read_frame(
    const WebPIterator *frame, size_t width, size_t height, uint8_t *rgb, size_t stride, char *message) {
    if (frame->width <= 0 || frame->height <= 0 || frame->x_offset < 0 || frame->y_offset < 0
        || (size_t)frame->x_offset + (size_t)frame->width > width
        || (size_t)frame->y_offset + (size_t)frame->height > height) {
        return fail(message, "damaged data: the frame lies outside of the picture");
    }
    // The frame's own stream must have the size that is said of it, since the rows are written without asking again.
    WebPBitstreamFeatures features;
    if (WebPGetFeatures(frame->fragment.bytes, frame->fragment.size, &features) != VP8_STATUS_OK
        || features.width != frame->width || features.height != frame->height) {
        return fail(message, "damaged data: the frame's size is not the one that is said of it");
    }
    if ((size_t)frame->width < width || (size_t)frame->height < height) {
        memset(rgb, 0, stride * height);
    }
    uint8_t *start = rgb + (size_t)frame->y_offset * stride + (size_t)frame->x_offset * 3;
    size_t room = stride * height - (size_t)(start - rgb);
    if (!WebPDecodeRGBInto(frame->fragment.bytes, frame->fragment.size, start, room, (int)stride)) {
        return fail(message, "damaged data: the pixels cannot be decoded");
    }
    return true;
}

bool cwebp_read_rgb(const uint8_t *data, size_t size, uint8_t *rgb, size_t capacity, char *message) {
    WebPDemuxer *demuxer = parts(data, size, message);
    if (!demuxer) {
        return false;
    }
    size_t width = WebPDemuxGetI(demuxer, WEBP_FF_CANVAS_WIDTH), height = WebPDemuxGetI(demuxer, WEBP_FF_CANVAS_HEIGHT);
    size_t stride = width * 3;
    bool read = false;
    WebPIterator frame;
    if (width == 0 || height == 0 || capacity / stride < height || stride > INT32_MAX) {
        fail(message, "no room for the image");
    } else if (!WebPDemuxGetFrame(demuxer, 1, &frame)) {
        fail(message, "there is no picture in it");
    } else {
        read = read_frame(&frame, width, height, rgb, stride, message);
        WebPDemuxReleaseIterator(&frame);
    }
    WebPDemuxDelete(demuxer);
    return read;
}
