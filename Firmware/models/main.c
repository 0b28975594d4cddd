/* SPDX-License-Identifier: Apache-2.0
 *
 * Examples/models on a microcontroller: every model of the examples, one line each.
 */
#include <stdbool.h>

#include "console.h"
#include "embedded_images.h"
#include "trial.h"
#include "trial_line.h"

/* In the board's external RAM; a line says how much of it a model takes. */
__attribute__((section(".large"))) static uint64_t memory[1 << 20]; /* 8 MiB */

static bool run(const embedded_image_t *image) {
    static trial_t trial;
    static text_t text;
    const size_t image_bytes = (size_t)(image->end - image->begin);
    const baynn_status_t status =
        trial_run(image->begin, image_bytes, memory, sizeof memory, &trial);
    trial_line("cortex-m4", image->name, status, sizeof memory, &trial, &text);
    console_text(text.line);
    console_text("\n");
    return status == BAYNN_OK;
}

int main(void) {
    const size_t count = (size_t)(embedded_images_end - embedded_images);
    size_t succeeded = 0;
    for (size_t i = 0; i < count; i += 1) {
        succeeded += run(&embedded_images[i]);
    }
    return succeeded == count ? 0 : 1;
}
