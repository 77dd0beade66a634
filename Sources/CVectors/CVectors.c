#include "CVectors.h"

#include <math.h>
#include <string.h>

#if defined(__x86_64__) && defined(__linux__)
#define FOR_EACH_PROCESSOR __attribute__((target_clones("arch=x86-64-v3", "default")))
#else
#define FOR_EACH_PROCESSOR
#endif

enum { lanes = 8, parts = 4 };
typedef float vector __attribute__((vector_size(lanes * sizeof(float))));
typedef _Bool truths __attribute__((ext_vector_type(lanes)));

// A macro: a function would pass vectors of another size than callers compiled for other instructions expect.
#define LOAD(into, from) memcpy(&(into), (from), sizeof(vector))

FOR_EACH_PROCESSOR
float cvectors_dot(const float *a, const float *b, size_t count) {
    // Several sums, since an addition waits for the one before it.
    vector sums[parts] = {{0}};
    size_t position = 0;
    for (; position + parts * lanes <= count; position += parts * lanes) {
        for (int part = 0; part < parts; part++) {
            vector x, y;
            LOAD(x, a + position + part * lanes);
            LOAD(y, b + position + part * lanes);
            sums[part] += x * y;
        }
    }
    vector sum = (sums[0] + sums[1]) + (sums[2] + sums[3]);
    float total = ((sum[0] + sum[4]) + (sum[1] + sum[5])) + ((sum[2] + sum[6]) + (sum[3] + sum[7]));
    for (; position < count; position++) total += a[position] * b[position];
    return total;
}

FOR_EACH_PROCESSOR
float cvectors_subtract(float *row, const float *subtracted, size_t count) {
    float least = INFINITY;
    size_t position = 0;
    if (count >= lanes) {
        vector low;
        for (int lane = 0; lane < lanes; lane++) low[lane] = INFINITY;
        for (; position + lanes <= count; position += lanes) {
            vector x, y;
            LOAD(x, row + position);
            LOAD(y, subtracted + position);
            x -= y;
            memcpy(row + position, &x, sizeof x);
            low = __builtin_elementwise_min(low, x);
        }
        for (int lane = 0; lane < lanes; lane++) least = low[lane] < least ? low[lane] : least;
    }
    for (; position < count; position++) {
        row[position] -= subtracted[position];
        if (row[position] < least) least = row[position];
    }
    return least;
}

FOR_EACH_PROCESSOR
uint64_t cvectors_at_most(const float *row, size_t count, float limit) {
    uint64_t found = 0;
    size_t position = 0;
    for (; position + lanes <= count; position += lanes) {
        vector x;
        LOAD(x, row + position);
        truths low = __builtin_convertvector(x <= limit, truths);
        uint8_t bits;
        memcpy(&bits, &low, sizeof bits);
        found |= (uint64_t)bits << position;
    }
    for (; position < count; position++) found |= (uint64_t)(row[position] <= limit) << position;
    return found;
}

FOR_EACH_PROCESSOR
void cvectors_round(const float *row, float scale, int16_t *rounded, size_t count) {
    for (size_t position = 0; position < count; position++) {
        rounded[position] = (int16_t)__builtin_roundevenf(row[position] * scale);
    }
}

FOR_EACH_PROCESSOR
int32_t cvectors_dot_int16(const int16_t *a, const int16_t *b, size_t count) {
    int32_t sum = 0;
    // Twice as many numbers as a vector holds sums: neighbours are multiplied and added in one instruction.
#pragma clang loop vectorize_width(16) interleave_count(4)
    for (size_t position = 0; position < count; position++) sum += (int32_t)a[position] * b[position];
    return sum;
}
