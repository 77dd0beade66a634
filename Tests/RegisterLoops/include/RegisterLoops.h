// Multiplications and additions of numbers that stay in registers: as fast as a core computes when nothing is read or written.
#pragma once

/// Multiplies and adds float32 numbers in 512-bit registers; returns how many operations that were, 0 on processors without.
double register_loops_float32(long rounds);

/// The same with products of bfloat16 numbers, which are added in float32.
double register_loops_bfloat16(long rounds);
