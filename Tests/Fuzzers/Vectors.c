// Loops over rows against the plain ones that they stand for.
#include "CVectors.h"
#include "Fuzzers.h"

#include <math.h>
#include <stdbool.h>

enum { block = 32, places = 16 };

// Rows of the block that lies in `a`, from the last to the first and every other one alone.
static void requireNext(const float *a, size_t rows, const float *b, uint32_t lanes) {
    const float unit = 0.125f;
    int32_t *list = malloc((rows + 1) * sizeof *list);
    float *moved = malloc((rows * places + 1) * sizeof *moved), *most = malloc((rows + 1) * sizeof *most), limits[block];
    int16_t ceilings[block];
    size_t count = 0, position = 0;
    for (size_t row = rows; row >= 2; row -= 2) list[count++] = (int32_t)row - 1;
    lanes *= 0x08421085;
    for (size_t row = 0; row < rows; row++) {
        most[row] = 0;
        for (size_t place = row * places; place < (row + 1) * places; place++) {
            moved[place] = fabsf(b[place]);
            most[row] = fmaxf(most[row], moved[place]);
        }
    }
    memcpy(limits, b, sizeof limits);
    if (lanes & 2) limits[3] = INFINITY, limits[5] = -INFINITY;
    cvectors_ceilings(limits, unit, ceilings);
    for (size_t place = 0; place < count; place++) {
        uint32_t low = 0;
        for (int lane = 0; lane < block; lane++) {
            uint16_t bound;
            memcpy(&bound, (const char *)a + (list[place] * block + lane) * sizeof bound, sizeof bound);
            low |= (uint32_t)(bound / places * unit - moved[list[place] * places + bound % places] <= limits[lane]) << lane;
        }
        if (!(low & lanes)) continue;
        REQUIRE(
            cvectors_next_at_most(a, a, unit, moved, most, list, count, &position, limits, ceilings, lanes) == (low & lanes));
        REQUIRE(position++ == place);
    }
    REQUIRE(cvectors_next_at_most(a, a, unit, moved, most, list, count, &position, limits, ceilings, lanes) == 0);
    free(list);
    free(moved);
    free(most);
}

static void requireLowered(const float *a, const float *b) {
    const float unit = 0.125f;
    uint16_t bounds[block], lowered[block];
    float moved[places];
    memcpy(bounds, a, sizeof bounds);
    memcpy(lowered, a, sizeof lowered);
    for (int place = 0; place < places; place++) moved[place] = fabsf(b[place]);
    cvectors_lower(lowered, unit, moved);
    for (int lane = 0; lane < block; lane++) {
        float left = bounds[lane] / places * unit - moved[bounds[lane] % places];
        REQUIRE(lowered[lane] % places == 0);
        REQUIRE(lowered[lane] / places * unit <= fmaxf(left, 0));
        REQUIRE(lowered[lane] / places * unit > left - unit);
    }
}

static void requireLanesToLook(const float *a, const float *b) {
    float limits[block];
    int32_t clusters[block];
    uint32_t all = 0, others = 0;
    for (int lane = 0; lane < block; lane++) {
        limits[lane] = a[lane] < -256 ? -INFINITY : a[lane] > 256 ? INFINITY : a[lane];
        // Some are in none.
        clusters[lane] = (lane * 7 + (a[lane] > 0)) % (block + 1) - 1;
        bool isOfOneThatMoved = clusters[lane] >= 0 && b[clusters[lane]] > 0;
        if (clusters[lane] < 0 && limits[lane] > -INFINITY) limits[lane] = INFINITY;
        if (limits[lane] == -INFINITY) continue;
        if (limits[lane] == INFINITY || isOfOneThatMoved) all |= 1u << lane;
        else others |= 1u << lane;
    }
    REQUIRE(cvectors_lanes_to_look(limits, clusters, b) == (all | (uint64_t)others << block));
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
    if (count >= block) {
        requireNext(a, count / places, b, data[0] >> 3);
        requireLanesToLook(a, b);
        requireLowered(a, b);
    }
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
