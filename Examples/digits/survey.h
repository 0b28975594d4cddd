/* SPDX-License-Identifier: Apache-2.0
 *
 * How a session takes a whole set of inputs.
 */
#ifndef SURVEY_H
#define SURVEY_H

#include <stddef.h>
#include <stdint.h>

#include "baynn.h"
#include "shift.h"

typedef struct survey {
    uint32_t total;
    uint32_t abstained;
    /** Answers given, and those among them that are right. */
    uint32_t answered;
    uint32_t answered_correct;
    /** Mean over all inputs, in nats. */
    double entropy;
    /** The record with the largest entropy. */
    size_t hardest;
} survey_t;

/** Predicts every record under a shift.
 *  @return that of the first baynn_infer that fails, else BAYNN_OK */
baynn_status_t survey(baynn_session_t *session, const uint8_t *records, size_t count, shift_t shift,
                      survey_t *result);

#endif
