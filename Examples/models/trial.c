/* SPDX-License-Identifier: Apache-2.0 */
#include "trial.h"

#include <string.h>

#include "synthetic_inputs.h"

/* So few that the largest model takes seconds in an emulator. */
enum { SEED = 1, INPUTS = 20 };

/* Where everything goes: storage, probabilities, input. */
typedef struct places {
    void *storage;
    uint32_t *probabilities;
    uint32_t probability_count;
    uint8_t *input;
} places_t;

static size_t align(size_t bytes) {
    return (bytes + BAYNN_STORAGE_ALIGNMENT - 1) / BAYNN_STORAGE_ALIGNMENT *
           BAYNN_STORAGE_ALIGNMENT;
}

static baynn_status_t place(const baynn_model_t *model, void *memory, size_t memory_bytes,
                            trial_t *trial, places_t *places) {
    size_t session_bytes, test_bytes;
    baynn_status_t status = baynn_session_storage_bytes(model, NULL, &session_bytes);
    if (status == BAYNN_OK) {
        status = baynn_self_test_storage_bytes(model, &test_bytes);
    }
    if (status != BAYNN_OK) {
        return status;
    }
    const baynn_model_info_t *info = &trial->info;
    trial->storage_bytes = session_bytes > test_bytes ? session_bytes : test_bytes;
    places->probability_count = info->positions_height * info->positions_width * info->classes;
    const size_t probabilities_at = align(trial->storage_bytes);
    const size_t input_at =
        probabilities_at + places->probability_count * sizeof *places->probabilities;
    trial->memory_bytes = input_at + info->input_elements;
    places->storage = memory;
    places->probabilities = (uint32_t *)memory + probabilities_at / sizeof(uint32_t);
    places->input = (uint8_t *)memory + input_at;
    return trial->memory_bytes <= memory_bytes ? BAYNN_OK : BAYNN_ERROR_STORAGE;
}

/* Least significant byte first, whatever the machine. */
static void hash_word(trial_t *trial, uint32_t word) {
    const uint8_t bytes[4] = {(uint8_t)word, (uint8_t)(word >> 8), (uint8_t)(word >> 16),
                              (uint8_t)(word >> 24)};
    trial->hash = baynn_crc32(trial->hash, bytes, sizeof bytes);
}

static baynn_status_t add_classification(const baynn_session_t *session,
                                         const baynn_prediction_t *prediction,
                                         const places_t *places, trial_t *trial) {
    const baynn_status_t status =
        baynn_infer_probabilities(session, places->probabilities, places->probability_count);
    if (status != BAYNN_OK) {
        return status;
    }
    if (prediction->label < TRIAL_CLASSES_MAX) {
        trial->label_counts[prediction->label] += 1;
    }
    trial->uncertainty_sum_q16 += prediction->entropy_q16;
    hash_word(trial, prediction->label);
    hash_word(trial, prediction->entropy_q16);
    hash_word(trial, prediction->mutual_information_q16);
    for (uint32_t i = 0; i < places->probability_count; i += 1) {
        hash_word(trial, places->probabilities[i]);
    }
    return BAYNN_OK;
}

static baynn_status_t add_regression(const baynn_session_t *session, trial_t *trial) {
    for (uint32_t output = 0; output < trial->info.outputs; output += 1) {
        baynn_value_t value = {.struct_bytes = sizeof value};
        const baynn_status_t status = baynn_infer_value(session, output, &value);
        if (status != BAYNN_OK) {
            return status;
        }
        trial->uncertainty_sum_q16 += value.deviation_q16;
        hash_word(trial, (uint32_t)value.mean_q16);
        hash_word(trial, value.deviation_q16);
    }
    return BAYNN_OK;
}

static baynn_status_t predict(baynn_session_t *session, const places_t *places, trial_t *trial) {
    const baynn_model_info_t *info = &trial->info;
    for (uint32_t i = 0; i < INPUTS; i += 1) {
        synthetic_input(SEED, i, info->input_maximum, places->input, info->input_elements);
        baynn_prediction_t prediction = {.struct_bytes = sizeof prediction};
        baynn_status_t status =
            baynn_infer(session, places->input, info->input_elements, &prediction);
        if (status == BAYNN_OK) {
            status = info->head == BAYNN_HEAD_REGRESSION
                         ? add_regression(session, trial)
                         : add_classification(session, &prediction, places, trial);
        }
        if (status != BAYNN_OK) {
            return status;
        }
        trial->inputs += 1;
    }
    return BAYNN_OK;
}

baynn_status_t trial_run(const void *image, size_t image_bytes, void *memory, size_t memory_bytes,
                         trial_t *trial) {
    memset(trial, 0, sizeof *trial);
    trial->info.struct_bytes = sizeof trial->info;
    baynn_model_t model;
    baynn_status_t status = baynn_model_open(&model, image, image_bytes, baynn_parts_all);
    if (status == BAYNN_OK) {
        status = baynn_model_info(&model, &trial->info);
    }
    places_t places;
    if (status == BAYNN_OK) {
        status = place(&model, memory, memory_bytes, trial, &places);
    }
    baynn_self_test_report_t report = {.struct_bytes = sizeof report};
    if (status == BAYNN_OK) {
        status = baynn_self_test(places.storage, trial->storage_bytes, &model, NULL, &report);
    }
    baynn_session_t *session = NULL;
    if (status == BAYNN_OK) {
        status = baynn_session_init(places.storage, trial->storage_bytes, &model, NULL, &session);
    }
    return status == BAYNN_OK ? predict(session, &places, trial) : status;
}
