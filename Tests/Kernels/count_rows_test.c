/* SPDX-License-Identifier: Apache-2.0
 *
 * Compares the assembly of ColumnCounter with its definition, on the machine that it is for:
 * every rest of a group of 32 rows and several groups, from 5 planes on, adding and subtracting.
 */
/* Assembly takes its parameters from registers. */
#pragma GCC diagnostic ignored "-Wunused-parameter"
#include "../../Sources/_BayNNShims/count_rows.h"

#include <stdbool.h>

#include "console.h"
#include "semihosting.h"

enum { ROWS = 50, ROW_WORDS = 3, LENGTH_MAX = 260, PLANES_MAX = 14, FENCE = 0x5A5A };

static uint32_t rows[(ROWS + 1) * ROW_WORDS];
static uint32_t offsets[2 * LENGTH_MAX];
/* One word of each row of planes belongs to the counter, and none behind the last plane. */
static uint32_t planes[(PLANES_MAX + 3) * ROW_WORDS];
static uint32_t expected[32];

static uint32_t random_word(void) {
    static uint32_t state = 1;
    state ^= state << 13;
    state ^= state >> 17;
    state ^= state << 5;
    return state;
}

static uint32_t counter_of(unsigned lane, unsigned plane_count) {
    uint32_t value = 0;
    for (unsigned p = 0; p < plane_count; p += 1) {
        value |= (planes[p * ROW_WORDS] >> lane & 1) << p;
    }
    return value;
}

/* Fills a list with random rows, from row 0 or 1, and adds them by the definition. */
static baynn_list_t random_list(uint32_t *target, unsigned column, unsigned length,
                                bool subtracting) {
    const uint32_t *base = rows + column * ROW_WORDS;
    for (unsigned i = 0; i < length; i += 1) {
        const unsigned row = random_word() % ROWS;
        target[i] = row * ROW_WORDS * 4;
        for (unsigned lane = 0; lane < 32; lane += 1) {
            const uint32_t bit = base[row * ROW_WORDS] >> lane & 1;
            expected[lane] += subtracting ? 0 - bit : bit;
        }
    }
    const baynn_list_t list = {.column = base, .offsets = target, .end = target + length};
    return list;
}

static bool equals(unsigned length, unsigned plane_count, bool subtracting) {
    for (unsigned i = 0; i < sizeof planes / sizeof planes[0]; i += 1) {
        const bool own = i % ROW_WORDS == 0 && i < plane_count * ROW_WORDS;
        planes[i] = own ? random_word() : FENCE;
    }
    for (unsigned lane = 0; lane < 32; lane += 1) {
        expected[lane] = counter_of(lane, plane_count);
    }
    const baynn_planes_t counter = {.first = planes,
                                    .row_bytes = 4 * ROW_WORDS,
                                    .end = planes + plane_count * ROW_WORDS,
                                    .mask = subtracting ? UINT32_MAX : 0};
    const baynn_list_t lists[] = {random_list(offsets, 0, length, subtracting),
                                  random_list(offsets + length, 1, length / 8 * 4, subtracting)};
    baynn_count_rows(&counter, lists, lists + (length % 16 == 0 ? 2 : 1));
    if (length % 16 != 0) {
        baynn_count_rows(&counter, lists + 1, lists + 2);
    }
    const uint32_t modulus = (uint32_t)1 << plane_count;
    for (unsigned lane = 0; lane < 32; lane += 1) {
        if (counter_of(lane, plane_count) != expected[lane] % modulus) {
            return false;
        }
    }
    for (unsigned i = 0; i < sizeof planes / sizeof planes[0]; i += 1) {
        const bool own = i % ROW_WORDS == 0 && i < plane_count * ROW_WORDS;
        if (!own && planes[i] != FENCE) {
            return false;
        }
    }
    return true;
}

int main(void) {
    unsigned failures = 0;
    for (unsigned i = 0; i < sizeof rows / sizeof rows[0]; i += 1) {
        rows[i] = random_word();
    }
    for (unsigned plane_count = 5; plane_count <= PLANES_MAX; plane_count += 1) {
        for (unsigned length = 0; length <= LENGTH_MAX; length += 4) {
            failures += !equals(length, plane_count, false);
            failures += !equals(length, plane_count, true);
        }
    }
    console_text("count_rows: ");
    console_decimal(failures, 1);
    console_text(" lists counted wrongly\n");
    semihosting_exit(failures == 0 && BAYNN_HAS_COUNT_ROWS ? 0 : 1);
}
