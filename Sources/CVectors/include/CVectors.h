// Loops over rows of float32 numbers, compiled for the vector instructions of each processor and chosen when a program starts.
#pragma once

#include <stddef.h>

#ifdef __cplusplus
extern "C" {
#endif

/// The dot product of two rows.
float cvectors_dot(const float *a, const float *b, size_t count);

/// Subtracts one row from another in place; returns the least of what is left, infinity of nothing.
float cvectors_subtract(float *row, const float *subtracted, size_t count);

#ifdef __cplusplus
}
#endif
