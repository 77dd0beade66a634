#include "CVectors.h"

#include <math.h>
#include <string.h>
#if defined(__x86_64__)
#include <immintrin.h>
#endif

#if !defined(__has_feature)
#define __has_feature(feature) 0
#endif

// Which version is taken is decided before ThreadSanitizer, which would look on, has begun.
#if defined(__x86_64__) && defined(__linux__) && !__has_feature(thread_sanitizer)
#define FOR_EACH_PROCESSOR __attribute__((target_clones("arch=x86-64-v3", "default")))
#define FOR_EACH_WIDTH __attribute__((target_clones("arch=x86-64-v4", "arch=x86-64-v3", "default")))
#else
#define FOR_EACH_PROCESSOR
#define FOR_EACH_WIDTH
#endif

enum { lanes = 8, parts = 4, block_length = 32, place_bits = 4, places = 1 << place_bits };
typedef float vector __attribute__((vector_size(lanes * sizeof(float))));
typedef int16_t block __attribute__((vector_size(block_length * sizeof(int16_t))));
typedef _Bool truths __attribute__((ext_vector_type(block_length)));

// A macro: a function would pass vectors of another size than callers compiled for other instructions expect.
#define LOAD(into, from) memcpy(&(into), (from), sizeof(into))

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

void cvectors_fetch(const void *bytes, size_t count) {
    for (size_t position = 0; position < count; position += 64) __builtin_prefetch((const char *)bytes + position);
}

FOR_EACH_WIDTH
void cvectors_two_greatest(const double *restrict row, double *restrict greatest, double *restrict second, size_t count) {
    for (size_t position = 0; position < count; position++) {
        double number = row[position], most = greatest[position], lower = number < most ? number : most;
        second[position] = lower > second[position] ? lower : second[position];
        greatest[position] = number > most ? number : most;
    }
}

FOR_EACH_PROCESSOR
float cvectors_squared_distance(const float *a, const float *b, size_t count) {
    vector sums[parts] = {{0}};
    size_t position = 0;
    for (; position + parts * lanes <= count; position += parts * lanes) {
        for (int part = 0; part < parts; part++) {
            vector x, y;
            LOAD(x, a + position + part * lanes);
            LOAD(y, b + position + part * lanes);
            sums[part] += (x - y) * (x - y);
        }
    }
    vector sum = (sums[0] + sums[1]) + (sums[2] + sums[3]);
    float total = 0;
    for (int lane = 0; lane < lanes; lane++) total += sum[lane];
    for (; position < count; position++) total += (a[position] - b[position]) * (a[position] - b[position]);
    return total;
}

FOR_EACH_WIDTH
void cvectors_ceilings(const float *limits, float unit, int16_t *ceilings) {
    float per_unit = 1 / unit;
    for (int lane = 0; lane < block_length; lane++) {
        float units = limits[lane] * per_unit;
        // So that sums fit 16 bits.
        units = units < -16384 ? -16384 : units > 8191 ? 8191 : units;
        ceilings[lane] = (int16_t)(units + 1);
    }
}

FOR_EACH_WIDTH
uint32_t cvectors_next_at_most(
    const void *bounds, const void *next, float unit, const float *moved, const float *most, const int32_t *rows, size_t count,
    size_t *position, const float *limits, const int16_t *ceilings, uint32_t wanted) {
    float per_unit = 1 / unit;
    block ceiling;
    LOAD(ceiling, ceilings);
    for (; *position < count; ++*position) {
        int32_t row = rows[*position];
        const uint16_t *kept = (const uint16_t *)bounds + (size_t)row * block_length;
        block numbers;
        LOAD(numbers, kept);
        __builtin_prefetch((const uint16_t *)next + (size_t)row * block_length);
        // So it would be if all had moved as far as the farthest.
        float farthest = most[row] * per_unit;
        int16_t far = (int16_t)((farthest > 8191 ? 8191 : farthest) + 1);
        truths low = __builtin_convertvector((numbers >> place_bits & 0xfff) <= ceiling + far, truths);
        uint32_t found;
        memcpy(&found, &low, sizeof found);
        for (uint32_t left = found &= wanted; left; left &= left - 1) {
            int lane = __builtin_ctz(left);
            float distance = (kept[lane] >> place_bits) * unit - moved[row * places + kept[lane] % places];
            if (distance > limits[lane]) found &= ~(1u << lane);
        }
        if (found) return found;
    }
    return 0;
}

FOR_EACH_WIDTH
void cvectors_lower(void *bounds, float unit, const float *moved) {
    float per_unit = 1 / unit;
    uint16_t *kept = bounds;
    for (int lane = 0; lane < block_length; lane++) {
        float units = ((kept[lane] >> place_bits) * unit - moved[kept[lane] % places]) * per_unit;
        kept[lane] = (uint16_t)((int32_t)(units < 0 ? 0 : units) << place_bits);
    }
}

FOR_EACH_WIDTH
uint64_t cvectors_lanes_to_look(const float *limits, const int32_t *clusters, const float *drifts) {
    uint32_t occupied = 0, all = 0;
    for (int lane = 0; lane < block_length; lane++) {
        float drift = drifts[clusters[lane] < 0 ? 0 : clusters[lane]];
        occupied |= (uint32_t)(limits[lane] > -INFINITY) << lane;
        all |= (uint32_t)((drift > 0) | (limits[lane] == INFINITY)) << lane;
    }
    return (occupied & all) | (uint64_t)(occupied & ~all) << block_length;
}

FOR_EACH_PROCESSOR
void cvectors_round(const float *row, float scale, int16_t *rounded, size_t count) {
    for (size_t position = 0; position < count; position++) {
        rounded[position] = (int16_t)__builtin_roundevenf(row[position] * scale);
    }
}

FOR_EACH_PROCESSOR
static int32_t dot_int16(const int16_t *a, const int16_t *b, size_t count) {
    int32_t sum = 0;
    // Twice as many numbers as a vector holds sums: neighbours are multiplied and added in one instruction.
#pragma clang loop vectorize_width(16) interleave_count(4)
    for (size_t position = 0; position < count; position++) sum += (int32_t)a[position] * b[position];
    return sum;
}

#if defined(__x86_64__)
_Bool cvectors_multiplies_bytes(void) {
    return __builtin_cpu_supports("avx512vnni") && __builtin_cpu_supports("avx512bw");
}

// The products and the sums in one instruction.
__attribute__((target("avx512f,avx512bw,avx512vl,avx512vnni")))
static int32_t dot_int16_vnni(const int16_t *a, const int16_t *b, size_t count) {
    __m512i even = _mm512_setzero_si512(), odd = _mm512_setzero_si512();
    size_t position = 0;
    for (; position + 64 <= count; position += 64) {
        even = _mm512_dpwssd_epi32(even, _mm512_loadu_si512(a + position), _mm512_loadu_si512(b + position));
        odd = _mm512_dpwssd_epi32(odd, _mm512_loadu_si512(a + position + 32), _mm512_loadu_si512(b + position + 32));
    }
    int32_t sum = _mm512_reduce_add_epi32(_mm512_add_epi32(even, odd));
    for (; position < count; position++) sum += (int32_t)a[position] * b[position];
    return sum;
}

int32_t cvectors_dot_int16(const int16_t *a, const int16_t *b, size_t count) {
    return cvectors_multiplies_bytes() ? dot_int16_vnni(a, b, count) : dot_int16(a, b, count);
}

__attribute__((target("avx512f,avx512bw,avx512vl,avx512vnni")))
void cvectors_four_dots_int8(
    const int8_t *row, const int8_t *rows, const int32_t *sums, int32_t *products, size_t count) {
    // The instruction multiplies numbers without a sign by such with one: 128 is added to the row's.
    const __m512i offset = _mm512_set1_epi8((char)-128);
    __m512i partial[4] = {_mm512_setzero_si512(), _mm512_setzero_si512(), _mm512_setzero_si512(), _mm512_setzero_si512()};
    for (size_t position = 0; position < count; position += 64) {
        __m512i x = _mm512_xor_si512(_mm512_loadu_si512(row + position), offset);
        for (int other = 0; other < 4; other++) {
            __m512i y = _mm512_loadu_si512(rows + (size_t)other * count + position);
            partial[other] = _mm512_dpbusd_epi32(partial[other], x, y);
        }
    }
    __m256i halves[4];
    for (int other = 0; other < 4; other++) {
        halves[other] = _mm256_add_epi32(
            _mm512_castsi512_si256(partial[other]), _mm512_extracti64x4_epi64(partial[other], 1));
    }
    __m256i pairs = _mm256_hadd_epi32(_mm256_hadd_epi32(halves[0], halves[1]), _mm256_hadd_epi32(halves[2], halves[3]));
    __m128i all = _mm_add_epi32(_mm256_castsi256_si128(pairs), _mm256_extracti128_si256(pairs, 1));
    __m128i added = _mm_slli_epi32(_mm_loadu_si128((const __m128i *)sums), 7);
    _mm_storeu_si128((__m128i *)products, _mm_sub_epi32(all, added));
}
#else
_Bool cvectors_multiplies_bytes(void) { return 0; }

int32_t cvectors_dot_int16(const int16_t *a, const int16_t *b, size_t count) { return dot_int16(a, b, count); }

void cvectors_four_dots_int8(
    const int8_t *row, const int8_t *rows, const int32_t *sums, int32_t *products, size_t count) {
    for (int other = 0; other < 4; other++) {
        products[other] = 0;
        for (size_t position = 0; position < count; position++) {
            products[other] += (int32_t)row[position] * rows[other * count + position];
        }
    }
}
#endif
