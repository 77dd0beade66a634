// Loops over rows of numbers, compiled for the vector instructions of each processor and chosen when a program starts.
#pragma once

#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/// The dot product of two rows.
float cvectors_dot(const float *a, const float *b, size_t count);

/// Lets some bytes come that will soon be read.
void cvectors_fetch(const void *bytes, size_t count);

/// Keeps the greatest and the second greatest of each place's numbers when those of a row are added.
void cvectors_two_greatest(const double *row, double *greatest, double *second, size_t count);

/// The squared distance between two rows.
float cvectors_squared_distance(const float *a, const float *b, size_t count);

/// Limits of a block as `cvectors_next_at_most` compares them, in whole units, none too low.
void cvectors_ceilings(const float *limits, float unit, int16_t *ceilings);

/// Goes on in a list of `count` rows of a block to the next of which some of the 32 bounds in `lanes`, less how far its group has
/// moved, is its lane's limit or less; returns which, the first in the lowest bit, and 0 after the last row.
///
/// - bounds: of 16 bits; the first twelve of each are how many units it is; the last four say from which of the places of its group it has moved.
/// - next: of which the same rows will soon be asked for, or others: they are fetched.
/// - moved: how far each row's group is from each of its sixteen places; `most`: from the farthest.
/// - position: where in the list to begin, and then the place of the row.
/// - ceilings: of the limits as they were before, or are.
uint32_t cvectors_next_at_most(
    const void *bounds, const void *next, float unit, const float *moved, const float *most, const int32_t *rows, size_t count,
    size_t *position, const float *limits, const int16_t *ceilings, uint32_t lanes);

/// Lowers 32 bounds, as `cvectors_next_at_most` reads them, by how far their group has moved from their places, and makes them ones of
/// the first place.
///
/// - moved: how far the group is from each of its sixteen places; none of it is below 0.
void cvectors_lower(void *bounds, float unit, const float *moved);

/// Which of 32 points have no limit yet (infinity), or are in a cluster that moved: the first in the lowest bit; and in the upper
/// 32 bits which others there are. A place without a point has the limit −∞.
uint64_t cvectors_lanes_to_look(const float *limits, const int32_t *clusters, const float *drifts);

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

#ifdef __cplusplus
}
#endif
