/* SPDX-License-Identifier: Apache-2.0
 *
 * The self-test of a model over and over, in pieces, whenever there is time.
 */
#ifndef IDLE_TEST_H
#define IDLE_TEST_H

#include <stddef.h>
#include <stdint.h>

#include "baynn.h"

typedef struct idle_test {
    baynn_self_test_t test;
    const baynn_model_t *model;
    void *storage;
    size_t bytes;
    /** Self-tests that have passed. */
    uint32_t passed;
} idle_test_t;

/** Begins.
 *  @param storage its own, while sessions are in use
 *  @return that of baynn_self_test_begin */
baynn_status_t idle_test_begin(idle_test_t *idle, void *storage, size_t bytes,
                               const baynn_model_t *model);

/** Goes on for a piece, and begins again after the last.
 *  @return BAYNN_OK, or what the self-test came to: stop inferring then */
baynn_status_t idle_test_step(idle_test_t *idle);

#endif
