/* SPDX-License-Identifier: Apache-2.0
 *
 * Which of the levels of x86-64 that the psABI defines a machine has.
 *
 * Runs while a program is being relocated, before libc is: so it asks the processor itself, and
 * neither calls functions nor keeps anything.
 */
#ifndef BAYNN_CPU_LEVEL_H
#define BAYNN_CPU_LEVEL_H

#include <cpuid.h>

#define CPU_HAS(bits, mask) (((bits) & (mask)) == (mask))

/** State that the operating system saves: bit 1 SSE, 2 AVX, 5 to 7 AVX-512. */
static inline unsigned cpu_saved_state(void) {
    unsigned low, high;
    __asm__ volatile("xgetbv" : "=a"(low), "=d"(high) : "c"(0));
    return low;
}

/** 4 with AVX-512 (F, BW, CD, DQ, VL), 3 with AVX2 and what comes with it, else 1. */
static inline int cpu_level(void) {
    unsigned a, b, c, d, b7, c81;
    if (__get_cpuid_max(0, 0) < 7 || __get_cpuid_max(0x80000000u, 0) < 0x80000001u) {
        return 1;
    }
    __cpuid(1, a, b, c, d);
    if (!CPU_HAS(c, (unsigned)(bit_OSXSAVE | bit_AVX | bit_FMA | bit_F16C | bit_MOVBE | bit_POPCNT |
                               bit_SSE4_2))) {
        return 1;
    }
    const unsigned saved = cpu_saved_state();
    __cpuid(0x80000001u, a, b, c81, d);
    __cpuid_count(7, 0, a, b7, c, d);
    if (!CPU_HAS(saved, 0x06u) || !CPU_HAS(c81, (unsigned)bit_LZCNT) ||
        !CPU_HAS(b7, (unsigned)(bit_AVX2 | bit_BMI | bit_BMI2))) {
        return 1;
    }
    const unsigned avx512 =
        bit_AVX512F | bit_AVX512BW | bit_AVX512CD | bit_AVX512DQ | (unsigned)bit_AVX512VL;
    return CPU_HAS(saved, 0xE6u) && CPU_HAS(b7, avx512) ? 4 : 3;
}

#endif
