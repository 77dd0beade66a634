// Loops over rows against the plain ones that they stand for.
#include "CVectors.h"
#include "Fuzzers.h"

#include <math.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    if (size < 1) return 0;
    // Rows that begin anywhere, so that nothing relies on where memory begins.
    size_t shift = data[0] % 8, count = (size - 1) / 4;
    float *memory = malloc((2 * count + 16) * sizeof *memory), *a = memory + shift, *b = a + count;
    int16_t *whole = malloc((2 * count + 16) * sizeof *whole), *x = whole + shift, *y = x + count;
    double sum = 0, size_of_terms = 0;
    uint64_t low = 0;
    int32_t whole_sum = 0;
    for (size_t i = 0; i < count; i++) {
        int16_t values[2];
        memcpy(values, data + 1 + 4 * i, 4);
        a[i] = values[0] / 64.f, b[i] = values[1] / 64.f;
        sum += (double)a[i] * b[i], size_of_terms += fabs((double)a[i] * b[i]);
        if (i < 64) low |= (uint64_t)(a[i] - b[i] <= 3) << i;
    }
    REQUIRE(fabs(cvectors_dot(a, b, count) - sum) <= 1e-6 * count * (1 + size_of_terms));
    REQUIRE(cvectors_at_most(a, b, count < 64 ? count : 64, 3) == low);
    cvectors_round(a, 2.5f, x, count);
    cvectors_round(b, 0.125f, y, count);
    for (size_t i = 0; i < count; i++) {
        REQUIRE(x[i] == (int16_t)nearbyintf(a[i] * 2.5f));
        if (i < 256) whole_sum += (int32_t)x[i] * y[i];
    }
    REQUIRE(cvectors_dot_int16(x, y, count < 256 ? count : 256) == whole_sum);
    free(memory);
    free(whole);
    return 0;
}
