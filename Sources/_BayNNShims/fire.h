/* SPDX-License-Identifier: Apache-2.0
 *
 * The loop of Thresholds.fire in Thumb-2.
 *
 * Why assembly: four words share the steps of two pointers, and 14 registers hold all that they
 * need: 23 instructions for four words of a plane. Compilers load ahead and spill.
 */
#ifndef FIRE_H
#define FIRE_H

#include <stdint.h>

/** Sums and thresholds of `words` words of lanes, and where the outputs go. */
typedef struct baynn_firing {
    /** Planes of S / 2, plane 0 first. */
    const uint32_t *sums;
    /** Planes of A, plane 0 first. */
    const uint32_t *thresholds;
    uint32_t *bits;
    const uint32_t *inversions;
    /** From a plane to the next, of both. */
    uint32_t row_bytes;
    /** The last plane of A. */
    const uint32_t *last;
    /** All ones if the lowest bit of S is 0, else 0. */
    uint32_t low;
    uint32_t words;
} baynn_firing_t;

#if defined(__thumb2__) || (defined(__thumb__) && defined(__ARM_ARCH) && __ARM_ARCH >= 7)

#define BAYNN_HAS_FIRE 1

/* The borrow of s - a - borrow: a where s equals the borrow, which stays elsewhere. */
#define BORROW(s, a, borrow)                                                                       \
    "eor " s ", " s ", " borrow "\n"                                                               \
    "bic " a ", " a ", " s "\n"                                                                    \
    "and " s ", " s ", " borrow "\n"                                                               \
    "orr " borrow ", " s ", " a "\n"

/** Sets all bits, as Thresholds.fire does; changes pointers and number of words.
 *
 *  Registers: r0 plane of sums, r1 plane of thresholds, r12 bytes of a row, lr last plane, r4 to
 *  r7 borrows. Stack: 0 `firing`, 4 saved registers.
 */
__attribute__((naked, noinline, unused)) static void baynn_fire(baynn_firing_t *firing) {
    /* clang-format off */
    __asm__(".syntax unified\n"
            "push {r0, r4, r5, r6, r7, r8, r9, r10, r11, lr}\n"

            "0: ldr r2, [r0, #28]\n"
            "subs r2, #4\n"
            "blo 5f\n"
            "str r2, [r0, #28]\n"
            "ldr r12, [r0, #16]\n"
            "ldrd lr, r3, [r0, #20]\n"
            "ldmia r0, {r0, r1}\n"
            "ldmia r1, {r4, r5, r6, r7}\n"
            "ands r4, r3\n"
            "ands r5, r3\n"
            "ands r6, r3\n"
            "ands r7, r3\n"
            "b 2f\n"
            "1: add r1, r1, r12\n"
            "ldmia r0, {r8, r9, r10, r11}\n"
            "add r0, r0, r12\n"
            "ldrd r2, r3, [r1]\n"
            BORROW("r8", "r2", "r4") BORROW("r9", "r3", "r5")
            "ldrd r2, r3, [r1, #8]\n"
            BORROW("r10", "r2", "r6") BORROW("r11", "r3", "r7")
            "2: cmp r1, lr\n"
            "blo 1b\n"
            /* An output is 1 where no borrow is left. */
            "ldr r0, [sp]\n"
            "ldmia r0, {r1, r2, r3, r12}\n"
            "ldmia r12!, {r8, r9, r10, r11}\n"
            "mvns r4, r4\n"
            "mvns r5, r5\n"
            "mvns r6, r6\n"
            "mvns r7, r7\n"
            "eor r4, r4, r8\n"
            "eor r5, r5, r9\n"
            "eor r6, r6, r10\n"
            "eor r7, r7, r11\n"
            "stmia r3!, {r4, r5, r6, r7}\n"
            "adds r1, #16\n"
            "adds r2, #16\n"
            "stmia r0, {r1, r2, r3, r12}\n"
            "b 0b\n"

            /* Fewer than four words are left: one. */
            "5: adds r2, #4\n"
            "beq 9f\n"
            "subs r2, #1\n"
            "str r2, [r0, #28]\n"
            "ldr r12, [r0, #16]\n"
            "ldrd lr, r3, [r0, #20]\n"
            "ldmia r0, {r0, r1}\n"
            "ldr r4, [r1]\n"
            "ands r4, r3\n"
            "b 7f\n"
            "6: add r1, r1, r12\n"
            "ldr r5, [r0]\n"
            "add r0, r0, r12\n"
            "ldr r6, [r1]\n"
            BORROW("r5", "r6", "r4")
            "7: cmp r1, lr\n"
            "blo 6b\n"
            "ldr r0, [sp]\n"
            "ldmia r0, {r1, r2, r3, r12}\n"
            "ldr r5, [r12], #4\n"
            "mvns r4, r4\n"
            "eors r4, r5\n"
            "str r4, [r3], #4\n"
            "adds r1, #4\n"
            "adds r2, #4\n"
            "stmia r0, {r1, r2, r3, r12}\n"
            "b 0b\n"
            "9: pop {r0, r4, r5, r6, r7, r8, r9, r10, r11, pc}\n");
    /* clang-format on */
}

#undef BORROW

#else

#define BAYNN_HAS_FIRE 0

/** Never called: there is no such loop for this machine. */
static inline void baynn_fire(baynn_firing_t *firing) {
    (void)firing;
}

#endif

#endif
