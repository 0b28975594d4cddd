/* SPDX-License-Identifier: Apache-2.0 */
#include "benchmark.h"

#include <string.h>

#include "console.h"
#include "embedded_files.h"
#include "embedded_images.h"
#include "measure.h"
#include "records.h"

/* Digits of 8x8 take the place of those of 28x28: every pixel becomes 3x3, and there is a
 * margin of 2. The share of paper, which costs nothing, is much the same. */
enum { SIDE = 28, PIXELS = SIDE * SIDE, ZOOM = 3, MARGIN = 2, INPUTS = 3, MAXIMUM = 255 };

static uint8_t inputs[INPUTS][PIXELS];

static void enlarge(const uint8_t *record, uint8_t *input) {
    for (int y = 0; y < RECORD_SIDE * ZOOM; y += 1) {
        for (int x = 0; x < RECORD_SIDE * ZOOM; x += 1) {
            const int ink = record[y / ZOOM * RECORD_SIDE + x / ZOOM];
            input[(y + MARGIN) * SIDE + x + MARGIN] = (uint8_t)(ink * MAXIMUM / RECORD_INK);
        }
    }
}

static const embedded_image_t *find(const char *name) {
    for (const embedded_image_t *image = embedded_images; image != embedded_images_end;
         image += 1) {
        if (strcmp(image->name, name) == 0) {
            return image;
        }
    }
    return NULL;
}

bool benchmark_mnist(void) {
    const embedded_image_t *image = find("mnist");
    if (image == NULL) {
        console_text("error: mnist: no such model in Examples/Models\n");
        return false;
    }
    for (int i = 0; i < INPUTS; i += 1) {
        enlarge(held_out + i * RECORD_BYTES, inputs[i]);
    }
    const subject_t subject = {
        .section = "mnist",
        .image = image->begin,
        .image_bytes = (size_t)(image->end - image->begin),
        .inputs = inputs[0],
        .input_count = INPUTS,
        .input_stride = PIXELS,
    };
    return measure(&subject);
}
