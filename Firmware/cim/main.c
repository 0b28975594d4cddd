/* SPDX-License-Identifier: Apache-2.0
 *
 * The digits model on arrays that compute in memory, emulated: the driver proves that it keeps
 * to its contract, programming survives a loss of power, the power-on self-test finds what is
 * broken, and then every held-out digit is predicted. The same sources run on a host.
 */
#include <stdbool.h>

#include "baynn.h"
#include "console.h"
#include "device.h"
#include "device_test.h"
#include "driver_check.h"
#include "embedded_files.h"
#include "power_cut.h"
#include "records.h"
#include "say.h"
#include "stack.h"
#include "trials.h"

/* 16 KiB, of which the model on its arrays says how much it takes. */
static uint64_t storage[2048];
static baynn_model_t model;
static baynn_cim_t cim;
static device_t device;

static bool storage_suffices(size_t *bytes) {
    size_t session_bytes;
    baynn_status_t status = baynn_cim_session_storage_bytes(&cim, NULL, &session_bytes);
    if (status == BAYNN_OK) {
        status = baynn_cim_self_test_storage_bytes(&cim, bytes);
    }
    if (status != BAYNN_OK) {
        return say_failure("storage", status);
    }
    *bytes = *bytes > session_bytes ? *bytes : session_bytes;
    return *bytes <= sizeof storage || say_failure("storage", BAYNN_ERROR_STORAGE);
}

static bool memory_lines(size_t storage_bytes) {
    const baynn_cim_emulator_config_t emulated = device_ideal();
    size_t emulator_bytes;
    const baynn_status_t status = baynn_cim_emulator_storage_bytes(&emulated, &emulator_bytes);
    if (status != BAYNN_OK) {
        return say_failure("emulator", status);
    }
    console_text("memory\n");
    say_number("model image in flash", (uint32_t)(model_image_end - model_image), "bytes");
    say_number("storage", (uint32_t)storage_bytes, "bytes");
    say_number("model on arrays", sizeof cim, "bytes");
    say_number("register driver", sizeof device.registers, "bytes");
    say_number("emulated device", (uint32_t)emulator_bytes, "bytes");
    return true;
}

static bool self_test(size_t storage_bytes) {
    console_text("power-on self-test with arrays\n");
    baynn_self_test_report_t report = {.struct_bytes = sizeof report};
    bus_watch_clear(&device.bus);
    const uint32_t *mark = stack_paint();
    const baynn_status_t status = device_test(&cim, storage, storage_bytes, 0, &report);
    say_stack("self-test stack", stack_used_bytes(mark));
    say_stack("self-test stack to the bus", bus_watch_stack_bytes(&device.bus, mark));
    return status == BAYNN_OK;
}

static bool first_inference(size_t storage_bytes) {
    console_text("first inference\n");
    baynn_session_t *session;
    baynn_status_t status = baynn_cim_session_init(storage, storage_bytes, &cim, NULL, &session);
    if (status != BAYNN_OK) {
        return say_failure("session", status);
    }
    baynn_prediction_t prediction = {.struct_bytes = sizeof prediction};
    bus_watch_clear(&device.bus);
    const uint32_t *mark = stack_paint();
    status = baynn_infer(session, held_out, RECORD_PIXELS, &prediction);
    const uint32_t stack = stack_used_bytes(mark);
    if (status != BAYNN_OK) {
        return say_failure("inference", status);
    }
    say_number("label", prediction.label, "");
    say_number("words over the bus", device.bus.words, "");
    say_stack("inference stack", stack);
    say_stack("inference stack to the bus", bus_watch_stack_bytes(&device.bus, mark));
    return true;
}

int main(void) {
    console_text("BayNN on emulated arrays: " MACHINE "\n");
    const size_t image_bytes = (size_t)(model_image_end - model_image);
    const baynn_status_t status =
        baynn_model_open(&model, model_image, image_bytes, baynn_parts_all);
    if (status != BAYNN_OK) {
        say_failure("model", status);
        return 1;
    }
    size_t bytes;
    const bool succeeded = driver_check(&device) &&
                           power_cut_is_survived(&device, &model, &cim, storage, sizeof storage) &&
                           storage_suffices(&bytes) && self_test(bytes) && first_inference(bytes) &&
                           device_faults_are_found(&device, &cim, storage, bytes) &&
                           trials(&device, &model, &cim, storage, sizeof storage) &&
                           memory_lines(bytes);
    console_text(succeeded ? "all is as it should be\n" : "FAILED\n");
    return succeeded ? 0 : 1;
}
