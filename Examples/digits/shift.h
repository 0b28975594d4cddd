/* SPDX-License-Identifier: Apache-2.0
 *
 * Inputs unlike any that the network has learned.
 */
#ifndef SHIFT_H
#define SHIFT_H

#include <stdint.h>

#include "records.h"

typedef enum shift {
    /** The digit as it is. */
    SHIFT_NONE,
    /** Every pixel random, the digit ignored. */
    SHIFT_NOISE,
    /** Lying on its side: a quarter turn to the left. */
    SHIFT_ROTATED,
    /** White on black. */
    SHIFT_INVERTED,
    SHIFT_COUNT
} shift_t;

/** Makes the input.
 *
 *  @param random state of the generator, for noise; any value to begin with but 0 */
void shift_apply(shift_t shift, const uint8_t pixels[RECORD_PIXELS], uint32_t *random,
                 uint8_t shifted[RECORD_PIXELS]);

#endif
