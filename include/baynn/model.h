/* SPDX-License-Identifier: Apache-2.0 */
#ifndef BAYNN_MODEL_H
#define BAYNN_MODEL_H

#include <stddef.h>
#include <stdint.h>

#include "status.h"

#ifdef __cplusplus
extern "C" {
#endif

/** Alignment in bytes of a model image. */
#define BAYNN_MODEL_ALIGNMENT 4u

/** The most sites that the exact posterior enumerates. */
#define BAYNN_EXACT_SITES_MAX 16u

/** An open model: a validated view of an image. Its content is private. */
typedef struct baynn_model {
    uint64_t opaque[16];
} baynn_model_t;

/** Values of baynn_model_info_t.policy_measure. */
#define BAYNN_MEASURE_NONE 0u
#define BAYNN_MEASURE_ENTROPY 1u
#define BAYNN_MEASURE_MUTUAL_INFORMATION 2u

/** What a model is and costs. */
typedef struct baynn_model_info {
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
    /** Number of classes, 2 or more. */
    uint32_t classes;
    /** Layers with binary weights, the head included. */
    uint32_t layers;
    /** Binary weights of all layers, at most UINT32_MAX. */
    uint32_t weights;
    /** Stochastic sites; the posterior has 2^sites leaves. */
    uint32_t sites;
    /** Random bits that one posterior sample takes. */
    uint32_t random_bits;
    /** Random units that hardware needs: 1, or 0 for a deterministic model. */
    uint32_t random_units;
    /** Upper bounds in work units (see baynn_infer_step): of one deterministic
     *  pass, and of the largest indivisible piece of work. */
    uint32_t pass_work_max;
    uint32_t piece_work_max;
    /** Inputs with known results that the image carries for the self-test. */
    uint32_t known_answers;
    /** When a prediction abstains: if the measure (BAYNN_MEASURE_...) exceeds the
     *  threshold, in nats. Of policy_samples in-distribution inputs a share of
     *  policy_rate_q16 (65536 = all) was flagged. */
    uint32_t policy_measure;
    uint32_t policy_threshold_q16;
    uint32_t policy_rate_q16;
    uint32_t policy_samples;
} baynn_model_info_t;

/** Opens a model image: checks its checksum and proves every bound that inference
 *  relies on. Takes time in proportion to the size of the image.
 *
 *  @param model where to put the view; in any state before
 *  @param image the image, aligned to BAYNN_MODEL_ALIGNMENT; stays in place
 *  @param bytes size of the memory that holds it; bytes after the image's own
 *               size are ignored
 *  @return BAYNN_OK, BAYNN_ERROR_NULL, BAYNN_ERROR_ALIGNMENT or one of
 *          BAYNN_ERROR_IMAGE_... */
baynn_status_t baynn_model_open(baynn_model_t *model, const void *image, size_t bytes);

/** Describes an open model.
 *
 *  @return BAYNN_OK; BAYNN_ERROR_ARGUMENT if info->struct_bytes is too small;
 *          BAYNN_ERROR_STATE if the model is not open */
baynn_status_t baynn_model_info(const baynn_model_t *model, baynn_model_info_t *info);

/** The name of a model, in UTF-8; "" if it has none. The string lies in the image.
 *
 *  @return BAYNN_OK or BAYNN_ERROR_STATE if the model is not open */
baynn_status_t baynn_model_name(const baynn_model_t *model, const char **name);

/** The name of a class, in UTF-8. The string lies in the image.
 *
 *  @param label 0 to classes - 1, else BAYNN_ERROR_ARGUMENT
 *  @return BAYNN_OK; BAYNN_ERROR_STATE if the model is not open */
baynn_status_t baynn_model_class_name(const baynn_model_t *model, uint32_t label,
                                      const char **name);

#ifdef __cplusplus
}
#endif

#endif
