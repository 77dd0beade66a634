// Any bytes as a TIFF: with and without a range, strictly and as far as they go.
#include "CTIFF.h"
#include "Fuzzers.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    char message[ctiff_message_capacity];
    CTIFFHeader header;
    if (!ctiff_read_header(data, size, &header, message)) return 0;
    uint8_t *rgb = pixels(header.width, header.height);
    double smallest, largest;
    if (rgb && !ctiff_read_range(data, size, &smallest, &largest, message)) smallest = largest = 0;
    for (int keeps = 0; rgb && keeps < 2; keeps++) {
        double most;
        ctiff_read_rgb(data, size, smallest, largest, rgb, header.width * header.height * 3, &most, keeps, message);
        ctiff_read_rgb(data, size, 0, 0, rgb, header.width * header.height * 3, &most, keeps, message);
    }
    free(rgb);
    return 0;
}
