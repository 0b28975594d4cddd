/* SPDX-License-Identifier: Apache-2.0
 *
 * The digits example on a microcontroller: power-on self-test, proof that it catches a
 * damaged model, then the whole held-out set.
 */
#include <stdbool.h>

#include "baynn.h"
#include "console.h"
#include "damage.h"
#include "embedded_files.h"
#include "evaluate.h"
#include "power_on.h"
#include "records.h"
#include "stack.h"

/* 16 KiB, of which the model says how much it takes. */
static uint64_t storage[2048];

static bool fits(const baynn_model_t *model, size_t *bytes) {
    size_t session_bytes;
    if (baynn_self_test_storage_bytes(model, bytes) != BAYNN_OK ||
        baynn_session_storage_bytes(model, NULL, &session_bytes) != BAYNN_OK) {
        return false;
    }
    *bytes = *bytes > session_bytes ? *bytes : session_bytes;
    return *bytes <= sizeof storage;
}

static int stop(const char *what, baynn_status_t status) {
    console_text(what);
    console_text(": ");
    console_text(baynn_status_name(status));
    console_text("\n");
    return 1;
}

int main(void) {
    console_text("BayNN on Cortex-M4\n");
    static baynn_model_t model;
    const size_t image_bytes = (size_t)(model_image_end - model_image);
    uint32_t *mark = stack_paint();
    baynn_status_t status = baynn_model_open(&model, model_image, image_bytes);
    const uint32_t open_stack = stack_used_bytes(mark);
    if (status != BAYNN_OK) {
        return stop("model", status);
    }
    size_t storage_bytes;
    if (!fits(&model, &storage_bytes)) {
        return stop("model", BAYNN_ERROR_STORAGE);
    }

    if (!damage_is_caught(storage, storage_bytes)) {
        return 1;
    }

    console_text("power-on self-test of the image in flash\n");
    mark = stack_paint();
    const bool healthy = power_on(storage, storage_bytes, &model);
    const uint32_t test_stack = stack_used_bytes(mark);
    if (!healthy) {
        console_text("refusing to infer\n");
        return 1;
    }

    baynn_session_t *session;
    status = baynn_session_init(storage, storage_bytes, &model, NULL, &session);
    if (status != BAYNN_OK) {
        return stop("session", status);
    }
    evaluation_t result;
    const size_t count = (size_t)(held_out_end - held_out) / RECORD_BYTES;
    mark = stack_paint();
    status = evaluate(session, held_out, count, &result);
    const uint32_t infer_stack = stack_used_bytes(mark);
    if (status != BAYNN_OK) {
        return stop("inference", status);
    }

    const struct {
        const char *name;
        uint32_t bytes;
    } table[] = {
        {"model image in flash", (uint32_t)image_bytes},
        {"storage", (uint32_t)storage_bytes},
        {"stack of opening", open_stack},
        {"stack of the self-test", test_stack},
        {"stack of inference", infer_stack},
    };
    console_text("memory\n");
    for (size_t i = 0; i < sizeof table / sizeof table[0]; i += 1) {
        console_text("  ");
        console_left(table[i].name, 24);
        console_decimal(table[i].bytes, 7);
        console_text(" bytes\n");
    }

    char line[EVALUATION_LINE_BYTES];
    evaluation_line(&result, "cortex-m4", line);
    console_text(line);
    console_text("\n");
    return 0;
}
