/* SPDX-License-Identifier: Apache-2.0
 *
 * Answers in time, without an operating system. Two models share one piece of memory: one after
 * the other for the self-test at power-on, then at once. The timer's interrupt ends an inference
 * when its deadline comes, and the answer is that of the networks evaluated so far. Idle time
 * goes to the self-test.
 */
#include <stdbool.h>

#include "baynn.h"
#include "console.h"
#include "embedded_images.h"
#include "frames.h"
#include "pool.h"

/* Deadlines for all networks of the large model, for some of them, and for none. */
static const uint32_t deadlines[] = {100000, 64000, 20000};

/* An answer comes at most one step of the large model after the deadline. */
enum { LATE_MAX = 4000 };

static baynn_model_t small, large;
static team_t team;

static bool fails(const char *what, baynn_status_t status) {
    if (status != BAYNN_OK) {
        console_text("error: ");
        console_text(what);
        console_text(": ");
        console_text(baynn_status_name(status));
        console_text("\n");
    }
    return status != BAYNN_OK;
}

/* Opens a model and tests it with the whole pool. */
static baynn_status_t power_on(const char *name, baynn_model_t *model) {
    const embedded_image_t *image = find_image(name);
    if (image == NULL) {
        return BAYNN_ERROR_ARGUMENT;
    }
    size_t bytes;
    void *storage = pool_whole(&bytes);
    baynn_self_test_report_t report = {.struct_bytes = sizeof report};
    const size_t image_bytes = (size_t)(image->end - image->begin);
    const baynn_status_t status =
        baynn_model_open(model, image->begin, image_bytes, baynn_parts_all);
    return status == BAYNN_OK ? baynn_self_test(storage, bytes, model, NULL, &report) : status;
}

static baynn_status_t start_session(const baynn_model_t *model, baynn_session_t **session) {
    size_t bytes;
    const baynn_status_t status = baynn_session_storage_bytes(model, NULL, &bytes);
    if (status != BAYNN_OK) {
        return status;
    }
    void *storage = pool_take(bytes);
    return storage == NULL ? BAYNN_ERROR_STORAGE
                           : baynn_session_init(storage, bytes, model, NULL, session);
}

static baynn_status_t start_idle_test(const baynn_model_t *model) {
    size_t bytes;
    const baynn_status_t status = baynn_self_test_storage_bytes(model, &bytes);
    if (status != BAYNN_OK) {
        return status;
    }
    void *storage = pool_take(bytes);
    return storage == NULL ? BAYNN_ERROR_STORAGE
                           : idle_test_begin(&team.idle, storage, bytes, model);
}

static void print_count(const char *what, uint32_t count) {
    console_text(what);
    console_decimal(count, 3);
}

static bool run(uint32_t deadline) {
    frames_t frames;
    const uint32_t passed_before = team.idle.passed;
    if (fails("frame", frames_run(&team, deadline, &frames))) {
        return false;
    }
    console_decimal(deadline / 1000, 3);
    print_count(" ms: all networks", frames.complete);
    print_count(", some", frames.partial);
    print_count(", the small model alone", frames.none);
    print_count("; right", frames.right);
    print_count(", abstained", frames.abstained);
    console_text(frames.latest <= LATE_MAX ? "; in time" : "; LATE");
    console_text(team.idle.passed > passed_before ? ", tested while idle\n" : ", NOT TESTED\n");
    return frames.latest <= LATE_MAX && team.idle.passed > passed_before;
}

int main(void) {
    if (fails("small model", power_on("digits", &small)) ||
        fails("large model", power_on("mnist", &large)) ||
        fails("small session", start_session(&small, &team.small)) ||
        fails("large session", start_session(&large, &team.large)) ||
        fails("idle test", start_idle_test(&small))) {
        return 1;
    }
    console_text("two models and a self-test in ");
    console_decimal((uint32_t)pool_taken(), 0);
    console_text(" bytes; 20 digits, one every 120 ms\ndeadline\n");
    bool succeeded = true;
    for (size_t i = 0; i < sizeof deadlines / sizeof deadlines[0]; i += 1) {
        succeeded = run(deadlines[i]) && succeeded;
    }
    return succeeded ? 0 : 1;
}
