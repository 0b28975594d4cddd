/* SPDX-License-Identifier: Apache-2.0 */
#include "power_cut.h"

#include "console.h"
#include "say.h"

/* In the middle of the second array; a few rows between looks at whatever else is to do. */
enum { CUT_WRITE = 300, ROWS_A_CALL = 16 };

static baynn_status_t program(baynn_cim_t *cim, uint32_t *row_writes) {
    uint32_t finished = 0;
    baynn_status_t status = BAYNN_OK;
    while (status == BAYNN_OK && !finished) {
        status = baynn_cim_program(cim, ROWS_A_CALL, &finished);
    }
    baynn_cim_ledger_t ledger = {.struct_bytes = sizeof ledger};
    const baynn_status_t ledger_status = baynn_cim_ledger(cim, &ledger);
    *row_writes = (uint32_t)ledger.row_writes;
    return status == BAYNN_OK ? ledger_status : status;
}

static bool is_cut(device_t *device, const baynn_model_t *model, baynn_cim_t *cim) {
    baynn_cim_emulator_config_t emulated = device_ideal();
    emulated.power_cut_write = CUT_WRITE;
    baynn_status_t status = device_make(device, &emulated);
    if (status == BAYNN_OK) {
        status = device_open_model(device, model, cim);
    }
    if (status != BAYNN_OK) {
        return say_failure("device", status);
    }
    uint32_t row_writes;
    status = program(cim, &row_writes);
    if (status != BAYNN_CIM_EMULATOR_NO_POWER) {
        return say_failure("programming without power", status);
    }
    say_number("power is cut", row_writes, "rows are written");
    return true;
}

/* All that was in memory is forgotten: the device and the model are opened anew. */
static bool is_refused(device_t *device, const baynn_model_t *model, baynn_cim_t *cim,
                       void *storage, size_t bytes) {
    baynn_status_t status = device_restart(device);
    if (status == BAYNN_OK) {
        status = device_open_model(device, model, cim);
    }
    baynn_cim_info_t info = {.struct_bytes = sizeof info};
    if (status == BAYNN_OK) {
        status = baynn_cim_info(cim, &info);
    }
    if (status != BAYNN_OK) {
        return say_failure("start after the cut", status);
    }
    say_number("started again", info.arrays_programmed, "of 2 arrays are complete");
    baynn_session_t *session;
    status = baynn_cim_session_init(storage, bytes, cim, NULL, &session);
    if (status != BAYNN_ERROR_CIM_NOT_PROGRAMMED || info.arrays_programmed >= info.arrays) {
        return say_failure("a session on half of a model", status);
    }
    console_text("  a session is refused: ");
    console_text(baynn_status_name(status));
    console_text("\n");
    return true;
}

bool power_cut_is_survived(device_t *device, const baynn_model_t *model, baynn_cim_t *cim,
                           void *storage, size_t bytes) {
    console_text("power fails while the model is being programmed\n");
    if (!is_cut(device, model, cim) || !is_refused(device, model, cim, storage, bytes)) {
        return false;
    }
    uint32_t row_writes;
    baynn_status_t status = program(cim, &row_writes);
    if (status != BAYNN_OK) {
        return say_failure("programming goes on", status);
    }
    say_number("programming goes on", row_writes, "rows are written");
    baynn_session_t *session;
    status = baynn_cim_session_init(storage, bytes, cim, NULL, &session);
    if (status != BAYNN_OK) {
        return say_failure("session", status);
    }
    if (row_writes >= CUT_WRITE) {
        console_text("error: the array that was complete has been written again\n");
        return false;
    }
    return true;
}
