// Any bytes as a PNG: in all ways of reading; what was decoded comes back from a PNG of it.
#include "CPNG.h"
#include "Fuzzers.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    char message[cpng_message_capacity];
    CPNGHeader header;
    if (!cpng_read_header(data, size, &header, message)) return 0;
    uint8_t *rgb = pixels(header.width, header.height), *again = pixels(header.width, header.height);
    size_t capacity = header.width * header.height * 3;
    unsigned smallest = 0, largest = 0;
    for (int keeps = 0; rgb && again && keeps < 2; keeps++) {
        if (!cpng_read_range(data, size, keeps, &smallest, &largest, message)) smallest = largest = 0;
        if (!cpng_read_rgb(data, size, smallest, largest, rgb, capacity, &largest, keeps, message)) continue;
        uint8_t *file;
        size_t length;
        REQUIRE(cpng_write_rgb(rgb, header.width, header.height, &file, &length, message));
        REQUIRE(cpng_read_rgb(file, length, 0, 0, again, capacity, &largest, false, message));
        REQUIRE(memcmp(rgb, again, capacity) == 0);
        cpng_free(file);
    }
    free(rgb);
    free(again);
    return 0;
}
