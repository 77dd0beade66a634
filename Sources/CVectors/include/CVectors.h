// Loops over rows of numbers, compiled for the vector instructions of each processor and chosen when a program starts.
#pragma once

#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/// The dot product of two rows.
float cvectors_dot(const float *a, const float *b, size_t count);

/// Which of at most 64 numbers are `limit` or less when those of another row are subtracted, the first in the lowest bit.
uint64_t cvectors_at_most(const float *row, const float *subtracted, size_t count, float limit);

/// Multiplies a row by `scale` and rounds it to integers; the products must lie within those of 16 bits.
void cvectors_round(const float *row, float scale, int16_t *rounded, size_t count);

/// The dot product of two rows of integers; no sum of some of its products may exceed 32 bits.
int32_t cvectors_dot_int16(const int16_t *a, const int16_t *b, size_t count);

/// Whether `cvectors_four_dots_int8` is much faster than products of 16-bit integers, and may be called: the processor multiplies
/// bytes and adds the products in one instruction (AVX-512 VNNI).
_Bool cvectors_multiplies_bytes(void);

/// The dot products of a row of bytes and each of four that lie one after another.
///
/// - sums: of the numbers of each of the four.
/// - count: a multiple of 64, as of all rows of bytes.
void cvectors_four_dots_int8(
    const int8_t *row, const int8_t *rows, const int32_t *sums, int32_t *products, size_t count);

/// Rows of bytes, and of each the sum of its bytes, what one of them stands for, not less than its length, and not less than the length
/// of what rounding took from it.
typedef struct {
    const int8_t *rows;
    const int32_t *sums;
    const float *scales, *lengths, *errors;
} cvectors_bytes;

/// Which of sixteen rows of `others`, from `first` on, have a dot product with a row of which no more is known than that it and
/// what is added for each of the sixteen may come to `least`; the first in the lowest bit. `cvectors_multiplies_bytes` must hold.
uint32_t cvectors_sixteen_may_reach(
    cvectors_bytes points, size_t row, cvectors_bytes others, size_t first, const float *added, float least, size_t count);

#ifdef __cplusplus
}
#endif
