/* SPDX-License-Identifier: Apache-2.0 */
#include "frames.h"

#include "embedded_files.h"
#include "large_digit.h"
#include "records.h"
#include "timer.h"

/* Between two steps the program looks at the deadline. A step takes one piece at least. */
enum { WORK_A_STEP = 200 };

/* Leaves the session with as many networks evaluated as there was time for. */
static baynn_status_t infer_until_due(baynn_session_t *session, const uint8_t *input,
                                      size_t bytes) {
    baynn_status_t status = baynn_infer_begin(session, input, bytes);
    for (uint32_t finished = 0; status == BAYNN_OK && !finished && !timer_is_due();) {
        status = baynn_infer_step(session, WORK_A_STEP, &finished);
    }
    return status;
}

/* The small model first, whole; then the large one, whose answer replaces that of the small one
 * if there is one, from however many networks. */
static baynn_status_t answer(team_t *team, const uint8_t *record, frames_t *frames,
                             baynn_prediction_t *prediction) {
    static uint8_t enlarged[LARGE_DIGIT_PIXELS];
    baynn_status_t status = baynn_infer(team->small, record, RECORD_PIXELS, prediction);
    if (status != BAYNN_OK) {
        return status;
    }
    large_digit(record, enlarged);
    status = infer_until_due(team->large, enlarged, sizeof enlarged);
    if (status != BAYNN_OK) {
        return status;
    }
    baynn_prediction_t second = {.struct_bytes = sizeof second};
    status = baynn_infer_result(team->large, &second);
    if (status == BAYNN_ERROR_NO_RESULT) {
        frames->none += 1;
        return BAYNN_OK;
    }
    if (second.flags & BAYNN_PREDICTION_COMPLETE) {
        frames->complete += 1;
    } else {
        frames->partial += 1;
    }
    if (second.entropy_q16 < prediction->entropy_q16) {
        *prediction = second;
    }
    return status;
}

static baynn_status_t idle_until_due(idle_test_t *idle) {
    baynn_status_t status = BAYNN_OK;
    while (status == BAYNN_OK && !timer_is_due()) {
        status = idle_test_step(idle);
    }
    return status;
}

static baynn_status_t frame(team_t *team, const uint8_t *record, uint32_t deadline,
                            frames_t *frames) {
    baynn_prediction_t prediction = {.struct_bytes = sizeof prediction};
    timer_set(deadline);
    baynn_status_t status = answer(team, record, frames, &prediction);
    const uint32_t late = timer_late();
    if (status != BAYNN_OK) {
        return status;
    }
    frames->latest = late > frames->latest ? late : frames->latest;
    frames->right += prediction.label == record[RECORD_PIXELS];
    frames->abstained += (prediction.flags & BAYNN_PREDICTION_ABSTAIN) != 0;
    status = idle_until_due(&team->idle);
    if (status != BAYNN_OK) {
        return status;
    }
    timer_set(FRAME_MICROSECONDS - deadline);
    return idle_until_due(&team->idle);
}

baynn_status_t frames_run(team_t *team, uint32_t deadline, frames_t *frames) {
    *frames = (frames_t){0};
    baynn_status_t status = BAYNN_OK;
    for (int i = 0; status == BAYNN_OK && i < FRAME_COUNT; i += 1) {
        status = frame(team, held_out + i * RECORD_BYTES, deadline, frames);
    }
    return status;
}
