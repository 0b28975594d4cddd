/* SPDX-License-Identifier: Apache-2.0
 *
 * Where a model of retinas sees vessels in a made-up picture, and where it is unsure.
 */
#include <stdio.h>
#include <stdlib.h>

#include "loaded_model.h"
#include "panel.h"
#include "tile.h"

enum { CLASSES = 2, VESSEL = 1 };

static const double q31 = 1.0 / 2147483648.0;
static const double q16 = 1.0 / 65536.0;
/* The entropy of two classes is at most ln 2 nats. */
static const double entropy_max = 0.693147;

static void check_shape(const loaded_model_t *loaded) {
    const baynn_model_info_t *info = &loaded->info;
    if (info->positions_height != TILE_SIDE || info->positions_width != TILE_SIDE ||
        info->classes != CLASSES || info->input_elements != TILE_PIXELS ||
        info->input_maximum != 255) {
        fprintf(stderr, "This program needs a model of %d x %d inputs up to 255 and %d classes.\n",
                TILE_SIDE, TILE_SIDE, CLASSES);
        exit(EXIT_FAILURE);
    }
}

/* The picture in negative: dark pixels are what is looked for. */
static void show_tile(const uint8_t tile[TILE_PIXELS], panel_t *panel) {
    for (int i = 0; i < TILE_PIXELS; i += 1) {
        panel->values[i] = tile[i] < TILE_BACKGROUND ? 1 - (double)tile[i] / TILE_BACKGROUND : 0;
    }
}

/* Makes the largest value 1. @return what it was */
static double stretch(panel_t *panel) {
    double largest = 0;
    for (int i = 0; i < TILE_PIXELS; i += 1) {
        largest = panel->values[i] > largest ? panel->values[i] : largest;
    }
    for (int i = 0; i < TILE_PIXELS && largest > 0; i += 1) {
        panel->values[i] /= largest;
    }
    return largest;
}

/* @return positions that the model calls vessel */
static int read_positions(const loaded_model_t *loaded, panel_t *vessel, panel_t *entropy,
                          panel_t *mutual_information) {
    static uint32_t probabilities[TILE_PIXELS * CLASSES];
    require(baynn_infer_probabilities(loaded->session, probabilities, TILE_PIXELS * CLASSES),
            "probabilities");
    int vessels = 0;
    for (uint32_t i = 0; i < TILE_PIXELS; i += 1) {
        baynn_prediction_t position = {.struct_bytes = sizeof position};
        require(baynn_infer_position(loaded->session, i, &position), "position");
        vessel->values[i] = probabilities[i * CLASSES + VESSEL] * q31;
        entropy->values[i] = position.entropy_q16 * q16 / entropy_max;
        mutual_information->values[i] = position.mutual_information_q16 * q16;
        vessels += position.label == VESSEL;
    }
    return vessels;
}

int main(int argc, char **argv) {
    if (argc != 2) {
        fprintf(stderr, "usage: %s MODEL, for example Examples/Models/vessels/vessels.baynn\n",
                argv[0]);
        return EXIT_FAILURE;
    }
    static loaded_model_t loaded;
    loaded_model_open(&loaded, argv[1]);
    check_shape(&loaded);

    static uint8_t tile[TILE_PIXELS];
    tile_draw(tile);
    baynn_prediction_t prediction = {.struct_bytes = sizeof prediction};
    require(baynn_infer(loaded.session, tile, sizeof tile, &prediction), "inference");

    static panel_t picture = {.title = "made-up picture, in negative"};
    static panel_t vessel = {.title = "probability of a vessel"};
    static panel_t entropy = {.title = "entropy, of ln 2"};
    static panel_t mutual_information = {.title = "mutual information, of its largest"};
    show_tile(tile, &picture);
    const int vessels = read_positions(&loaded, &vessel, &entropy, &mutual_information);
    const double information_max = stretch(&mutual_information);
    panel_draw(&picture, &vessel);
    panel_draw(&entropy, &mutual_information);
    printf("%d of %d positions are vessel, says the mean of %u networks\n", vessels, TILE_PIXELS,
           (unsigned)prediction.leaves);
    printf("mean entropy %.3f nats, largest mutual information %.3f nats\n",
           prediction.entropy_q16 * q16, information_max);
    loaded_model_close(&loaded);
    return EXIT_SUCCESS;
}
