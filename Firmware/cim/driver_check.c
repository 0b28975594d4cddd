/* SPDX-License-Identifier: Apache-2.0 */
#include "driver_check.h"

#include "baynn_cim_conformance.h"
#include "console.h"
#include "say.h"

/* Small arrays and few random bits: seconds on a target. On silicon the suite takes all. */
enum { ARRAYS = 2, LINES = 64, RANDOM_BITS = 16384 };

static uint32_t scratch[96 * 1024 / sizeof(uint32_t)];
static device_t *device_under_test;

typedef struct summary {
    uint32_t checks;
    uint32_t of_outcome[BAYNN_CIM_CONFORMANCE_SKIPPED + 1];
} summary_t;

static baynn_status_t power_cycle(void *context) {
    (void)context;
    return device_restart(device_under_test);
}

static void report(void *context, const baynn_cim_conformance_event_t *event) {
    summary_t *summary = context;
    summary->checks = event->checks;
    summary->of_outcome[event->outcome] += 1;
    if (event->outcome != BAYNN_CIM_CONFORMANCE_FAILED &&
        event->outcome != BAYNN_CIM_CONFORMANCE_SKIPPED) {
        return;
    }
    console_text("  ");
    console_text(event->name);
    console_text(event->outcome == BAYNN_CIM_CONFORMANCE_FAILED ? " FAILED: " : " skipped: ");
    console_text(event->message);
    console_text("\n");
}

bool driver_check(device_t *device) {
    console_text("the driver, on ideal arrays of 64 x 64\n");
    baynn_cim_emulator_config_t emulated = device_ideal();
    emulated.arrays = ARRAYS;
    emulated.rows = LINES;
    emulated.columns = LINES;
    baynn_status_t status = device_make(device, &emulated);
    if (status != BAYNN_OK) {
        return say_failure("device", status);
    }
    device_under_test = device;
    const baynn_cim_conformance_options_t options = {
        .struct_bytes = sizeof options, .random_bits = RANDOM_BITS, .power_cycle = power_cycle};
    summary_t summary = {0};
    status = baynn_cim_conformance_run(&device->registers.driver, &device->registers, &options,
                                       scratch, sizeof scratch, report, &summary);
    say_number("checks of the contract", summary.checks, "");
    say_number("passed", summary.of_outcome[BAYNN_CIM_CONFORMANCE_PASSED], "");
    say_number("skipped", summary.of_outcome[BAYNN_CIM_CONFORMANCE_SKIPPED], "");
    if (status != BAYNN_OK) {
        return say_failure("conformance", status);
    }
    return true;
}
