/* SPDX-License-Identifier: Apache-2.0 */
#include "large_digit.h"

#include "records.h"

enum { ZOOM = 3, MARGIN = 2, MAXIMUM = 255 };

void large_digit(const uint8_t *record, uint8_t *input) {
    for (int y = 0; y < RECORD_SIDE * ZOOM; y += 1) {
        for (int x = 0; x < RECORD_SIDE * ZOOM; x += 1) {
            const int ink = record[y / ZOOM * RECORD_SIDE + x / ZOOM];
            input[(y + MARGIN) * LARGE_DIGIT_SIDE + x + MARGIN] =
                (uint8_t)(ink * MAXIMUM / RECORD_INK);
        }
    }
}
