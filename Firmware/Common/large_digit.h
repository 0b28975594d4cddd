/* SPDX-License-Identifier: Apache-2.0
 *
 * Digits of 8 x 8 as inputs of the mnist model, whose digits have 28 x 28.
 */
#ifndef LARGE_DIGIT_H
#define LARGE_DIGIT_H

#include <stdint.h>

enum { LARGE_DIGIT_SIDE = 28, LARGE_DIGIT_PIXELS = LARGE_DIGIT_SIDE * LARGE_DIGIT_SIDE };

/** Enlarges a digit: every pixel becomes 3 x 3, and there is a margin of 2.
 *  @param record 64 pixels of 0 to 16
 *  @param input  receives 784 pixels of 0 to 255; its margin stays as it is */
void large_digit(const uint8_t *record, uint8_t *input);

#endif
