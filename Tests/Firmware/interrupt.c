/* SPDX-License-Identifier: Apache-2.0
 *
 * Opens a model, tests it and infers in an interrupt: the stack of interrupts has to do for it,
 * and the program's stay as it was.
 */
#include <stdbool.h>

#include "baynn.h"
#include "console.h"
#include "embedded_files.h"
#include "records.h"

/* System timer. */
#define SYST_CSR (*(volatile uint32_t *)0xE000E010u)
#define SYST_RVR (*(volatile uint32_t *)0xE000E014u)
#define SYST_CVR (*(volatile uint32_t *)0xE000E018u)
static const uint32_t enable = 1, interrupt = 2, processor_clock = 4;

enum { FRAME_WORDS = 64 };
static const uint32_t pattern = 0xC0FFEE00u;

static uint64_t storage[256];
static volatile baynn_status_t status = BAYNN_ERROR_STATE;
static volatile bool is_done;
static volatile uint32_t label;

static baynn_status_t whole_job(baynn_prediction_t *prediction) {
    static baynn_model_t model;
    baynn_session_t *session;
    baynn_self_test_report_t report = {.struct_bytes = sizeof report};
    const size_t image_bytes = (size_t)(model_image_end - model_image);
    baynn_status_t result = baynn_model_open(&model, model_image, image_bytes, baynn_parts_all);
    if (result == BAYNN_OK) {
        result = baynn_self_test(storage, sizeof storage, &model, NULL, &report);
    }
    if (result == BAYNN_OK) {
        result = baynn_session_init(storage, sizeof storage, &model, NULL, &session);
    }
    if (result == BAYNN_OK) {
        result = baynn_infer(session, held_out, RECORD_PIXELS, prediction);
    }
    return result;
}

void systick_handler(void);
void systick_handler(void) {
    SYST_CSR = 0;
    baynn_prediction_t prediction = {.struct_bytes = sizeof prediction};
    status = whole_job(&prediction);
    label = prediction.label;
    is_done = true;
}

/* Words at the upper end of the program's stack that are not as they were, before the interrupt
 * came. */
__attribute__((noinline)) static uint32_t changed_words(volatile uint32_t *frame) {
    for (uint32_t i = 0; i < FRAME_WORDS; i += 1) {
        frame[i] = pattern + i;
    }
    SYST_RVR = 1000;
    SYST_CVR = 0;
    SYST_CSR = enable | interrupt | processor_clock;
    while (!is_done) {
    }
    uint32_t changed = 0;
    for (uint32_t i = 0; i < FRAME_WORDS; i += 1) {
        changed += frame[i] != pattern + i;
    }
    return changed;
}

int main(void) {
    volatile uint32_t frame[FRAME_WORDS];
    const uint32_t changed = changed_words(frame);
    console_text("in an interrupt: ");
    console_text(baynn_status_name(status));
    console_text(", label ");
    console_decimal(label, 0);
    console_text(", words of the program's stack that changed: ");
    console_decimal(changed, 0);
    console_text("\n");
    return status == BAYNN_OK && label == held_out[RECORD_PIXELS] && changed == 0 ? 0 : 1;
}
