// Any bytes as a WebP.
#include "CWEBP.h"
#include "Fuzzers.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    char message[cwebp_message_capacity];
    size_t width, height;
    if (!cwebp_read_header(data, size, &width, &height, message)) return 0;
    uint8_t *rgb = pixels(width, height);
    if (rgb) cwebp_read_rgb(data, size, rgb, width * height * 3, message);
    free(rgb);
    return 0;
}
