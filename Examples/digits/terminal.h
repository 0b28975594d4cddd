/* SPDX-License-Identifier: Apache-2.0
 *
 * What the terminal can show.
 */
#ifndef TERMINAL_H
#define TERMINAL_H

#include <stdbool.h>
#include <stdint.h>

typedef struct terminal {
    /** Block characters, else plain ASCII. */
    bool unicode;
    /** Colours: only on a terminal, and not if NO_COLOR is set (no-color.org). */
    bool colour;
} terminal_t;

/** Asks the environment about standard output. */
terminal_t terminal_detect(void);

typedef enum ink { INK_PLAIN, INK_DIM, INK_BOLD, INK_GOOD, INK_BAD, INK_UNSURE, INK_BAR } ink_t;

/** Prints text in a colour, if there are any. */
void terminal_text(const terminal_t *terminal, ink_t ink, const char *text);

/** Prints a pixel, two characters wide so that it is about square.
 *  @param level 0 to 16 */
void terminal_pixel(const terminal_t *terminal, uint8_t level);

/** Prints a bar.
 *  @param share_q31 how much of the width: 0 to 2^31 stands for 0 to 1
 *  @param width     in characters, at most 60
 *  @return the number of characters */
int terminal_bar(const terminal_t *terminal, ink_t ink, uint32_t share_q31, unsigned width);

#endif
