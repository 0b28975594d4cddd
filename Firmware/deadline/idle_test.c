/* SPDX-License-Identifier: Apache-2.0 */
#include "idle_test.h"

/* Some 0.1 ms, so that idle time ends in time. */
enum { WORK_A_STEP = 200 };

baynn_status_t idle_test_begin(idle_test_t *idle, void *storage, size_t bytes,
                               const baynn_model_t *model) {
    idle->model = model;
    idle->storage = storage;
    idle->bytes = bytes;
    idle->passed = 0;
    return baynn_self_test_begin(&idle->test, storage, bytes, model, NULL);
}

static baynn_status_t begin_again(idle_test_t *idle) {
    baynn_self_test_report_t report = {.struct_bytes = sizeof report};
    const baynn_status_t status = baynn_self_test_report(&idle->test, &report);
    if (status != BAYNN_OK) {
        return status;
    }
    idle->passed += 1;
    return baynn_self_test_begin(&idle->test, idle->storage, idle->bytes, idle->model, NULL);
}

baynn_status_t idle_test_step(idle_test_t *idle) {
    uint32_t finished;
    const baynn_status_t status = baynn_self_test_step(&idle->test, WORK_A_STEP, &finished);
    return status == BAYNN_OK && finished ? begin_again(idle) : status;
}
