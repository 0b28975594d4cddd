/* SPDX-License-Identifier: Apache-2.0 */
#include "window.h"

enum { YEAR = 12, MIDDLE = 128, HUNDREDTHS = 100 };
enum { MONTH_CODES = 48, YEAR_CODES = 32 };

/* To the nearest code. There are no ties: codes times a change are multiples of 4. */
static uint8_t code(int change, int codes_per_ppm) {
    const int scaled = change * codes_per_ppm + HUNDREDTHS / 2 + MIDDLE * HUNDREDTHS;
    const int rounded = scaled < 0 ? 0 : scaled / HUNDREDTHS;
    return (uint8_t)(rounded > 255 ? 255 : rounded);
}

static int growth(const int *month) {
    return month[0] - month[-YEAR];
}

void window_encode(const int history[WINDOW_HISTORY], uint8_t input[WINDOW_ELEMENTS]) {
    const int latest = growth(&history[WINDOW_HISTORY - 1]);
    for (int i = 0; i < WINDOW_MONTHS; i += 1) {
        const int *month = &history[YEAR + i];
        input[2 * i] = code(month[0] - month[-1], MONTH_CODES);
        input[2 * i + 1] = code(growth(month) - latest, YEAR_CODES);
    }
}

int window_reference(const int history[WINDOW_HISTORY], int month) {
    return history[WINDOW_HISTORY - YEAR + month] + growth(&history[WINDOW_HISTORY - 1]);
}
