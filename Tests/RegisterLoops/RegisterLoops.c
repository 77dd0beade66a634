#include "RegisterLoops.h"

#if defined(__x86_64__)

#include <immintrin.h>

// Independent sums, more than are under way at a time.
enum { sums = 16 };

#define LOOP(name, features, instruction, operations)                                                                  \
    __attribute__((target(features))) static double name(long rounds) {                                                \
        __m512 sum[sums];                                                                                              \
        for (int i = 0; i < sums; i++) sum[i] = _mm512_setzero_ps();                                                   \
        __m512 x = _mm512_set1_ps(1), y = _mm512_set1_ps(1e-3f);                                                       \
        for (long round = 0; round < rounds; round++) {                                                                \
            _Pragma("unroll") for (int i = 0; i < sums; i++)                                                           \
                __asm__ volatile(instruction " %1, %2, %0" : "+v"(sum[i]) : "v"(x), "v"(y));                           \
        }                                                                                                              \
        return (double)rounds * sums * (operations);                                                                   \
    }

LOOP(add_float32, "avx512f", "vfmadd231ps", 2 * 16)
LOOP(add_bfloat16, "avx512f,avx512bf16", "vdpbf16ps", 2 * 32)

double register_loops_float32(long rounds) { return __builtin_cpu_supports("avx512f") ? add_float32(rounds) : 0; }

double register_loops_bfloat16(long rounds) { return __builtin_cpu_supports("avx512bf16") ? add_bfloat16(rounds) : 0; }

#else

double register_loops_float32(long rounds) { return 0; }

double register_loops_bfloat16(long rounds) { return 0; }

#endif
