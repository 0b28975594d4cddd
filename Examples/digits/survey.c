/* SPDX-License-Identifier: Apache-2.0 */
#include "survey.h"

static void add(survey_t *result, const baynn_prediction_t *prediction, uint32_t truth) {
    result->total += 1;
    if (prediction->flags & BAYNN_PREDICTION_ABSTAIN) {
        result->abstained += 1;
    } else {
        result->answered += 1;
        result->answered_correct += prediction->label == truth;
    }
    result->entropy += prediction->entropy_q16 / 65536.0;
}

baynn_status_t survey(baynn_session_t *session, const uint8_t *records, size_t count, shift_t shift,
                      survey_t *result) {
    uint32_t random = 1;
    uint32_t entropy_max = 0;
    *result = (survey_t){0};
    for (size_t i = 0; i < count; i += 1) {
        const uint8_t *record = records + i * RECORD_BYTES;
        uint8_t input[RECORD_PIXELS];
        shift_apply(shift, record, &random, input);
        baynn_prediction_t prediction = {.struct_bytes = sizeof prediction};
        const baynn_status_t status = baynn_infer(session, input, sizeof input, &prediction);
        if (status != BAYNN_OK) {
            return status;
        }
        add(result, &prediction, record[RECORD_PIXELS]);
        if (prediction.entropy_q16 > entropy_max) {
            entropy_max = prediction.entropy_q16;
            result->hardest = i;
        }
    }
    result->entropy /= count > 0 ? (double)count : 1;
    return BAYNN_OK;
}
