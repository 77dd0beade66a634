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
uint64_t cvectors_at_most(const float *row, const float *subtracted, size_t count, float limit) {
    uint64_t found = 0;
    size_t position = 0;
    for (; position + lanes <= count; position += lanes) {
        vector x, y;
        LOAD(x, row + position);
        LOAD(y, subtracted + position);
        truths low = __builtin_convertvector(x - y <= limit, truths);
        uint8_t bits;
        memcpy(&bits, &low, sizeof bits);
        found |= (uint64_t)bits << position;
    }
    for (; position < count; position++) found |= (uint64_t)(row[position] - subtracted[position] <= limit) << position;
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

#if defined(__x86_64__)
_Bool cvectors_multiplies_bytes(void) {
    return __builtin_cpu_supports("avx512vnni") && __builtin_cpu_supports("avx512bw");
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

__attribute__((target("avx512f,avx512bw,avx512vl,avx512vnni")))
uint32_t cvectors_sixteen_may_reach(
    cvectors_bytes points, size_t row, cvectors_bytes others, size_t first, const float *added, float least, size_t count) {
    const __m512i offset = _mm512_set1_epi8((char)-128);
    const int8_t *x = points.rows + row * count, *rows = others.rows + first * count;
    __m512i sums[16];
#pragma clang loop unroll(full)
    for (int other = 0; other < 16; other++) sums[other] = _mm512_setzero_si512();
    for (size_t position = 0; position < count; position += 64) {
        __m512i numbers = _mm512_xor_si512(_mm512_loadu_si512(x + position), offset);
#pragma clang loop unroll(full)
        for (int other = 0; other < 16; other++) {
            __m512i y = _mm512_loadu_si512(rows + (size_t)other * count + position);
            sums[other] = _mm512_dpbusd_epi32(sums[other], numbers, y);
        }
    }
    // Sums within each, of four at a time first: of a, b, c and d in each quarter, then quarters.
    __m512i fours[4];
#pragma clang loop unroll(full)
    for (int four = 0; four < 4; four++) {
        const __m512i *s = sums + 4 * four;
        __m512i ab = _mm512_add_epi32(_mm512_unpacklo_epi32(s[0], s[1]), _mm512_unpackhi_epi32(s[0], s[1]));
        __m512i cd = _mm512_add_epi32(_mm512_unpacklo_epi32(s[2], s[3]), _mm512_unpackhi_epi32(s[2], s[3]));
        fours[four] = _mm512_add_epi32(_mm512_unpacklo_epi64(ab, cd), _mm512_unpackhi_epi64(ab, cd));
    }
    __m512i low = _mm512_add_epi32(
        _mm512_shuffle_i32x4(fours[0], fours[1], 0x88), _mm512_shuffle_i32x4(fours[0], fours[1], 0xdd));
    __m512i high = _mm512_add_epi32(
        _mm512_shuffle_i32x4(fours[2], fours[3], 0x88), _mm512_shuffle_i32x4(fours[2], fours[3], 0xdd));
    __m512i products = _mm512_add_epi32(_mm512_shuffle_i32x4(low, high, 0x88), _mm512_shuffle_i32x4(low, high, 0xdd));
    products = _mm512_sub_epi32(products, _mm512_slli_epi32(_mm512_loadu_si512(others.sums + first), 7));
    __m512 most = _mm512_mul_ps(
        _mm512_mul_ps(_mm512_set1_ps(points.scales[row]), _mm512_loadu_ps(others.scales + first)), _mm512_cvtepi32_ps(products));
    __m512 length = _mm512_set1_ps(points.lengths[row] + points.errors[row]), error = _mm512_set1_ps(points.errors[row]);
    most = _mm512_fmadd_ps(error, _mm512_loadu_ps(others.lengths + first), most);
    most = _mm512_fmadd_ps(length, _mm512_loadu_ps(others.errors + first), most);
    return _mm512_cmp_ps_mask(_mm512_add_ps(most, _mm512_loadu_ps(added)), _mm512_set1_ps(least), _CMP_GE_OQ);
}
#else
_Bool cvectors_multiplies_bytes(void) { return 0; }

uint32_t cvectors_sixteen_may_reach(
    cvectors_bytes points, size_t row, cvectors_bytes others, size_t first, const float *added, float least, size_t count) {
    return 0xffff;
}

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
