/* SPDX-License-Identifier: Apache-2.0 */
#include "benchmark.h"

#include "console.h"
#include "embedded_files.h"
#include "embedded_images.h"
#include "large_digit.h"
#include "measure.h"
#include "records.h"

/* Digits of 8x8 take the place of those of 28x28: the share of paper, which costs nothing, is
 * much the same. */
enum { INPUTS = 3 };

static uint8_t inputs[INPUTS][LARGE_DIGIT_PIXELS];

bool benchmark_mnist(void) {
    const embedded_image_t *image = find_image("mnist");
    if (image == NULL) {
        console_text("error: mnist: no such model in Examples/Models\n");
        return false;
    }
    for (int i = 0; i < INPUTS; i += 1) {
        large_digit(held_out + i * RECORD_BYTES, inputs[i]);
    }
    const subject_t subject = {
        .section = "mnist",
        .image = image->begin,
        .image_bytes = (size_t)(image->end - image->begin),
        .inputs = inputs[0],
        .input_count = INPUTS,
        .input_stride = LARGE_DIGIT_PIXELS,
    };
    return measure(&subject);
}
