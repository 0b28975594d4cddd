/* SPDX-License-Identifier: Apache-2.0 */
#include "benchmark.h"

#include "measure.h"

enum { LAYERS = 8, WIDTH = 128, INPUTS = 8, SITES_MAX = 4 };

/* Drop probability 0.15 in Q0.16, and scales of 1 +/- 0.1 in Q16.16. */
static const image_layer_t with_site = {.outputs = WIDTH, .states = 2, .drop_probability = 9830};
static const image_layer_t without_site = {.outputs = WIDTH, .states = 1};

static uint8_t inputs[INPUTS][WIDTH];

static bool measure_sites(const char *section, uint32_t first, uint32_t sites) {
    image_layer_t layers[LAYERS];
    for (uint32_t i = 0; i < LAYERS; i += 1) {
        layers[i] = i >= first && i < first + sites ? with_site : without_site;
    }
    const image_spec_t spec = {
        .height = 1,
        .width = 1,
        .channels = WIDTH,
        .maximum = 1,
        .layers = layers,
        .layer_count = LAYERS,
        .classes = 10,
        .seed = 3,
        .scale_spread_q16 = 6554,
    };
    return measure_network(section, &spec, inputs[0], INPUTS, measure_posterior);
}

bool benchmark_posterior(void) {
    static const char *const front[] = {"front_1", "front_2", "front_3", "front_4"};
    static const char *const end[] = {"end_1", "end_2", "end_3", "end_4"};
    uint64_t random = 4;
    for (int i = 0; i < INPUTS; i += 1) {
        for (int element = 0; element < WIDTH; element += 1) {
            inputs[i][element] = (uint8_t)(image_random(&random) >> 63);
        }
    }
    for (uint32_t sites = 1; sites <= SITES_MAX; sites += 1) {
        if (!measure_sites(front[sites - 1], 0, sites) ||
            !measure_sites(end[sites - 1], LAYERS - sites, sites)) {
            return false;
        }
    }
    return true;
}
