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

/** 32 counters: one word of each plane. */
typedef struct baynn_planes {
    uint32_t *first;
    /** From a plane to the next. */
    uint32_t row_bytes;
    /** Behind the last plane, of which there are at least 5. */
    const uint32_t *end;
    /** All ones to subtract, else 0. */
    uint32_t mask;
} baynn_planes_t;

/** Rows to add: the words at offsets in bytes from `column`; a multiple of 4. */
typedef struct baynn_list {
    const void *column;
    const uint32_t *offsets;
    const uint32_t *end;
} baynn_list_t;

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

/* Count so many rows; their carry, of that weight, goes to d. FOUR changes r4 to r8, EIGHT r9
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

/* Four rows, and the carry of weight 16. */
#define FOUR_MORE FOUR("r9") HALF_ADD("r10", "r9", "r4") HALF_ADD("r11", "r4", "r8") "bl 8f\n"

/* Lists are counted in groups of 32, 8 and 4 rows; in small builds, of 4. LEAST are the bytes of
 * offsets of the largest group. */
#ifdef BAYNN_SMALL
#define LEAST "16"
#define LARGEST_GROUP FOUR_MORE
#define OTHER_GROUPS "2: b 0b\n"
#else
#define LEAST "128"
/* The carry of weight 256 leaves the planes on the stack. */
#define LARGEST_GROUP                                                                              \
    SIXTEEN("lr")                                                                                  \
    SIXTEEN("r9")                                                                                  \
    "ldmia sp, {r4, r5, r6, r7}\n" FULL_ADD("r4", "lr", "r9", "r9") HALF_ADD("r5", "r9", "lr")     \
        HALF_ADD("r6", "lr", "r9") "ands r8, r7, r9\n"                                             \
                                   "eor r7, r7, r9\n"                                              \
                                   "stmia sp, {r4, r5, r6, r7}\n"                                  \
                                   "beq 3f\n"                                                      \
                                   "bl 9f\n"
/* Modulo 128 bytes: bits 6 and 5 are groups of 8, bit 4 is one of 4. */
#define OTHER_GROUPS                                                                               \
    "2: ldr r4, [sp, #28]\n"                                                                       \
    "sub r4, r4, r1\n"                                                                             \
    "tst r4, #0x60\n"                                                                              \
    "beq 5f\n" EIGHT("r9") HALF_ADD("r11", "r9", "r8") "bl 8f\n"                                   \
                                                       "b 2b\n"                                    \
                                                       "5: lsls r4, r4, #27\n"                     \
                                                       "beq 0b\n" FOUR_MORE "b 0b\n"
#endif

/* Loads or stores plane 5, 6 or 7 at r8, if it is there, and goes to the next. */
#define PLANE(operation, value)                                                                    \
    "cmp r8, r6\n"                                                                                 \
    "it lo\n" operation "lo " value ", [r8]\n"                                                     \
    "add r8, r8, r5\n"

/* Subtracting is adding to the complements of the counters. */
#define COMPLEMENT                                                                                 \
    "cbz r7, 3f\n"                                                                                 \
    "mvn r2, r2\n"                                                                                 \
    "mvn r3, r3\n"                                                                                 \
    "mvn r10, r10\n"                                                                               \
    "mvn r11, r11\n"                                                                               \
    "mvn r0, r0\n"                                                                                 \
    "mvn r1, r1\n"                                                                                 \
    "mvn r9, r9\n"                                                                                 \
    "mvn r12, r12\n"                                                                               \
    "3:\n"

/** Adds the rows of lists from `list` up to `lists_end` to counters, or subtracts them.
 *
 *  Registers: r0 column, r1 next offset, r2 ones, r3 twos, r10 fours, r11 eights.
 *  Stack: 0 planes 4 to 7, 16 `planes`, 20 next list, 24 `lists_end`, 28 the offsets' end - LEAST
 *  bytes, 32 saved registers. Planes that are not there hold anything and are not stored; a carry
 *  beyond the last plane is dropped.
 */
__attribute__((naked, noinline, unused)) static void
baynn_count_rows(const baynn_planes_t *planes, const baynn_list_t *list,
                 const baynn_list_t *lists_end) {
    /* clang-format off */
    __asm__(".syntax unified\n"
            "push {r4, r5, r6, r7, r8, r9, r10, r11, lr}\n"
            "push {r0, r1, r2, r3}\n"
            "ldmia r0, {r4, r5, r6, r7}\n"
            "ldr r2, [r4]\n"
            "ldr r3, [r4, r5]\n"
            "ldr r10, [r4, r5, lsl #1]\n"
            "add r8, r4, r5\n"
            "ldr r11, [r8, r5, lsl #1]\n"
            "ldr r0, [r4, r5, lsl #2]\n"
            "add r8, r8, r5, lsl #2\n"
            PLANE("ldr", "r1") PLANE("ldr", "r9") PLANE("ldr", "r12") COMPLEMENT
            "push {r0, r1, r9, r12}\n"

            "0: ldrd r4, r5, [sp, #20]\n"
            "cmp r4, r5\n"
            "bhs 6f\n"
            "ldmia r4!, {r0, r1, r5}\n"
            "subs r5, #" LEAST "\n"
            "str r4, [sp, #20]\n"
            "str r5, [sp, #28]\n"
            "cmp r1, r5\n"
            "bhi 2f\n"

            "1:\n" LARGEST_GROUP
            "3: ldr r5, [sp, #28]\n"
            "cmp r1, r5\n"
            "bls 1b\n"

            /* What is left. */
            OTHER_GROUPS

            "6: pop {r0, r1, r9, r12}\n"
            "ldr lr, [sp]\n"
            "ldmia lr, {r4, r5, r6, r7}\n" COMPLEMENT
            "str r2, [r4]\n"
            "str r3, [r4, r5]\n"
            "str r10, [r4, r5, lsl #1]\n"
            "add r8, r4, r5\n"
            "str r11, [r8, r5, lsl #1]\n"
            "str r0, [r4, r5, lsl #2]\n"
            "add r8, r8, r5, lsl #2\n"
            PLANE("str", "r1") PLANE("str", "r9") PLANE("str", "r12")
            "add sp, sp, #16\n"
            "pop {r4, r5, r6, r7, r8, r9, r10, r11, pc}\n"

            /* A carry of weight 16 in r8. */
            "8: ldmia sp, {r4, r5, r6, r7}\n" HALF_ADD("r4", "r8", "r9") HALF_ADD("r5", "r9", "r8")
                HALF_ADD("r6", "r8", "r9")
            "ands r8, r7, r9\n"
            "eor r7, r7, r9\n"
            "stmia sp, {r4, r5, r6, r7}\n"
            "beq 7f\n"

            /* A carry of weight 256 in r8: to the planes in memory. */
            "9: ldr r12, [sp, #16]\n"
            "ldmia r12, {r4, r5, r6, r7}\n"
            "add r4, r4, r5, lsl #3\n"
            "b 11f\n"
            "10: ldr r9, [r4]\n"
            "eor r12, r9, r8\n"
            "str r12, [r4]\n"
            "eor r9, r9, r7\n"
            "add r4, r4, r5\n"
            "ands r8, r8, r9\n"
            "beq 7f\n"
            "11: cmp r4, r6\n"
            "blo 10b\n"
            "7: bx lr\n");
    /* clang-format on */
}

#undef FULL_ADD
#undef HALF_ADD
#undef FOUR
#undef FOUR_MORE
#undef EIGHT
#undef SIXTEEN
#undef PLANE
#undef LEAST
#undef LARGEST_GROUP
#undef OTHER_GROUPS
#undef COMPLEMENT

#else

#define BAYNN_HAS_COUNT_ROWS 0

/** Never called: there is no such loop for this machine. */
static inline void baynn_count_rows(const baynn_planes_t *planes, const baynn_list_t *list,
                                    const baynn_list_t *lists_end) {
    (void)planes, (void)list, (void)lists_end;
}

#endif

#endif
