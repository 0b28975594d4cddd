/* SPDX-License-Identifier: Apache-2.0 */
#ifndef CONVOLUTION_NETWORK_H
#define CONVOLUTION_NETWORK_H

#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/* Images of small networks around one convolution, and its sums by the definition. */

/** A convolution (SPEC.md, 3.9) of one bit of weights. */
typedef struct convolution {
    uint32_t kernel_y;
    uint32_t kernel_x;
    uint32_t stride_y;
    uint32_t stride_x;
    uint32_t pad_y;
    uint32_t pad_x;
    /** Of the output. */
    uint32_t height;
    uint32_t width;
    /** At most 512. */
    uint32_t outputs;
    /** Inputs stand for 2 x - 1, else for x. */
    uint32_t is_signed;
    /** 0: integers out. 1: bits. 2: bits, with Scale Dropout of probability 1/2. */
    uint32_t states;
} convolution_t;

/** Input, perhaps an affine layer that makes bits of it, the convolution, a second one that
 *  makes two classes at each position if the first one makes bits, and the head. */
typedef struct convolution_network {
    uint32_t height;
    uint32_t width;
    uint32_t channels;
    uint32_t maximum;
    /** States of the affine layer; 0: none. In its first state bit c of a position is 1 if
     *  element c is not 0; in its second state every other channel is inverted. */
    uint32_t affine_states;
    convolution_t convolution;
    uint64_t seed;
} convolution_network_t;

/** Size of the image of a network. */
size_t convolution_network_bytes(const convolution_network_t *network);

/** Writes the image of a network.
 *
 *  @param image aligned to 4
 *  @return the size of the image, or 0 if there is not enough room */
size_t convolution_network_build(const convolution_network_t *network, void *image, size_t bytes);

/** Sums of a convolution by its definition: position by position, outputs innermost.
 *
 *  @param values what the elements of the source stand for, channels innermost
 *  @param rows   the rows of weights */
void naive_convolution(const convolution_t *layer, uint32_t height, uint32_t width,
                       uint32_t channels, const int32_t *values, const uint32_t *rows,
                       int32_t *sums);

#ifdef __cplusplus
}
#endif

#endif
