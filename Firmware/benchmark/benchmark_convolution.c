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

/* One piece of work is one row of positions. */
static baynn_status_t run_layer(baynn_session_t *session) {
    baynn_status_t status = BAYNN_OK;
    for (int row = 0; row < CONVOLUTION_SIDE && status == BAYNN_OK; row += 1) {
        uint32_t finished;
        status = baynn_infer_step(session, 1, &finished);
    }
    return status;
}

/* The second layer: the first one makes its bits. */
static bool count_layer(baynn_session_t *session) {
    static uint8_t input[CONVOLUTION_INPUTS];
    uint64_t random = 5;
    for (int i = 0; i < CONVOLUTION_INPUTS; i += 1) {
        input[i] = (uint8_t)(image_random(&random) >> 63);
    }
    if (baynn_infer_begin(session, input, sizeof input) != BAYNN_OK ||
        run_layer(session) != BAYNN_OK) {
        return false;
    }
    const uint64_t earlier = instruction_counter_now();
    const baynn_status_t status = run_layer(session);
    row_print("convolution_3x3x64x64", "bits_8x8", instruction_counter_since(earlier));
    return status == BAYNN_OK;
}

bool benchmark_convolution(void) {
    static baynn_model_t model;
    baynn_session_t *session;
    const size_t bytes = convolution_image(image);
    const bool succeeded =
        baynn_model_open(&model, image, bytes, baynn_parts_all) == BAYNN_OK &&
        baynn_session_init(storage, sizeof storage, &model, NULL, &session) == BAYNN_OK &&
        count_layer(session);
    if (!succeeded) {
        console_text("error: convolution: the layer did not run\n");
    }
    return succeeded;
}
