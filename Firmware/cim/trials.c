/* SPDX-License-Identifier: Apache-2.0 */
#include "trials.h"

#include "console.h"
#include "embedded_files.h"
#include "evaluate.h"
#include "ledger_lines.h"
#include "records.h"
#include "say.h"

typedef struct trial {
    const char *line_name;
    baynn_cim_emulator_config_t emulated;
    baynn_session_config_t session;
} trial_t;

static bool predict(baynn_session_t *session, const char *line_name, evaluation_t *result) {
    const size_t count = (size_t)(held_out_end - held_out) / RECORD_BYTES;
    const baynn_status_t status = evaluate(session, held_out, count, result);
    if (status != BAYNN_OK) {
        return say_failure("inference", status);
    }
    char line[EVALUATION_LINE_BYTES];
    evaluation_line(result, line_name, line);
    console_text(line);
    console_text("\n");
    return true;
}

static bool predict_without_arrays(const baynn_model_t *model, void *storage, size_t bytes,
                                   evaluation_t *result) {
    baynn_session_t *session;
    const baynn_status_t status = baynn_session_init(storage, bytes, model, NULL, &session);
    return status == BAYNN_OK ? predict(session, MACHINE ": no arrays", result)
                              : say_failure("session without arrays", status);
}

static baynn_status_t make(device_t *device, const baynn_model_t *model, baynn_cim_t *cim,
                           const trial_t *trial) {
    baynn_status_t status = device_make(device, &trial->emulated);
    if (status == BAYNN_OK) {
        status = device_open_model(device, model, cim);
    }
    uint32_t finished = 0;
    while (status == BAYNN_OK && !finished) {
        status = baynn_cim_program(cim, UINT32_MAX, &finished);
    }
    return status;
}

static bool run(device_t *device, const baynn_model_t *model, baynn_cim_t *cim,
                const trial_t *trial, void *storage, size_t bytes, evaluation_t *result) {
    baynn_status_t status = make(device, model, cim, trial);
    baynn_session_t *session;
    if (status == BAYNN_OK) {
        status = baynn_cim_session_init(storage, bytes, cim, &trial->session, &session);
    }
    if (status == BAYNN_OK) {
        status = baynn_cim_ledger_clear(cim);
    }
    if (status != BAYNN_OK) {
        return say_failure(trial->line_name, status);
    }
    return predict(session, trial->line_name, result);
}

/* Ideal arrays first. */
enum { TRIALS = 4 };

static void make_trials(trial_t list[TRIALS]) {
    const baynn_session_config_t exact = {.struct_bytes = sizeof exact};
    baynn_session_config_t sampled = exact;
    sampled.posterior = BAYNN_POSTERIOR_SAMPLED;
    list[0] = (trial_t){MACHINE ": ideal arrays", device_ideal(), exact};
    list[1] = (trial_t){MACHINE ": published spreads", device_published(), exact};
    list[2] = (trial_t){MACHINE ": low contrast, 32 rows at once", device_low_contrast(), exact};
    list[3] = (trial_t){MACHINE ": published spreads, 20 draws", device_published(), sampled};
}

bool trials(device_t *device, const baynn_model_t *model, baynn_cim_t *cim, void *storage,
            size_t bytes) {
    console_text("held-out digits\n");
    static trial_t list[TRIALS];
    make_trials(list);
    evaluation_t expected;
    evaluation_t found;
    if (!predict_without_arrays(model, storage, bytes, &expected)) {
        return false;
    }
    for (int i = 0; i < TRIALS; i += 1) {
        if (!run(device, model, cim, &list[i], storage, bytes, &found)) {
            return false;
        }
        if (i == 0 && found.hash != expected.hash) {
            console_text("error: ideal arrays do not predict what a session without them does\n");
            return false;
        }
    }
    return ledger_lines(cim, found.total);
}
