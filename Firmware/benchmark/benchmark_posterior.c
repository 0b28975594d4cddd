/* SPDX-License-Identifier: Apache-2.0 */
#include "benchmark.h"

#include "console.h"
#include "image_builder.h"
#include "measure.h"

enum { LAYERS = 8, WIDTH = 128, INPUTS = 8, SITES_MAX = 4, IMAGE_WORDS = 10 * 1024 };

/* Drop probability 0.15 in Q0.16, and scales of 1 +/- 0.1 in Q16.16. */
static const image_layer_t with_site = {.outputs = WIDTH, .states = 2, .drop_probability = 9830};
static const image_layer_t without_site = {.outputs = WIDTH, .states = 1};

static uint32_t image[IMAGE_WORDS];
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
    const size_t image_bytes = image_builder_build(&spec, image, sizeof image);
    if (image_bytes == 0) {
        console_text("error: posterior: no room for the image\n");
        return false;
    }
    const subject_t subject = {
        .section = section,
        .image = image,
        .image_bytes = image_bytes,
        .inputs = inputs[0],
        .input_count = INPUTS,
        .input_stride = WIDTH,
    };
    return measure_posterior(&subject);
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
