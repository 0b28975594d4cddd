/* SPDX-License-Identifier: Apache-2.0 */
#ifndef IMAGE_BUILDER_H
#define IMAGE_BUILDER_H

#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/* Builds valid model images (format 1, see SPEC.md) with random weights, for tests and
 * benchmarks. Freestanding: no heap, no floating point. The same specification gives the
 * same bytes on every machine. */

/* Kinds of sections. */
#define IMAGE_INPUT 1u
#define IMAGE_DENSE 16u
#define IMAGE_SOFTMAX 64u
#define IMAGE_LABELS 80u
#define IMAGE_POLICY 81u
#define IMAGE_ANSWERS 82u
#define IMAGE_NAME 83u

/** A dense layer. */
typedef struct image_layer {
    /** 1 to 65535. */
    uint32_t outputs;
    /** 1 = deterministic, 2 = Scale Dropout. */
    uint32_t states;
    /** Q0.16: 1 to 65535 with 2 states, 0 with 1 state. */
    uint32_t drop_probability;
} image_layer_t;

/** What the exact posterior says about one input, in the units of the image. */
typedef struct image_answer {
    uint32_t label;
    uint32_t entropy_q16;
    uint32_t mutual_information_q16;
    /** Q0.31, one a class; points to memory that the answer is to be written to. */
    uint32_t *probability_q31;
} image_answer_t;

/** Computes a known answer.
 *
 *  @param image  a valid image with everything but known answers and name
 *  @param input  the input, as many bytes as the image has input elements */
typedef void image_answer_function_t(void *context, const void *image, size_t bytes,
                                     const uint8_t *input, image_answer_t *answer);

/** What to build. All zero but height, width, channels, maximum, layers and classes is valid. */
typedef struct image_spec {
    uint32_t height;
    uint32_t width;
    uint32_t channels;
    /** Largest value of an input element, 1 to 255. */
    uint32_t maximum;
    /** The dense layers, 1 to 64. */
    const image_layer_t *layers;
    uint32_t layer_count;
    /** 2 to 65535. */
    uint32_t classes;
    /** Seed of weights, thresholds, scales and inputs of known answers. */
    uint64_t seed;
    /** Q16.16: the scale of a kept output is uniform in 1 - spread ... 1 + spread. Above
     *  65536 some scales are negative, which inverts the output in that state only. */
    uint32_t scale_spread_q16;
    /** Policy; measure 0 means none. With a measure, samples 0 means 1. */
    uint32_t policy_measure;
    uint32_t policy_threshold_q16;
    uint32_t policy_rate_q16;
    uint32_t policy_samples;
    /** Name of the model, not empty; NULL means none. */
    const char *name;
    /** Names of the classes, not empty; NULL means "class 0", "class 1" ... */
    const char *const *labels;
    /** Known answers to embed, of random inputs; 0 means none. */
    uint32_t answer_count;
    /** Computes them; needed if answer_count is not 0. */
    image_answer_function_t *answer;
    void *answer_context;
} image_spec_t;

/** Size of the image that a specification gives. */
size_t image_builder_bytes(const image_spec_t *spec);

/** Writes the image of a valid specification.
 *
 *  @param image aligned to 4
 *  @param bytes room there
 *  @return the size of the image, or 0 if there is not enough room */
size_t image_builder_build(const image_spec_t *spec, void *image, size_t bytes);

/** Makes the checksum right again after an edit. image_bytes must be right. */
void image_reseal(void *image);

/** Offset of the header of section number index of a kind, from the start of the image;
 *  0 if there is none. The payload starts 8 bytes later. */
size_t image_section(const void *image, uint32_t kind, uint32_t index);

/** Offsets of the parts of a dense layer or a softmax head, from the start of the image.
 *  A part ends where the next one starts. */
typedef struct image_parts {
    size_t section;
    size_t fields;
    size_t weights;
    size_t totals;
    /** Dense layer: thresholds and inversions. Softmax head: both are where the pairs of
     *  scale and bias start. */
    size_t thresholds;
    size_t inversions;
    size_t end;
    size_t row_bytes;
} image_parts_t;

/** Parts of dense layer number index of a valid image. */
image_parts_t image_dense_parts(const void *image, uint32_t index);

/** Parts of the softmax head of a valid image. */
image_parts_t image_softmax_parts(const void *image);

/* Access to fields of an image, in its byte order. */
uint32_t image_read_u16(const void *image, size_t offset);
uint32_t image_read_u32(const void *image, size_t offset);
void image_write_u16(void *image, size_t offset, uint32_t value);
void image_write_u32(void *image, size_t offset, uint32_t value);

/** CRC-32 (ISO-HDLC) of some bytes, bit by bit. */
uint32_t image_crc32(const void *data, size_t bytes);

/** The generator of all random content, SplitMix64 (Steele, Lea and Flood 2014): advances
 *  the state and returns 64 uniform bits. */
uint64_t image_random(uint64_t *state);

/** Number of bits needed to write a value: 0 for 0, 8 for 255, 9 for 256. */
uint32_t image_width(uint32_t value);

#ifdef __cplusplus
}
#endif

#endif
