/* SPDX-License-Identifier: Apache-2.0 */
#include "card.h"

#include <stdio.h>

/* A card is a picture of 16 x 8 characters with a line above and one below it; beside
 * them, one bar for each of the ten classes. Entropies follow. */
enum {
    PICTURE_COLUMNS = 2 * RECORD_SIDE,
    BAR_COLUMNS = 6,
    CARD_COLUMNS = PICTURE_COLUMNS + 3 + BAR_COLUMNS,
    CARD_GAP = 2
};

static void draw_verdict(const terminal_t *terminal, const card_t *card) {
    char text[PICTURE_COLUMNS + 1];
    ink_t ink = INK_UNSURE;
    if (card->prediction.flags & BAYNN_PREDICTION_ABSTAIN) {
        snprintf(text, sizeof text, "%-*s", PICTURE_COLUMNS, "ABSTAIN");
    } else {
        const unsigned percent =
            (unsigned)(((uint64_t)card->prediction.probability_q31 * 100 + (1u << 30)) >> 31);
        snprintf(text, sizeof text, "it is a %u  %3u %%", (unsigned)card->prediction.label % 10,
                 percent);
        ink = card->prediction.label == card->truth ? INK_GOOD : INK_BAD;
    }
    terminal_text(terminal, ink, text);
}

static void draw_picture_line(const terminal_t *terminal, const card_t *card, int line) {
    if (line == 0) {
        printf("%-*.*s", PICTURE_COLUMNS, PICTURE_COLUMNS, card->title);
    } else if (line <= RECORD_SIDE) {
        for (int column = 0; column < RECORD_SIDE; column += 1) {
            terminal_pixel(terminal, card->pixels[(line - 1) * RECORD_SIDE + column]);
        }
    } else {
        draw_verdict(terminal, card);
    }
}

/* Returns the number of characters. */
static int draw_bar_line(const terminal_t *terminal, const card_t *card, int line) {
    const bool is_label = (uint32_t)line == card->prediction.label;
    const char label[] = {' ', (char)('0' + line), ' ', '\0'};
    terminal_text(terminal, is_label ? INK_BOLD : INK_DIM, label);
    return 3 + terminal_bar(terminal, INK_BAR, card->probability_q31[line], BAR_COLUMNS);
}

/* Returns the number of characters. */
static int draw_entropies(const card_t *card) {
    return printf("entropy %.2f  mutual %.2f", card->prediction.entropy_q16 / 65536.0,
                  card->prediction.mutual_information_q16 / 65536.0);
}

static int draw_line(const terminal_t *terminal, const card_t *card, int line) {
    if (line == RECORD_CLASSES) {
        return draw_entropies(card);
    }
    draw_picture_line(terminal, card, line);
    return PICTURE_COLUMNS + draw_bar_line(terminal, card, line);
}

void cards_draw(const terminal_t *terminal, const card_t cards[CARDS_ACROSS]) {
    for (int line = 0; line <= RECORD_CLASSES; line += 1) {
        for (int i = 0; i < CARDS_ACROSS; i += 1) {
            const int used = draw_line(terminal, &cards[i], line);
            if (i + 1 < CARDS_ACROSS) {
                printf("%*s", CARD_COLUMNS + CARD_GAP - used, "");
            }
        }
        fputs("\n", stdout);
    }
    fputs("\n", stdout);
}
