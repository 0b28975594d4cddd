/* SPDX-License-Identifier: Apache-2.0
 *
 * Builds a line of text without printf, which is larger than the runtime on a
 * microcontroller. What does not fit is left out.
 */
#ifndef TEXT_H
#define TEXT_H

#include <stddef.h>
#include <stdint.h>

enum { TEXT_BYTES = 512 };

/** A line under construction: a string at all times. All zero is an empty one. */
typedef struct text {
    char line[TEXT_BYTES];
    size_t used;
} text_t;

void text_string(text_t *text, const char *string);

void text_decimal(text_t *text, uint32_t value);

/** Thousandths as a number with three decimals. */
void text_thousandths(text_t *text, uint32_t value);

/** Eight digits. */
void text_hex(text_t *text, uint32_t value);

#endif
