/* SPDX-License-Identifier: Apache-2.0 */
#include "panel.h"

#include <stdio.h>

enum { CELL_WIDTH = 2, CELL_HEIGHT = 4, COLUMNS = TILE_SIDE / CELL_WIDTH };

static char shade(const panel_t *panel, int row, int column) {
    static const char shades[] = " .:-=+*#%@";
    double largest = 0;
    for (int y = row * CELL_HEIGHT; y < (row + 1) * CELL_HEIGHT; y += 1) {
        for (int x = column * CELL_WIDTH; x < (column + 1) * CELL_WIDTH; x += 1) {
            const double value = panel->values[y * TILE_SIDE + x];
            largest = value > largest ? value : largest;
        }
    }
    const int last = (int)sizeof shades - 2;
    const int index = (int)(largest * last + 0.5);
    return shades[index > last ? last : index];
}

static void draw_row(const panel_t *panel, int row) {
    for (int column = 0; column < COLUMNS; column += 1) {
        putchar(shade(panel, row, column));
    }
}

void panel_draw(const panel_t *left, const panel_t *right) {
    printf(" %-*s   %s\n", COLUMNS, left->title, right->title);
    for (int row = 0; row < TILE_SIDE / CELL_HEIGHT; row += 1) {
        printf("|");
        draw_row(left, row);
        printf("| |");
        draw_row(right, row);
        printf("|\n");
    }
}
