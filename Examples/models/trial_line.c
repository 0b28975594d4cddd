/* SPDX-License-Identifier: Apache-2.0 */
#include "trial_line.h"

static void put_count(text_t *text, uint32_t count, const char *what) {
    text_decimal(text, count);
    text_string(text, what);
}

static void put_error(baynn_status_t status, size_t memory_bytes, const trial_t *trial,
                      text_t *text) {
    if (status == BAYNN_ERROR_STORAGE) {
        text_string(text, "does not fit: ");
        put_count(text, (uint32_t)trial->memory_bytes, " bytes of memory needed, ");
        put_count(text, (uint32_t)memory_bytes, " there");
    } else {
        text_string(text, "error: ");
        text_string(text, baynn_status_name(status));
        text_string(text, " after ");
        put_count(text, trial->inputs, " inputs");
    }
}

static void put_uncertainty(const trial_t *trial, text_t *text) {
    const int is_regression = trial->info.head == BAYNN_HEAD_REGRESSION;
    const uint64_t count = (uint64_t)trial->inputs * (is_regression ? trial->info.outputs : 1);
    text_string(text, is_regression ? "mean deviation " : "mean entropy ");
    text_thousandths(text, (uint32_t)(trial->uncertainty_sum_q16 * 1000 / 65536 / count));
}

static void put_labels(const trial_t *trial, text_t *text) {
    if (trial->info.classes == 0 || trial->info.classes > TRIAL_CLASSES_MAX) {
        return;
    }
    text_string(text, "labels");
    for (uint32_t label = 0; label < trial->info.classes; label += 1) {
        text_string(text, " ");
        text_decimal(text, trial->label_counts[label]);
    }
    text_string(text, ", ");
}

void trial_line(const char *machine, const char *model, baynn_status_t status, size_t memory_bytes,
                const trial_t *trial, text_t *text) {
    *text = (text_t){.used = 0};
    text_string(text, machine);
    text_string(text, ": ");
    text_string(text, model);
    text_string(text, ": ");
    if (status != BAYNN_OK) {
        put_error(status, memory_bytes, trial, text);
        return;
    }
    put_count(text, trial->info.layers, " layers, ");
    put_count(text, trial->info.weights, " weights, ");
    put_count(text, trial->inputs, " inputs, ");
    put_labels(trial, text);
    put_uncertainty(trial, text);
    text_string(text, ", hash ");
    text_hex(text, trial->hash);
    text_string(text, "; storage ");
    put_count(text, (uint32_t)trial->storage_bytes, " bytes, work of a pass ");
    text_decimal(text, (uint32_t)trial->info.pass_work_max);
}
