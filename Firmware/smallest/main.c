/* SPDX-License-Identifier: Apache-2.0
 *
 * The smallest program that does the whole job: it opens a network of dense layers, tests
 * itself, and predicts with the exact posterior. It names the parts that it needs, and so
 * holds no others: `make size` says how many bytes that takes.
 */
#include "baynn.h"
#include "console.h"
#include "embedded_files.h"
#include "evaluate.h"
#include "records.h"

/* For comparison the same program is built with everything that the library has. */
#ifndef PARTS
#define PARTS baynn_parts_dense
#endif

static uint64_t storage[256];

/** 0, or the number of the step that failed. */
static int run(evaluation_t *result) {
    static baynn_model_t model;
    baynn_session_t *session;
    baynn_self_test_report_t report = {.struct_bytes = sizeof report};
    const size_t image_bytes = (size_t)(model_image_end - model_image);
    const size_t count = (size_t)(held_out_end - held_out) / RECORD_BYTES;
    if (baynn_model_open(&model, model_image, image_bytes, PARTS) != BAYNN_OK) {
        return 1;
    }
    if (baynn_self_test(storage, sizeof storage, &model, NULL, &report) != BAYNN_OK) {
        return 2;
    }
    if (baynn_session_init(storage, sizeof storage, &model, NULL, &session) != BAYNN_OK) {
        return 3;
    }
    return evaluate(session, held_out, count, result) == BAYNN_OK ? 0 : 4;
}

int main(void) {
    evaluation_t result;
    const int failed = run(&result);
    if (failed != 0) {
        console_text("error: step ");
        console_decimal((uint32_t)failed, 0);
        console_text(" failed\n");
        return failed;
    }
    char line[EVALUATION_LINE_BYTES];
    evaluation_line(&result, MACHINE, line);
    console_text(line);
    console_text("\n");
    return 0;
}
