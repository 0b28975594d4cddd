/* SPDX-License-Identifier: Apache-2.0 */
#include <stddef.h>
#include <string.h>

#include "embedded_images.h"

const embedded_image_t *find_image(const char *name) {
    const embedded_image_t *image = embedded_images;
    while (image != embedded_images_end && strcmp(image->name, name) != 0) {
        image += 1;
    }
    return image != embedded_images_end ? image : NULL;
}
