// Any bytes as a HEIC.
#include "CHEIF.h"
#include "Fuzzers.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    char message[cheif_message_capacity];
    size_t width, height;
    if (!cheif_read_header(data, size, &width, &height, message)) return 0;
    uint8_t *rgb = pixels(width, height);
    if (rgb) cheif_read_rgb(data, size, rgb, width, height, message);
    free(rgb);
    return 0;
}
