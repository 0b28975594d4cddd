/* SPDX-License-Identifier: Apache-2.0 */
#include "benchmark.h"

#include "measure.h"

enum { SIDE = 28, PIXELS = SIDE * SIDE, INPUTS = 3 };

/* Drop probability 0.15 in Q0.16, and scales of 1 +/- 0.1 in Q16.16. */
static const image_layer_t layers[] = {
    {.outputs = 512, .states = 2, .drop_probability = 9830},
    {.outputs = 512, .states = 2, .drop_probability = 9830},
    {.outputs = 256, .states = 2, .drop_probability = 9830},
};

static uint8_t inputs[INPUTS][PIXELS];

/* About half of the pixels are 0, as in pictures; the others are uniform. */
static void make_inputs(void) {
    uint64_t random = 2;
    for (int i = 0; i < INPUTS; i += 1) {
        for (int pixel = 0; pixel < PIXELS; pixel += 1) {
            const uint64_t bits = image_random(&random);
            inputs[i][pixel] = bits >> 63 ? (uint8_t)bits : 0;
        }
    }
}

/* The network of the layers from number `first` on. */
static bool measure_from(size_t first, const char *section,
                         bool (*measure_subject)(const subject_t *subject)) {
    const image_spec_t spec = {
        .height = SIDE,
        .width = SIDE,
        .channels = 1,
        .maximum = 255,
        .layers = layers + first,
        .layer_count = (uint32_t)(sizeof layers / sizeof layers[0] - first),
        .classes = 10,
        .seed = 1,
        .scale_spread_q16 = 6554,
    };
    return measure_network(section, &spec, inputs[0], INPUTS, measure_subject);
}

bool benchmark_mlp(void) {
    make_inputs();
    return measure_from(0, "mlp", measure) && measure_from(1, "mlp_512_256", measure_storage);
}
