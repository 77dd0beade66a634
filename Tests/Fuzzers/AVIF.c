// Any bytes as an AVIF.
#include "CAVIF.h"
#include "Fuzzers.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    char message[cavif_message_capacity];
    CAVIFHeader header;
    if (!cavif_read_header(data, size, MOST_PIXELS, &header, message)) return 0;
    uint8_t *rgb = pixels(header.width, header.height);
    if (rgb) cavif_read_rgb(data, size, MOST_PIXELS, rgb, header.width * header.height * 3, header.width, header.height, message);
    free(rgb);
    return 0;
}
