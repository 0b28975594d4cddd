/* SPDX-License-Identifier: Apache-2.0 */
#ifndef PANEL_H
#define PANEL_H

#include "tile.h"

/** A value of each pixel of a tile, 0 to 1, and what they are. */
typedef struct panel {
    const char *title;
    double values[TILE_PIXELS];
} panel_t;

/** Draws two panels beside each other in characters, each of which shows the largest value of
 *  2 x 4 pixels: a space for 0, '@' for 1. */
void panel_draw(const panel_t *left, const panel_t *right);

#endif
