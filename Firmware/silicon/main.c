/* SPDX-License-Identifier: Apache-2.0
 *
 * A product's firmware on arrays of silicon with the registers of SPEC.md section 7, at
 * DEVICE_ADDRESS: programs the model if it is not there yet, tests itself, and infers. Only
 * linked, to say how large that is: the emulated board has no such device, and the program
 * says so.
 */
#include "baynn.h"
#include "baynn/cim.h"
#include "baynn/cim_registers.h"
#include "console.h"
#include "embedded_files.h"
#include "mapped_bus.h"
#include "records.h"
#include "self_test_lines.h"

#ifndef DEVICE_ADDRESS
#define DEVICE_ADDRESS 0x21F00000u
#endif

/* Between these many rows or units of work a product would look at whatever else is to do. */
enum { ROWS_A_CALL = 16, WORK_A_STEP = 10000 };

static uint64_t storage[1024]; /* 8 KiB */
static baynn_model_t model;
static baynn_cim_registers_t registers;
static baynn_cim_t cim;

static baynn_status_t open_all(void) {
    const size_t image_bytes = (size_t)(model_image_end - model_image);
    baynn_status_t status = baynn_model_open(&model, model_image, image_bytes, baynn_parts_all);
    if (status == BAYNN_OK) {
        void *address = (void *)(uintptr_t)DEVICE_ADDRESS;
        status = baynn_cim_registers_open(&registers, &mapped_bus, address, 0);
    }
    if (status == BAYNN_OK) {
        const baynn_cim_config_t config = {
            .struct_bytes = sizeof config, .driver = &registers.driver, .context = &registers};
        status = baynn_cim_open(&cim, &model, &config);
    }
    return status;
}

/* Goes on where a loss of power has stopped it; does nothing if all is there. */
static baynn_status_t program(void) {
    baynn_status_t status = BAYNN_OK;
    for (uint32_t finished = 0; status == BAYNN_OK && !finished;) {
        status = baynn_cim_program(&cim, ROWS_A_CALL, &finished);
    }
    return status;
}

static baynn_status_t self_test(void) {
    static baynn_self_test_t test;
    baynn_status_t status = baynn_cim_self_test_begin(&test, storage, sizeof storage, &cim, NULL);
    for (uint32_t finished = 0; status == BAYNN_OK && !finished;) {
        status = baynn_self_test_step(&test, WORK_A_STEP, &finished);
    }
    baynn_self_test_report_t report = {.struct_bytes = sizeof report};
    if (status == BAYNN_OK) {
        status = baynn_self_test_report(&test, &report);
    }
    self_test_lines(&report, status);
    return status;
}

static baynn_status_t infer(void) {
    baynn_session_t *session;
    baynn_status_t status = baynn_cim_session_init(storage, sizeof storage, &cim, NULL, &session);
    baynn_prediction_t prediction = {.struct_bytes = sizeof prediction};
    if (status == BAYNN_OK) {
        status = baynn_infer(session, held_out, RECORD_PIXELS, &prediction);
    }
    if (status == BAYNN_OK) {
        console_text("label ");
        console_decimal(prediction.label, 0);
        console_text("\n");
    }
    return status;
}

int main(void) {
    baynn_status_t status = open_all();
    status = status == BAYNN_OK ? program() : status;
    status = status == BAYNN_OK ? self_test() : status;
    status = status == BAYNN_OK ? infer() : status;
    if (status != BAYNN_OK) {
        console_text("error: ");
        console_text(baynn_status_name(status));
        console_text("\n");
    }
    return status == BAYNN_OK ? 0 : 1;
}
