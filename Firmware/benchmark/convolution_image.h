/* SPDX-License-Identifier: Apache-2.0 */
#ifndef CONVOLUTION_IMAGE_H
#define CONVOLUTION_IMAGE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum {
    CONVOLUTION_SIDE = 8,
    CONVOLUTION_CHANNELS = 64,
    CONVOLUTION_INPUTS = CONVOLUTION_SIDE * CONVOLUTION_SIDE * CONVOLUTION_CHANNELS,
    CONVOLUTION_IMAGE_BYTES = 8192
};

/** Writes the image of a model with random weights, over 8x8 positions: a convolution of 1x1,
 *  which makes 64 bits of each position of the input; one of 3x3 from those to 64 bits, padded
 *  to the same size, unless it is left out; then two classes at each position.
 *
 *  @param image     CONVOLUTION_IMAGE_BYTES, aligned to 4
 *  @param has_layer the convolution of 3x3 is there
 *  @return its size */
size_t convolution_image(void *image, bool has_layer);

#endif
