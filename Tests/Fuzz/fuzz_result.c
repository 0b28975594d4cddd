/* SPDX-License-Identifier: Apache-2.0 */
#include <stdlib.h>
#include <string.h>

#include "fuzz.h"
#include "naive_network.h"

/* What every prediction must hold to. */

#define ONE_Q31 (1u << 31)

static uint64_t positions_of(const baynn_model_info_t *info) {
    return (uint64_t)info->positions_height * info->positions_width;
}

static uint64_t probabilities_of(const baynn_model_info_t *info) {
    return positions_of(info) * info->classes;
}

static void check_flags(const baynn_prediction_t *prediction) {
    uint32_t early = prediction->flags & (BAYNN_PREDICTION_CERTAIN | BAYNN_PREDICTION_CONFIDENT);
    require(prediction->flags <= 15);
    require(early == 0 || (prediction->flags & BAYNN_PREDICTION_COMPLETE) == 0);
    require(early != (BAYNN_PREDICTION_CERTAIN | BAYNN_PREDICTION_CONFIDENT));
    require(prediction->mass_q31 <= ONE_Q31);
    require(prediction->leaves >= 1);
    require(prediction->samples >= prediction->leaves);
}

static void check_regression(const baynn_session_t *session, const baynn_model_info_t *info,
                             int intact, const baynn_prediction_t *prediction) {
    baynn_value_t value = {.struct_bytes = sizeof value};
    for (uint32_t i = 0; i < info->outputs; i++) {
        require(baynn_infer_value(session, i, &value) == BAYNN_OK);
        require(value.deviation_q16 >= value.spread_q16);
        require(!intact || (value.mean_q16 < 1 << 30 && value.mean_q16 > -(1 << 30)));
        require(!intact || value.spread_q16 <= 1u << 30);
    }
    require(baynn_infer_value(session, info->outputs, &value) == BAYNN_ERROR_ARGUMENT);
    require(prediction->label == 0 && prediction->probability_q31 == 0);
    require(prediction->entropy_q16 == 0 && prediction->mutual_information_q16 == 0);
}

static void check_position(const baynn_session_t *session, const baynn_model_info_t *info,
                           uint32_t position, const uint32_t *probability,
                           const baynn_prediction_t *whole) {
    baynn_prediction_t one = {.struct_bytes = sizeof one};
    require(baynn_infer_position(session, position, &one) == BAYNN_OK);
    uint64_t sum = 0;
    for (uint32_t k = 0; k < info->classes; k++) {
        require(probability[k] <= one.probability_q31);
        require(k >= one.label || probability[k] < one.probability_q31);
        sum += probability[k];
    }
    require(sum <= ONE_Q31);
    require(sum > (uint64_t)ONE_Q31 - info->classes);
    require(one.label < info->classes);
    require(one.probability_q31 == probability[one.label]);
    require(one.mutual_information_q16 <= one.entropy_q16);
    require(one.leaves == whole->leaves && one.samples == whole->samples);
    if (positions_of(info) == 1) {
        require(memcmp(&one, whole, sizeof one) == 0);
    }
}

static void check_classification(const baynn_session_t *session, const baynn_model_info_t *info,
                                 int intact, const baynn_prediction_t *prediction) {
    uint32_t count = (uint32_t)probabilities_of(info);
    uint32_t *probability = block(count * sizeof(uint32_t));
    require(baynn_infer_probabilities(session, probability, count) == BAYNN_OK);
    require(baynn_infer_probabilities(session, probability, count + 1) == BAYNN_ERROR_ARGUMENT);
    baynn_prediction_t one = {.struct_bytes = sizeof one};
    uint32_t positions = (uint32_t)positions_of(info);
    require(baynn_infer_position(session, positions, &one) == BAYNN_ERROR_ARGUMENT);
    for (uint32_t i = 0; intact && i < positions; i++) {
        check_position(session, info, i, probability + i * info->classes, prediction);
    }
    if (intact) {
        require(prediction->label < info->classes);
        require(prediction->mutual_information_q16 <= prediction->entropy_q16);
        require(prediction->probability_q31 + 2 >= ONE_Q31 / info->classes);
    }
    free(probability);
}

void check_result(const baynn_session_t *session, const baynn_model_info_t *info, int intact,
                  baynn_prediction_t *prediction) {
    memset(prediction, 0, sizeof *prediction);
    prediction->struct_bytes = sizeof *prediction;
    require(baynn_infer_result(session, prediction) == BAYNN_OK);
    if (intact) {
        check_flags(prediction);
    }
    if (info->head == BAYNN_HEAD_REGRESSION) {
        check_regression(session, info, intact, prediction);
    } else {
        check_classification(session, info, intact, prediction);
    }
}

void compare_with_naive(const uint8_t *image, size_t bytes, const uint8_t *input,
                        const baynn_session_config_t *config,
                        const baynn_prediction_t *prediction) {
    for (uint32_t kind = IMAGE_DENSE + 1; kind < IMAGE_SOFTMAX; kind++) {
        if (image_section(image, kind, 0) != 0) {
            return;
        }
    }
    if (image_section(image, IMAGE_SOFTMAX, 0) == 0) {
        return;
    }
    naive_network_t *network = naive_network_read(image, bytes);
    require(network != NULL);
    uint32_t sites = naive_network_sites(network);
    naive_config_t naive = {.posterior = (naive_posterior_t)config->posterior,
                            .cut_q31 = config->cut_q31 != 0 ? config->cut_q31 : 1u << 21,
                            .passes = config->passes != 0 ? config->passes : 20,
                            .seed = config->seed,
                            .call = config->call,
                            .leaves_max = prediction->leaves};
    if (config->posterior == BAYNN_POSTERIOR_DEFAULT) {
        naive.posterior = sites <= 10 ? NAIVE_EXACT : NAIVE_CERTIFIED;
    }
    naive_prediction_t expected;
    naive_predict(network, input, &naive, &expected, NULL);
    require(prediction->label == expected.label);
    require(prediction->leaves == expected.leaves);
    require(prediction->samples == expected.samples);
    require(prediction->probability_q31 == expected.probability_q31);
    require(prediction->entropy_q16 == expected.entropy_q16);
    require(prediction->mutual_information_q16 == expected.mutual_information_q16);
    require(prediction->mass_q31 == expected.mass_q31);
    require((prediction->flags & BAYNN_PREDICTION_ABSTAIN) ==
            (expected.abstain ? BAYNN_PREDICTION_ABSTAIN : 0));
    require(((prediction->flags & BAYNN_PREDICTION_COMPLETE) != 0) == (expected.complete != 0));
    naive_network_free(network);
}

/* A checksum over all probabilities or values. */
static uint32_t digest(const baynn_session_t *session, const baynn_model_info_t *info) {
    uint32_t count = (uint32_t)probabilities_of(info);
    uint32_t *probability = block(count * sizeof(uint32_t));
    require(baynn_infer_probabilities(session, probability, count) == BAYNN_OK);
    uint32_t crc = baynn_crc32(0, probability, count * sizeof(uint32_t));
    free(probability);
    baynn_value_t value = {.struct_bytes = sizeof value};
    for (uint32_t i = 0; i < info->outputs; i++) {
        require(baynn_infer_value(session, i, &value) == BAYNN_OK);
        crc = baynn_crc32(crc, &value, sizeof value);
    }
    return crc;
}

static uint32_t predict(const baynn_model_t *model, const baynn_model_info_t *info,
                        const baynn_session_config_t *config, const uint8_t *input,
                        baynn_prediction_t *prediction) {
    size_t bytes = 0;
    require(baynn_session_storage_bytes(model, config, &bytes) == BAYNN_OK);
    void *storage = block(bytes);
    memset(storage, 0x5A, bytes);
    baynn_session_t *session = NULL;
    require(baynn_session_init(storage, bytes, model, config, &session) == BAYNN_OK);
    memset(prediction, 0, sizeof *prediction);
    prediction->struct_bytes = sizeof *prediction;
    require(baynn_infer(session, input, info->input_elements, prediction) == BAYNN_OK);
    uint32_t crc = digest(session, info);
    free(storage);
    return crc;
}

void check_repetition(const baynn_model_t *model, const baynn_model_info_t *info,
                      const baynn_session_config_t *config, const uint8_t *input,
                      const baynn_prediction_t *prediction) {
    if (whole_work(info, config) > REPEATED_WORK_MAX) {
        return;
    }
    baynn_session_config_t other = *config;
    baynn_prediction_t first;
    baynn_prediction_t second;
    uint32_t crc = predict(model, info, &other, input, &first);
    other.memory ^= 1;
    require(predict(model, info, &other, input, &second) == crc);
    require(memcmp(&first, &second, sizeof first) == 0);
    uint32_t ended =
        BAYNN_PREDICTION_COMPLETE | BAYNN_PREDICTION_CERTAIN | BAYNN_PREDICTION_CONFIDENT;
    require((prediction->flags & ended) == 0 || memcmp(&first, prediction, sizeof first) == 0);
    other.stop = BAYNN_STOP_NEVER;
    predict(model, info, &other, input, &second);
    require(first.samples <= second.samples);
    require((first.flags & BAYNN_PREDICTION_CERTAIN) == 0 || first.label == second.label);
    require((second.flags & BAYNN_PREDICTION_COMPLETE) != 0);
}
