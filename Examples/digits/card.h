/* SPDX-License-Identifier: Apache-2.0
 *
 * One input and what the network makes of it, drawn as a card.
 */
#ifndef CARD_H
#define CARD_H

#include <stddef.h>
#include <stdint.h>

#include "baynn.h"
#include "records.h"
#include "terminal.h"

typedef struct card {
    /** Up to 16 ASCII characters. */
    char title[24];
    uint8_t pixels[RECORD_PIXELS];
    /** The true label; RECORD_CLASSES if there is none. */
    uint32_t truth;
    baynn_prediction_t prediction;
    uint32_t probability_q31[RECORD_CLASSES];
} card_t;

/** How many stand beside each other: three fit 80 columns. */
enum { CARDS_ACROSS = 3 };

/** Draws a row of cards. */
void cards_draw(const terminal_t *terminal, const card_t cards[CARDS_ACROSS]);

#endif
