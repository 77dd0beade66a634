// Any bytes as a GIF, strictly and as far as they go.
#include "CGIF.h"
#include "Fuzzers.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    char message[cgif_message_capacity];
    size_t width, height;
    if (!cgif_read_header(data, size, &width, &height, message)) return 0;
    uint8_t *rgb = pixels(width, height);
    for (int keeps = 0; rgb && keeps < 2; keeps++) cgif_read_rgb(data, size, rgb, width * height * 3, keeps, message);
    free(rgb);
    return 0;
}
