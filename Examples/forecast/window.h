/* SPDX-License-Identifier: Apache-2.0
 *
 * What the model of CO2 looks at, and what its outputs are to be added to. It was trained on
 * the same (Examples/Models/co2/README.md).
 */
#ifndef WINDOW_H
#define WINDOW_H

#include <stdint.h>

enum {
    /** Months that the model sees, two numbers each. */
    WINDOW_MONTHS = 36,
    WINDOW_ELEMENTS = 2 * WINDOW_MONTHS,
    /** Months that it takes to make those. */
    WINDOW_HISTORY = WINDOW_MONTHS + 12,
    /** Months ahead: outputs of the model. */
    WINDOW_HORIZON = 12
};

/** Makes the input from the last months, the oldest first, in hundredths of a ppm: of each
 *  month the change within it, 48 codes a ppm, and the change against the year before less
 *  that of the last month, 32 codes a ppm; both around 128. */
void window_encode(const int history[WINDOW_HISTORY], uint8_t input[WINDOW_ELEMENTS]);

/** The seasonal forecast with drift for a month ahead, 0 to WINDOW_HORIZON - 1, in hundredths
 *  of a ppm: the same month a year ago plus the growth of the last year. */
int window_reference(const int history[WINDOW_HISTORY], int month);

#endif
