/* SPDX-License-Identifier: Apache-2.0 */
#ifndef VECTORS_H
#define VECTORS_H

#include "support.h"

/* The networks of Tests/Vectors/layers.json, as make_layer_images.py lays them out, in the file
 * that the environment variable BAYNN_LAYERS names. */

/** A prediction that the reference has computed. */
typedef struct vector_run {
    baynn_session_config_t config;
    uint32_t input;
    baynn_prediction_t prediction;
    uint32_t probability_crc32;
    uint32_t outputs;
    /** Pairs of mean and standard deviation, outputs of them. */
    const uint32_t *values;
} vector_run_t;

typedef struct vector_network {
    const char *name;
    /** Owned by the list. */
    image_t image;
    /** Two inputs of input_bytes each. */
    const uint8_t *inputs[2];
    uint32_t input_bytes;
    const vector_run_t *runs;
    uint32_t run_count;
} vector_network_t;

/** All networks; read once, and kept until the process ends. Fails the test if there is no such
 *  file. */
const vector_network_t *vector_networks(uint32_t *count);

/** The first network of this name; fails the test if there is none. */
const vector_network_t *vector_network(const char *name);

/** Fails the test, with the network's name, unless the condition holds. */
#define assert_of(network, condition)                                                              \
    do {                                                                                           \
        if (!(condition)) {                                                                        \
            print_error("%s: %s\n", (network)->name, #condition);                                  \
            fail();                                                                                \
        }                                                                                          \
    } while (0)

/** The session has what the reference has computed: everything but its flags. */
void assert_vector_result(const vector_network_t *network, const vector_run_t *run,
                          const baynn_session_t *session);

/* ---- Layers of an image ---- */

/** Kinds of sections besides those of image_builder.h. */
#define IMAGE_CONVOLUTION 17u
#define IMAGE_AFFINE 18u
#define IMAGE_NORMALIZATION 19u
#define IMAGE_POOL 20u
#define IMAGE_ADD 21u
#define IMAGE_CONCATENATE 22u
#define IMAGE_UPSAMPLE 23u
#define IMAGE_LSTM 24u
#define IMAGE_CLASSIFICATION 65u
#define IMAGE_REGRESSION 66u

/** One layer of an image. */
typedef struct vector_layer {
    uint32_t kind;
    /** Number of its output tensor, from 1 on. */
    uint32_t tensor;
    /** Offset of the section in the image; the payload starts 8 bytes later. */
    size_t section;
    /** Channels of its source and of its output. */
    uint32_t source_channels;
    uint32_t channels;
} vector_layer_t;

enum { VECTOR_LAYERS_MAX = 64 };

/** Reads the layers of a valid image; returns how many. */
uint32_t vector_layers(image_t image, vector_layer_t layers[VECTOR_LAYERS_MAX]);

/** Number of u32 fields at the start of a kind of layer. */
uint32_t vector_header_words(uint32_t kind);

/** The u32 number word of a layer's payload. */
uint32_t vector_word(image_t image, const vector_layer_t *layer, uint32_t word);

/* ---- Storage that ends where memory ends ---- */

/** Memory of so many bytes that ends at a page that can be neither read nor written, and is
 *  aligned to alignment. In front of it are 64 bytes, and behind it the few that alignment
 *  leaves, of a known value. */
typedef struct fence {
    uint8_t *pages;
    size_t mapped_bytes;
    uint8_t *memory;
    size_t bytes;
} fence_t;

fence_t fence_make(size_t bytes, size_t alignment);

/** Fails the test if a byte around the memory has changed. */
void fence_check(const fence_t *fence);
void fence_free(fence_t fence);

#endif
