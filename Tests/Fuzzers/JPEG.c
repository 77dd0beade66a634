// Any bytes as a JPEG: strictly, as far as they go, and what was decoded encoded again.
#include "CJPEG.h"
#include "Fuzzers.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    for (int keeps = 0; keeps < 2; keeps++) {
        CJPEGDecoder *decoder = cjpeg_decoder_create(keeps);
        size_t width, height;
        uint8_t *rgb = NULL;
        if (cjpeg_decoder_read_header(decoder, data, size, &width, &height) && (rgb = pixels(width, height))) {
            if (cjpeg_decoder_read_rgb(decoder, rgb, width * height * 3)) {
                CJPEGEncoder *encoder = cjpeg_encoder_create();
                const uint8_t *file;
                size_t length;
                REQUIRE(cjpeg_encoder_write_rgb(encoder, rgb, width, height, 75, keeps, &file, &length));
                cjpeg_encoder_destroy(encoder);
            }
        }
        REQUIRE(cjpeg_decoder_message(decoder));
        free(rgb);
        cjpeg_decoder_destroy(decoder);
    }
    return 0;
}
