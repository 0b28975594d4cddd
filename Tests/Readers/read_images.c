/* SPDX-License-Identifier: Apache-2.0 */
#include <stdio.h>
#include <stdlib.h>

#include "baynn.h"

/* Opens the images of standard input, each a u32 of its bytes and these bytes, and writes the
 * status of each to standard output, an i32. */

static size_t take(void *target, size_t bytes) {
    return fread(target, 1, bytes, stdin);
}

int main(void) {
    uint32_t bytes;
    while (take(&bytes, sizeof bytes) == sizeof bytes) {
        uint8_t *image = malloc(bytes + (bytes == 0));
        if (image == NULL || take(image, bytes) != bytes) {
            fprintf(stderr, "read_images: an image is cut short\n");
            return 1;
        }
        baynn_model_t model;
        baynn_status_t status = baynn_model_open(&model, image, bytes, baynn_parts_all);
        free(image);
        if (fwrite(&status, sizeof status, 1, stdout) != 1) {
            perror("read_images");
            return 1;
        }
    }
    return 0;
}
