/* SPDX-License-Identifier: Apache-2.0 */
#include "benchmark.h"

#include "baynn.h"
#include "console.h"
#include "image_builder.h"
#include "instruction_counter.h"
#include "row.h"

enum { LANES = 1024 };

static const image_layer_t layers[] = {{.outputs = LANES, .states = 1}};
static const image_spec_t spec = {
    .height = 1,
    .width = LANES,
    .channels = 1,
    .maximum = 1,
    .layers = layers,
    .layer_count = 1,
    .classes = 2,
    .seed = 1,
};

static uint32_t image[40 * 1024]; /* 160 KiB */
static uint64_t storage[1024];

/* Exactly so many ones, in random places. */
static void activate(uint8_t inputs[LANES], unsigned active) {
    uint64_t random = 3;
    for (unsigned i = 0; i < LANES; i += 1) {
        inputs[i] = i < active;
    }
    for (unsigned i = LANES - 1; i > 0; i -= 1) {
        const unsigned other = (unsigned)(image_random(&random) % (i + 1));
        const uint8_t input = inputs[i];
        inputs[i] = inputs[other];
        inputs[other] = input;
    }
}

/* All pieces of an inference but the last one, which is the head, are the first layer: count,
 * compare, pack. */
static bool count_layer(baynn_session_t *session, unsigned active, const char *name) {
    static uint8_t inputs[LANES];
    activate(inputs, active);
    uint32_t finished = 0;
    baynn_status_t status = baynn_infer_begin(session, inputs, LANES);
    uint32_t layer = 0;
    uint32_t piece = 0;
    while (status == BAYNN_OK && !finished) {
        layer += piece;
        const uint64_t earlier = instruction_counter_now();
        status = baynn_infer_step(session, 1, &finished);
        piece = instruction_counter_since(earlier);
    }
    row_print("dense_1024x1024", name, layer);
    return status == BAYNN_OK;
}

bool benchmark_dense(void) {
    static baynn_model_t model;
    baynn_session_t *session;
    const size_t bytes = image_builder_build(&spec, image, sizeof image);
    const bool succeeded =
        bytes != 0 && baynn_model_open(&model, image, bytes, baynn_parts_all) == BAYNN_OK &&
        baynn_session_init(storage, sizeof storage, &model, NULL, &session) == BAYNN_OK &&
        count_layer(session, 512, "active_512") && count_layer(session, 502, "active_502") &&
        count_layer(session, 231, "active_231") && count_layer(session, 125, "active_125");
    if (!succeeded) {
        console_text("error: dense: the layer did not run\n");
    }
    return succeeded;
}
