/* SPDX-License-Identifier: Apache-2.0 */
#include "tile.h"

/* A vessel of some width and darkness from a row down to the last; where it runs is
 * (offset + slope y + bend y^2) / 256. */
typedef struct vessel {
    int first_row;
    int offset;
    int slope;
    int bend;
    int half_width;
    int darkness;
} vessel_t;

static const vessel_t vessels[] = {
    {.first_row = 0, .offset = 3072, .slope = 40, .bend = 2, .half_width = 2, .darkness = 90},
    {.first_row = 24, .offset = 12, .slope = 230, .bend = -2, .half_width = 1, .darkness = 70},
    {.first_row = 0, .offset = 14000, .slope = -90, .bend = 1, .half_width = 1, .darkness = 30},
};

/* Uniform from -spread to spread; the generator is that of the C standard's example. */
static int noise(uint32_t *state, int spread) {
    *state = *state * 1103515245u + 12345u;
    return (int)(*state >> 16 & 0x7FFF) % (2 * spread + 1) - spread;
}

static int distance(const vessel_t *vessel, int y, int x) {
    const int middle = (vessel->offset + vessel->slope * y + vessel->bend * y * y) / 256;
    return x > middle ? x - middle : middle - x;
}

void tile_draw(uint8_t tile[TILE_PIXELS]) {
    const int noise_spread = 12;
    uint32_t random = 1;
    for (int y = 0; y < TILE_SIDE; y += 1) {
        for (int x = 0; x < TILE_SIDE; x += 1) {
            int darkness = 0;
            for (unsigned i = 0; i < sizeof vessels / sizeof vessels[0]; i += 1) {
                const vessel_t *vessel = &vessels[i];
                const int is_inside =
                    y >= vessel->first_row && distance(vessel, y, x) <= vessel->half_width;
                if (is_inside && vessel->darkness > darkness) {
                    darkness = vessel->darkness;
                }
            }
            tile[y * TILE_SIDE + x] =
                (uint8_t)(TILE_BACKGROUND - darkness + noise(&random, noise_spread));
        }
    }
}
