/* SPDX-License-Identifier: Apache-2.0 */
#include "text.h"

static void put(text_t *text, char character) {
    if (text->used < TEXT_BYTES - 1) {
        text->line[text->used] = character;
        text->used += 1;
        text->line[text->used] = '\0';
    }
}

void text_string(text_t *text, const char *string) {
    for (; *string != '\0'; string += 1) {
        put(text, *string);
    }
}

void text_decimal(text_t *text, uint32_t value) {
    if (value >= 10) {
        text_decimal(text, value / 10);
    }
    put(text, (char)('0' + value % 10));
}

void text_thousandths(text_t *text, uint32_t value) {
    text_decimal(text, value / 1000);
    put(text, '.');
    put(text, (char)('0' + value / 100 % 10));
    put(text, (char)('0' + value / 10 % 10));
    put(text, (char)('0' + value % 10));
}

void text_hex(text_t *text, uint32_t value) {
    for (int shift = 28; shift >= 0; shift -= 4) {
        put(text, "0123456789abcdef"[(value >> shift) & 15]);
    }
}
