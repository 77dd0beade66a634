// Loops over rows against the plain ones that they stand for.
#include "CVectors.h"
#include "Fuzzers.h"

#include <math.h>

// Rows of the block `a`, from the last to the first and every other one alone.
static void requireNext(const float *a, size_t rows, const float *b, uint32_t lanes) {
    int32_t *list = malloc((rows + 1) * sizeof *list);
    float *most = malloc((rows + 1) * sizeof *most);
    size_t count = 0, position = 0;
    for (size_t row = rows; row >= 2; row -= 2) list[count++] = (int32_t)row - 1;
    lanes = lanes * 0x421 & 0xffff;
    for (size_t row = 0; row < rows; row++) {
        most[row] = b[16 * row];
        for (size_t place = 1; place < 16; place++) most[row] = fmaxf(most[row], b[16 * row + place]);
    }
    for (size_t place = 0; place < count; place++) {
        uint32_t low = 0;
        for (int lane = 0; lane < 16; lane++) {
            uint32_t bits;
            memcpy(&bits, a + 16 * list[place] + lane, sizeof bits);
            float moved = b[16 * list[place] + bits % 16], bound;
            bits -= bits % 16;
            memcpy(&bound, &bits, sizeof bound);
            low |= (uint32_t)(bound - moved <= b[lane]) << lane;
        }
        if (!(low & lanes)) continue;
        REQUIRE(cvectors_next_at_most(a, a, b, most, list, count, &position, b, lanes) == (low & lanes));
        REQUIRE(position++ == place);
    }
    REQUIRE(cvectors_next_at_most(a, a, b, most, list, count, &position, b, lanes) == 0);
    free(list);
    free(most);
}

// As if numbers of a row came after those of another.
static void requireTwoGreatest(const float *a, const float *b, size_t count) {
    double *numbers = calloc(3 * count + 1, sizeof *numbers), *most = numbers + count, *second = most + count;
    for (size_t i = 0; i < count; i++) numbers[i] = a[i], most[i] = b[i], second[i] = b[i] - 1;
    cvectors_two_greatest(numbers, most, second, count);
    for (size_t i = 0; i < count; i++) {
        REQUIRE(most[i] == fmax(a[i], b[i]));
        REQUIRE(second[i] == fmax(fmin(a[i], b[i]), (double)b[i] - 1));
    }
    free(numbers);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    if (size < 1) return 0;
    // Rows that begin anywhere, so that nothing relies on where memory begins.
    size_t shift = data[0] % 8, count = (size - 1) / 4;
    float *memory = malloc((2 * count + 16) * sizeof *memory), *a = memory + shift, *b = a + count;
    int16_t *whole = malloc((2 * count + 16) * sizeof *whole), *x = whole + shift, *y = x + count;
    double sum = 0, size_of_terms = 0, squared = 0;
    int32_t whole_sum = 0;
    for (size_t i = 0; i < count; i++) {
        int16_t values[2];
        memcpy(values, data + 1 + 4 * i, 4);
        a[i] = values[0] / 64.f, b[i] = values[1] / 64.f;
        squared += ((double)a[i] - b[i]) * ((double)a[i] - b[i]);
        sum += (double)a[i] * b[i], size_of_terms += fabs((double)a[i] * b[i]);
    }
    REQUIRE(fabs(cvectors_dot(a, b, count) - sum) <= 1e-6 * count * (1 + size_of_terms));
    REQUIRE(fabs(cvectors_squared_distance(a, b, count) - squared) <= 1e-6 * count * (1 + squared));
    requireTwoGreatest(a, b, count);
    if (count >= 16) requireNext(a, count / 16, b, data[0] >> 3);
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
