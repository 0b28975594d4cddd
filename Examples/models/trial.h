/* SPDX-License-Identifier: Apache-2.0
 *
 * One model put to the test: opened, self-tested, and asked about synthetic inputs. The
 * same code runs on the host and on a microcontroller, and each result has the same hash.
 */
#ifndef TRIAL_H
#define TRIAL_H

#include <stddef.h>
#include <stdint.h>

#include "baynn.h"

/** Labels are counted for models of at most so many classes. */
enum { TRIAL_CLASSES_MAX = 16 };

/** What came out. */
typedef struct trial {
    baynn_model_info_t info;
    /** Storage of session and self-test, in bytes; depends on the size of a pointer. */
    size_t storage_bytes;
    /** Memory for that, an input and all probabilities, in bytes. */
    size_t memory_bytes;
    /** Inputs predicted. */
    uint32_t inputs;
    /** How often each class was the label. */
    uint32_t label_counts[TRIAL_CLASSES_MAX];
    /** Sum over inputs of the entropy, nats, or over inputs and outputs of the standard
     *  deviation, in the unit of the outputs; both Q16.16. */
    uint64_t uncertainty_sum_q16;
    /** CRC-32 over label, entropy, mutual information and all probabilities of each input;
     *  of a regression over the mean and the standard deviation of each output. All are
     *  words, least significant byte first. */
    uint32_t hash;
} trial_t;

/** Runs a model with the default posterior.
 *
 *  @param image        aligned to BAYNN_MODEL_ALIGNMENT
 *  @param memory       aligned to BAYNN_STORAGE_ALIGNMENT; for everything the model needs
 *  @param memory_bytes its size
 *  @param trial        on an error, what is known so far
 *  @return BAYNN_OK; BAYNN_ERROR_STORAGE if trial->memory_bytes exceeds memory_bytes;
 *          BAYNN_ERROR_SELF_TEST; or what else the library says */
baynn_status_t trial_run(const void *image, size_t image_bytes, void *memory, size_t memory_bytes,
                         trial_t *trial);

#endif
