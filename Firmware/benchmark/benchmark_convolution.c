/* SPDX-License-Identifier: Apache-2.0 */
#include "benchmark.h"

#include "baynn.h"
#include "console.h"
#include "convolution_image.h"
#include "image_builder.h"
#include "instruction_counter.h"
#include "row.h"

static uint32_t image[CONVOLUTION_IMAGE_BYTES / 4];
static uint64_t storage[4096]; /* 32 KiB */

/* Instructions of an inference; 0 if there is an error. */
static uint64_t count_inference(bool has_layer) {
    static baynn_model_t model;
    static uint8_t input[CONVOLUTION_INPUTS];
    baynn_session_t *session;
    baynn_prediction_t prediction = BAYNN_INIT(baynn_prediction_t);
    uint64_t random = 5;
    for (int i = 0; i < CONVOLUTION_INPUTS; i += 1) {
        input[i] = (uint8_t)(image_random(&random) >> 63);
    }
    const size_t bytes = convolution_image(image, has_layer);
    if (baynn_model_open(&model, image, bytes, baynn_parts_all) != BAYNN_OK ||
        baynn_session_init(storage, sizeof storage, &model, NULL, &session) != BAYNN_OK) {
        return 0;
    }
    const uint64_t earlier = instruction_counter_now();
    const baynn_status_t status = baynn_infer(session, input, sizeof input, &prediction);
    return status == BAYNN_OK ? instruction_counter_since(earlier) : 0;
}

/* The layer is what an inference with it takes more than one without it. */
bool benchmark_convolution(void) {
    const uint64_t without = count_inference(false);
    const uint64_t with = count_inference(true);
    if (without == 0 || with <= without) {
        console_text("error: convolution: the layer did not run\n");
        return false;
    }
    row_print("convolution_3x3x64x64", "bits_8x8", (uint32_t)(with - without));
    return true;
}
