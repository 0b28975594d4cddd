/* SPDX-License-Identifier: Apache-2.0 */
#include "benchmark.h"

#include "console.h"
#include "device.h"
#include "embedded_files.h"
#include "instruction_counter.h"
#include "records.h"
#include "row.h"
#include "timed_bus.h"

enum { INPUTS = 20 };

static uint64_t storage[2048]; /* 16 KiB */
static baynn_model_t model;
static baynn_cim_registers_t registers;
static baynn_cim_t cim;
static device_t device;
static timed_bus_t bus;

static baynn_status_t start(baynn_session_t **session) {
    const size_t image_bytes = (size_t)(model_image_end - model_image);
    const baynn_cim_emulator_config_t ideal = device_ideal();
    baynn_status_t status = baynn_model_open(&model, model_image, image_bytes, baynn_parts_all);
    if (status == BAYNN_OK) {
        status = device_make(&device, &ideal);
    }
    bus.behind = device.bus.behind;
    bus.context = device.bus.context;
    if (status == BAYNN_OK) {
        status = baynn_cim_registers_open(&registers, &timed_bus, &bus, 0);
    }
    const baynn_cim_config_t config = {
        .struct_bytes = sizeof config, .driver = &registers.driver, .context = &registers};
    if (status == BAYNN_OK) {
        status = baynn_cim_open(&cim, &model, &config);
    }
    for (uint32_t finished = 0; status == BAYNN_OK && !finished;) {
        status = baynn_cim_program(&cim, UINT32_MAX, &finished);
    }
    if (status == BAYNN_OK) {
        status = baynn_cim_session_init(storage, sizeof storage, &cim, NULL, session);
    }
    return status;
}

bool benchmark_arrays(void) {
    baynn_session_t *session;
    baynn_status_t status = start(&session);
    uint64_t ticks = 0;
    timed_bus_clear(&bus);
    for (size_t i = 0; i < INPUTS && status == BAYNN_OK; i += 1) {
        baynn_prediction_t prediction = {.struct_bytes = sizeof prediction};
        const uint64_t earlier = instruction_counter_now();
        status = baynn_infer(session, held_out + i * RECORD_BYTES, RECORD_PIXELS, &prediction);
        ticks += instruction_counter_now() - earlier;
    }
    if (status != BAYNN_OK) {
        console_text("error: digits_on_arrays: ");
        console_text(baynn_status_name(status));
        console_text("\n");
        return false;
    }
    const uint32_t instructions = instruction_counter_between(0, ticks - bus.ticks);
    row_print("digits_on_arrays", "exact", instructions / INPUTS);
    row_print("digits_on_arrays", "bus_words", bus.words / INPUTS);
    return true;
}
