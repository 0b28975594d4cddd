/* SPDX-License-Identifier: Apache-2.0 */
#ifndef TILE_H
#define TILE_H

#include <stdint.h>

enum {
    TILE_SIDE = 64,
    TILE_PIXELS = TILE_SIDE * TILE_SIDE,
    /** What the model was trained to see as neither bright nor dark. */
    TILE_BACKGROUND = 128
};

/** Draws what could be a piece of a retina, after the preparation that the model expects
 *  (Examples/Models/vessels/README.md): on a noisy background one wide dark vessel, which
 *  forks into a narrow one, and one so faint that it may be none. No real picture. */
void tile_draw(uint8_t tile[TILE_PIXELS]);

#endif
