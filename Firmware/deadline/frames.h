/* SPDX-License-Identifier: Apache-2.0
 *
 * Digits that come at a fixed rate, each with a deadline for the answer.
 */
#ifndef FRAMES_H
#define FRAMES_H

#include <stdint.h>

#include "baynn.h"
#include "idle_test.h"

/** Who answers: a small model that is always in time, and a large one that is stopped when it is
 *  not. */
typedef struct team {
    baynn_session_t *small;
    baynn_session_t *large;
    idle_test_t idle;
} team_t;

/** What came out. */
typedef struct frames {
    /** Frames that the large model has answered with all of its networks, with some of them,
     *  and not at all, so that the answer is that of the small one. */
    uint32_t complete;
    uint32_t partial;
    uint32_t none;
    /** Right labels, and answers that say that they are too uncertain. */
    uint32_t right;
    uint32_t abstained;
    /** How long after the deadline the latest answer was there, in microseconds. */
    uint32_t latest;
} frames_t;

/** Answers the first digits of the held-out set. What is left of a frame goes to the self-test.
 *  @param deadline in microseconds from the beginning of a frame, less than FRAME_MICROSECONDS
 *  @return that of the first call that fails, else BAYNN_OK */
baynn_status_t frames_run(team_t *team, uint32_t deadline, frames_t *frames);

enum { FRAME_COUNT = 20, FRAME_MICROSECONDS = 120000 };

#endif
