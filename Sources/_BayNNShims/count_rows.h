/* SPDX-License-Identifier: Apache-2.0
 *
 * The loop of ColumnCounter in Thumb-2: 32 lanes of bit-sliced counters.
 *
 * Why assembly: 32 rows take 31 full adders of five operations, 32 loads and 8 loads of four
 * offsets each, and 14 registers hold all that they need. Compilers spill.
 */
#ifndef COUNT_ROWS_H
#define COUNT_ROWS_H

#include <stdint.h>

/** The layout of `ColumnCounter<UInt32>`. Subtracting is adding to complements. */
typedef struct baynn_counter {
    /** Planes 0 to 7, complemented to subtract. */
    uint32_t local[8];
    /** Plane 8 in memory, and the bytes from a plane to the next. */
    uint32_t *above;
    uint32_t row_bytes;
    /** Behind the last plane; not behind `above` if all are local. A carry that gets there is
     *  dropped. */
    const uint32_t *end;
    /** All ones to subtract, else 0. */
    uint32_t mask;
} baynn_counter_t;

#if defined(__thumb2__) || (defined(__thumb__) && defined(__ARM_ARCH) && __ARM_ARCH >= 7)

#define BAYNN_HAS_COUNT_ROWS 1

/* s + a + b: the sum goes to s, the carry to d, which may be a or b. Changes b and r8. */
#define FULL_ADD(s, a, b, d)                                                                       \
    "eor r8, " s ", " a "\n"                                                                       \
    "eor " s ", r8, " b "\n"                                                                       \
    "eor " b ", " a ", " b "\n"                                                                    \
    "and " b ", " b ", r8\n"                                                                       \
    "eor " d ", " a ", " b "\n"

/* s + a: the sum goes to s, the carry to d, which is not a. */
#define HALF_ADD(s, a, d)                                                                          \
    "and " d ", " s ", " a "\n"                                                                    \
    "eor " s ", " s ", " a "\n"

/* Count so many rows; their carry, of this weight, goes to d. FOUR changes r4 to r8, EIGHT r9
 * as well, SIXTEEN r12 as well. */
#define FOUR(d)                                                                                    \
    "ldmia r1!, {r4, r5, r6, r7}\n"                                                                \
    "ldr r4, [r0, r4]\n"                                                                           \
    "ldr r5, [r0, r5]\n"                                                                           \
    "ldr r6, [r0, r6]\n"                                                                           \
    "ldr r7, [r0, r7]\n" FULL_ADD("r2", "r4", "r5", "r4") FULL_ADD("r2", "r6", "r7", "r6")         \
        FULL_ADD("r3", "r4", "r6", d)
#define EIGHT(d) FOUR("r9") FOUR("r4") FULL_ADD("r10", "r9", "r4", d)
#define SIXTEEN(d) EIGHT("r12") EIGHT("r9") FULL_ADD("r11", "r12", "r9", d)

/** Adds rows to 32 counters.
 *
 *  @param counter  a `ColumnCounter<UInt32>`
 *  @param column   the words of row 0, of any row that offsets lead to
 *  @param offsets  in bytes from `column`, of the rows
 *  @param end      behind the last offset, of which there are a multiple of 4
 */
__attribute__((naked, noinline, unused)) static void baynn_count_rows(baynn_counter_t *counter,
                                                                      const void *column,
                                                                      const uint32_t *offsets,
                                                                      const uint32_t *end) {
    /* r0 column, r1 next offset, r2 ones, r3 twos, r10 fours, r11 eights.
     * sp: local planes 4 to 7, end - 32 offsets, saved registers. */
    __asm__(".syntax unified\n"
            "adds r0, #16\n"
            "subs r3, #128\n"
            "push {r0, r3, r4, r5, r6, r7, r8, r9, r10, r11, lr}\n"
            "mov r4, r1\n"
            "mov r1, r2\n"
            "mov r5, r3\n"
            "ldmdb r0, {r2, r3, r10, r11}\n"
            "mov r0, r4\n"
            "cmp r1, r5\n"
            "bhi 2f\n"
            /* 32 rows. The carry of weight 256 leaves the local planes. */
            "1:\n" SIXTEEN("lr") SIXTEEN("r9") /**/
            "ldr r12, [sp]\n"
            "ldmia r12, {r4, r5, r6, r7}\n" FULL_ADD("r4", "lr", "r9", "r9")
                HALF_ADD("r5", "r9", "lr") HALF_ADD("r6", "lr", "r9") /**/
            "ands r8, r7, r9\n"
            "eor r7, r7, r9\n"
            "stmia r12, {r4, r5, r6, r7}\n"
            "beq 3f\n"
            "bl 9f\n"
            "3:\n"
            "ldr r4, [sp, #4]\n"
            "cmp r1, r4\n"
            "bls 1b\n"
            /* The rest: 16, 8 and 4 rows are bits 6, 5 and 4 of the bytes that are left. */
            "2:\n"
            "ldr r4, [sp, #4]\n"
            "subs r4, r4, r1\n"
            "lsls r4, r4, #25\n"
            "beq 6f\n"
            "bpl 4f\n" SIXTEEN("r8") /**/
            "bl 8f\n"
            "4:\n"
            "ldr r4, [sp, #4]\n"
            "subs r4, r4, r1\n"
            "lsls r4, r4, #26\n"
            "beq 6f\n"
            "bpl 5f\n" EIGHT("r9") HALF_ADD("r11", "r9", "r8") /**/
            "bl 8f\n"
            "5:\n"
            "ldr r4, [sp, #4]\n"
            "subs r4, r4, r1\n"
            "lsls r4, r4, #27\n"
            "beq 6f\n" FOUR("r9") HALF_ADD("r10", "r9", "r4") HALF_ADD("r11", "r4", "r8") /**/
            "bl 8f\n"
            "6:\n"
            "ldr r12, [sp], #8\n"
            "stmdb r12, {r2, r3, r10, r11}\n"
            "pop {r4, r5, r6, r7, r8, r9, r10, r11, pc}\n"
            /* A carry of weight 16 in r8. */
            "8:\n"
            "ldr r12, [sp]\n"
            "ldmia r12, {r4, r5, r6, r7}\n" HALF_ADD("r4", "r8", "r9") HALF_ADD("r5", "r9", "r8")
                HALF_ADD("r6", "r8", "r9") /**/
            "ands r8, r7, r9\n"
            "eor r7, r7, r9\n"
            "stmia r12, {r4, r5, r6, r7}\n"
            "beq 7f\n"
            /* A carry of weight 256 in r8. */
            "9:\n"
            "ldr r12, [sp]\n"
            "add r12, r12, #16\n"
            "ldmia r12, {r4, r5, r6, r7}\n"
            "b 11f\n"
            "10:\n"
            "ldr r9, [r4]\n"
            "eor r12, r9, r8\n"
            "str r12, [r4]\n"
            "eor r9, r9, r7\n"
            "add r4, r4, r5\n"
            "ands r8, r8, r9\n"
            "beq 7f\n"
            "11:\n"
            "cmp r4, r6\n"
            "blo 10b\n"
            "7:\n"
            "bx lr\n");
}

#undef FULL_ADD
#undef HALF_ADD
#undef FOUR
#undef EIGHT
#undef SIXTEEN

#else

#define BAYNN_HAS_COUNT_ROWS 0

/** Never called: there is no such loop for this machine. */
static inline void baynn_count_rows(baynn_counter_t *counter, const void *column,
                                    const uint32_t *offsets, const uint32_t *end) {
    (void)counter, (void)column, (void)offsets, (void)end;
}

#endif

#endif
