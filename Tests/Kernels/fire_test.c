/* SPDX-License-Identifier: Apache-2.0
 *
 * Compares the assembly of Thresholds.fire with its definition, on the machine that it is for: one
 * to nine words, 2 to 12 planes of thresholds.
 */
/* Assembly takes its parameters from registers. */
#pragma GCC diagnostic ignored "-Wunused-parameter"
#include "../../Sources/_BayNNShims/fire.h"

#include <stdbool.h>

#include "console.h"
#include "semihosting.h"

enum { WORDS_MAX = 9, PLANES_MAX = 12, FENCE = 0x5A5A };

static uint32_t sums[PLANES_MAX * WORDS_MAX];
static uint32_t thresholds[PLANES_MAX * WORDS_MAX];
static uint32_t inversions[WORDS_MAX];
static uint32_t bits[WORDS_MAX + 4];

static uint32_t random_word(void) {
    static uint32_t state = 1;
    state ^= state << 13;
    state ^= state >> 17;
    state ^= state << 5;
    return state;
}

static uint32_t integer(const uint32_t *planes, unsigned words, unsigned plane_count,
                        unsigned lane) {
    uint32_t value = 0;
    for (unsigned p = 0; p < plane_count; p += 1) {
        value |= (planes[p * words + lane / 32] >> lane % 32 & 1) << p;
    }
    return value;
}

static bool equals(unsigned words, unsigned plane_count, uint32_t parity) {
    for (unsigned i = 0; i < plane_count * words; i += 1) {
        sums[i] = random_word();
        thresholds[i] = random_word();
    }
    for (unsigned i = 0; i < WORDS_MAX + 4; i += 1) {
        bits[i] = FENCE;
    }
    for (unsigned i = 0; i < words; i += 1) {
        inversions[i] = random_word();
    }
    baynn_firing_t firing = {.sums = sums,
                             .thresholds = thresholds,
                             .bits = bits,
                             .inversions = inversions,
                             .row_bytes = 4 * words,
                             .last = thresholds + (plane_count - 1) * words,
                             .low = parity != 0 ? 0 : UINT32_MAX,
                             .words = words};
    baynn_fire(&firing);
    for (unsigned lane = 0; lane < 32 * words; lane += 1) {
        const uint32_t sum = 2 * integer(sums, words, plane_count - 1, lane) + parity;
        const bool fires = sum >= integer(thresholds, words, plane_count, lane);
        const bool inverted = inversions[lane / 32] >> lane % 32 & 1;
        if ((bits[lane / 32] >> lane % 32 & 1) != (fires != inverted)) {
            return false;
        }
    }
    return bits[words] == FENCE;
}

int main(void) {
    unsigned failures = 0;
    for (unsigned words = 1; words <= WORDS_MAX; words += 1) {
        for (unsigned plane_count = 2; plane_count <= PLANES_MAX; plane_count += 1) {
            failures += !equals(words, plane_count, 0);
            failures += !equals(words, plane_count, 1);
        }
    }
    console_text("fire: ");
    console_decimal(failures, 1);
    console_text(" layers compared wrongly\n");
    semihosting_exit(failures == 0 && BAYNN_HAS_FIRE ? 0 : 1);
}
