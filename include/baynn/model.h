/* SPDX-License-Identifier: Apache-2.0 */
#ifndef BAYNN_MODEL_H
#define BAYNN_MODEL_H

#include <stddef.h>
#include <stdint.h>

#include "parts.h"
#include "status.h"
#include "structure.h"
#include "version.h"

#ifdef __cplusplus
extern "C" {
#endif

/** Alignment in bytes of a model image. */
#define BAYNN_MODEL_ALIGNMENT 4u

/** The most sites that the exact posterior enumerates, in bits. */
#define BAYNN_EXACT_SITES_MAX 16u

/** An open model: a validated view of an image. Its content is private; every function that
 *  takes it checks that it is what was opened, and returns BAYNN_ERROR_STATE if not. */
typedef struct baynn_model_t {
    uint64_t opaque[32];
} baynn_model_t;

/** Values of baynn_model_info_t.policy_measure. */
#define BAYNN_MEASURE_NONE 0u
#define BAYNN_MEASURE_ENTROPY 1u
#define BAYNN_MEASURE_MUTUAL_INFORMATION 2u
/** The largest standard deviation of an output; of regressions only. */
#define BAYNN_MEASURE_DEVIATION 3u

/** Values of baynn_model_info_t.head. */
/** Class probabilities: of the input, or of each position of a map. */
#define BAYNN_HEAD_CLASSIFICATION 1u
/** Mean and standard deviation of each output. */
#define BAYNN_HEAD_REGRESSION 2u

/** What a model is and costs. */
typedef struct baynn_model_info_t {
    /** sizeof(baynn_model_info_t), set by the caller. */
    uint32_t struct_bytes;
    /** Format of the image. */
    uint32_t format;
    /** Size and checksum of the image. */
    uint32_t image_bytes;
    uint32_t image_crc;
    /** Bytes of an input = height * width * channels. */
    uint32_t input_elements;
    uint32_t input_height;
    uint32_t input_width;
    uint32_t input_channels;
    /** Largest value of an input byte, 1 to 255. */
    uint32_t input_maximum;
    /** Number of classes, 2 or more; 0 for a regression. */
    uint32_t classes;
    /** Layers with binary weights, the head included. */
    uint32_t layers;
    /** Binary weights of all layers, at most UINT32_MAX. */
    uint32_t weights;
    /** Random decisions that can be enumerated: the posterior has 2^sites leaves, if
     *  sampled_layers is 0. One for each layer with Scale Dropout, two with Affine Dropout,
     *  log2 N for N copies of SpinBayes. */
    uint32_t sites;
    /** Random bits that one posterior sample takes: the sites, and one for each weight row
     *  with SpinDrop, each channel with Spatial-SpinDrop, and 128 for each Gaussian scale. */
    uint32_t random_bits;
    /** Random units that hardware needs: 1 for all sites, whatever the size of the model,
     *  since layers use it one after the other; and one for each row, channel or scale that
     *  is drawn at once. 0 for a deterministic model. */
    uint32_t random_units;
    /** Inputs with known results that the image carries for the self-test. */
    uint32_t known_answers;
    /** Upper bounds in work units (see baynn_infer_step): of one deterministic
     *  pass, and of the largest indivisible piece of work. */
    uint64_t pass_work_max;
    uint64_t piece_work_max;
    /** When a prediction abstains: if the measure (BAYNN_MEASURE_...) exceeds the
     *  threshold, in nats or the unit of the outputs. Of policy_samples in-distribution inputs a share of
     *  policy_rate_q16 (65536 = all) was flagged. */
    uint32_t policy_measure;
    uint32_t policy_threshold_q16;
    uint32_t policy_rate_q16;
    uint32_t policy_samples;
    /** BAYNN_HEAD_... */
    uint32_t head;
    /** Size of the map of positions that each get a label; 1 x 1 if the input gets one. */
    uint32_t positions_height;
    uint32_t positions_width;
    /** Values of a regression; 0 for a classification. */
    uint32_t outputs;
    /** Layers whose random decisions are too many to enumerate (SpinDrop, Spatial-SpinDrop,
     *  Gaussian scales): if there are any, the posterior can only be sampled. */
    uint32_t sampled_layers;
    /** Reserved, 0. */
    uint32_t reserved;
} baynn_model_info_t;

/** Opens a model image: checks its checksum and proves every bound that inference
 *  relies on. Takes time in proportion to the size of the image.
 *
 *  @param model where to put the view; in any state before
 *  @param image the image, aligned to BAYNN_MODEL_ALIGNMENT; stays in place
 *  @param bytes size of the memory that holds it; bytes after the image's own
 *               size are ignored
 *  @param parts the parts of the library that the program holds: baynn_parts_all unless
 *               code size matters
 *  @return BAYNN_OK, BAYNN_ERROR_NULL, BAYNN_ERROR_ALIGNMENT, BAYNN_ERROR_PART (the image
 *          needs a part that is not among these) or one of BAYNN_ERROR_IMAGE_... */
static inline baynn_status_t baynn_model_open(baynn_model_t *model, const void *image, size_t bytes,
                                              baynn_parts_t *parts);

/** Opens an image of which only the structure is checked: sizes, ranges and where sections
 *  lie. Takes time in proportion to the number of layers. Memory is as safe as with
 *  baynn_model_open; predictions are those of the image that was exported only if the
 *  self-test has passed BAYNN_TEST_IMAGE, which checks all that is left out here, before
 *  the first inference that counts.
 *
 *  @return as baynn_model_open, but for BAYNN_ERROR_IMAGE_CRC and BAYNN_ERROR_IMAGE_WEIGHTS */
static inline baynn_status_t baynn_model_open_trusted(baynn_model_t *model, const void *image,
                                                      size_t bytes, baynn_parts_t *parts);

/** Describes an open model, whose layers are read once more.
 *
 *  @param info struct_bytes set; receives the description
 *  @return BAYNN_OK; BAYNN_ERROR_ARGUMENT (struct_bytes); BAYNN_ERROR_STATE if the model is not open; BAYNN_ERROR_IMAGE_... if its image has
 *          been damaged since */
baynn_status_t baynn_model_info(const baynn_model_t *model, baynn_model_info_t *info);

/** The name of a model, in UTF-8; "" if it has none. The string lies in the image, and ends
 *  there as long as the image does not change after the call.
 *
 *  @return BAYNN_OK; BAYNN_ERROR_STATE if the model is not open; BAYNN_ERROR_IMAGE_VALUE if the
 *          image has been damaged since, and the name has no end in it */
baynn_status_t baynn_model_name(const baynn_model_t *model, const char **name);

/** The name of a class, or of an output of a regression, in UTF-8. The string lies in the
 *  image, and ends there as long as the image does not change after the call.
 *
 *  @param label 0 to classes - 1, or outputs - 1, else BAYNN_ERROR_ARGUMENT
 *  @return BAYNN_OK; BAYNN_ERROR_STATE; BAYNN_ERROR_IMAGE_VALUE, as baynn_model_name */
baynn_status_t baynn_model_class_name(const baynn_model_t *model, uint32_t label,
                                      const char **name);

/* What both ways to open a model call: symbols that only an archive with the binary interface of
 * these headers has (BAYNN_ABI). */

/* A program for Armv6-M asks for the library that was built for it. Another would link as well,
 * and fault. The library itself, in Swift, has the names below. */
#if defined(__ARM_ARCH_6M__) && !defined(__swift__)
#define baynn_model_open_abi_1 baynn_model_open_abi_1_armv6m
#define baynn_model_open_trusted_abi_1 baynn_model_open_trusted_abi_1_armv6m
#endif

baynn_status_t baynn_model_open_abi_1(baynn_model_t *model, const void *image, size_t bytes,
                                      baynn_parts_t *parts);
baynn_status_t baynn_model_open_trusted_abi_1(baynn_model_t *model, const void *image, size_t bytes,
                                              baynn_parts_t *parts);

static inline baynn_status_t baynn_model_open(baynn_model_t *model, const void *image, size_t bytes,
                                              baynn_parts_t *parts) {
    return baynn_model_open_abi_1(model, image, bytes, parts);
}

static inline baynn_status_t baynn_model_open_trusted(baynn_model_t *model, const void *image,
                                                      size_t bytes, baynn_parts_t *parts) {
    return baynn_model_open_trusted_abi_1(model, image, bytes, parts);
}

#ifdef __cplusplus
}
#endif

#endif
