/* SPDX-License-Identifier: Apache-2.0
 *
 * The rows of one model.
 */
#ifndef MEASURE_H
#define MEASURE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "image_builder.h"

/** What to measure. */
typedef struct subject {
    /** First part of the rows' names. */
    const char *section;
    /** The model. */
    const void *image;
    size_t image_bytes;
    /** Inputs to average over, and the bytes from one to the next. */
    const uint8_t *inputs;
    size_t input_count;
    size_t input_stride;
} subject_t;

/** Measures opening, with trust and without, and self-test, then an inference for every kind of memory and
 *  posterior.
 *  @return whether all calls succeeded; it has said which one did not */
bool measure(const subject_t *subject);

/** Measures an exact posterior beside a deterministic pass.
 *  @return as measure */
bool measure_posterior(const subject_t *subject);

/** Measures the storage of a session with an exact posterior.
 *  @return as measure */
bool measure_storage(const subject_t *subject);

/** Builds the network of a specification and has it measured, on inputs of its size that lie
 *  one after the other.
 *  @return as measure */
bool measure_network(const char *section, const image_spec_t *spec, const uint8_t *inputs,
                     size_t input_count, bool (*measure_subject)(const subject_t *subject));

#endif
