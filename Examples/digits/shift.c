/* SPDX-License-Identifier: Apache-2.0 */
#include "shift.h"

/* Xorshift (Marsaglia 2003): the same noise on every machine, unlike rand(). */
static uint32_t next_random(uint32_t *state) {
    *state ^= *state << 13;
    *state ^= *state >> 17;
    *state ^= *state << 5;
    return *state;
}

static uint8_t shifted_pixel(shift_t shift, const uint8_t *pixels, int row, int column,
                             uint32_t *random) {
    switch (shift) {
    case SHIFT_NOISE:
        /* The upper 16 bits, scaled to 0 ... RECORD_INK. */
        return (uint8_t)((next_random(random) >> 16) * (RECORD_INK + 1) >> 16);
    case SHIFT_ROTATED:
        return pixels[column * RECORD_SIDE + RECORD_SIDE - 1 - row];
    case SHIFT_INVERTED:
        return (uint8_t)(RECORD_INK - pixels[row * RECORD_SIDE + column]);
    default:
        return pixels[row * RECORD_SIDE + column];
    }
}

void shift_apply(shift_t shift, const uint8_t pixels[RECORD_PIXELS], uint32_t *random,
                 uint8_t shifted[RECORD_PIXELS]) {
    for (int row = 0; row < RECORD_SIDE; row += 1) {
        for (int column = 0; column < RECORD_SIDE; column += 1) {
            shifted[row * RECORD_SIDE + column] = shifted_pixel(shift, pixels, row, column, random);
        }
    }
}
