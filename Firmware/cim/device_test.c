/* SPDX-License-Identifier: Apache-2.0 */
#include "device_test.h"

#include "console.h"
#include "say.h"
#include "self_test_lines.h"

/* Units of work between looks at whatever else is to do. */
enum { WORK_A_STEP = 10000 };
enum { OF_THE_DEVICE = BAYNN_TEST_ARRAY | BAYNN_TEST_UNIT | BAYNN_TEST_MODEL };
enum { WRONG_ARRAY = 1, WRONG_ROW = 20, WRONG_COLUMN = 7, STUCK_PPM = 1000 };

baynn_status_t device_test(baynn_cim_t *cim, void *storage, size_t bytes, uint32_t tests,
                           baynn_self_test_report_t *report) {
    static baynn_self_test_t test;
    const baynn_self_test_config_t config = {.struct_bytes = sizeof config, .tests = tests};
    baynn_status_t status = baynn_cim_self_test_begin(&test, storage, bytes, cim, &config);
    uint32_t finished = 0;
    while (status == BAYNN_OK && !finished) {
        status = baynn_self_test_step(&test, WORK_A_STEP, &finished);
    }
    if (status == BAYNN_OK) {
        status = baynn_self_test_report(&test, report);
    }
    self_test_lines(report, status);
    return status;
}

/* Tests the device, and whether the first test to fail is the expected one; 0: none. */
static bool fails(baynn_cim_t *cim, void *storage, size_t bytes, uint32_t expected,
                  baynn_self_test_report_t *report) {
    *report = (baynn_self_test_report_t){.struct_bytes = sizeof *report};
    const baynn_status_t status = device_test(cim, storage, bytes, OF_THE_DEVICE, report);
    if (status != (expected == 0 ? BAYNN_OK : BAYNN_ERROR_SELF_TEST)) {
        return say_failure("the self-test has not found this", status);
    }
    if (report->first_failed != expected) {
        console_text("error: another test should have failed\n");
        return false;
    }
    return true;
}

/* Once round: a call ends with the last row. */
static bool scrub(baynn_cim_t *cim, baynn_cim_scrub_report_t *report) {
    *report = (baynn_cim_scrub_report_t){.struct_bytes = sizeof *report};
    const baynn_status_t status = baynn_cim_scrub(cim, UINT32_MAX, report);
    if (status != BAYNN_OK) {
        return say_failure("scrubbing", status);
    }
    say_number("scrubbing: wrong cells", report->cells_wrong, "");
    say_number("left", report->cells_left, "");
    return true;
}

static bool stuck_unit_is_found(device_t *device, baynn_cim_t *cim, void *storage, size_t bytes) {
    console_text("the stochastic unit is stuck\n");
    const baynn_cim_emulator_config_t healthy = device->emulated;
    baynn_cim_emulator_config_t emulated = healthy;
    emulated.unit_stuck = BAYNN_CIM_UNIT_STUCK_KEEP;
    baynn_self_test_report_t report;
    return device_change(device, &emulated) == BAYNN_OK &&
           fails(cim, storage, bytes, BAYNN_TEST_UNIT, &report) &&
           report.failed == BAYNN_TEST_UNIT && device_change(device, &healthy) == BAYNN_OK;
}

static bool flip(device_t *device) {
    const baynn_cim_driver_t *driver = &device->registers.driver;
    uint32_t weights[8];
    baynn_status_t status = driver->read(&device->registers, WRONG_ARRAY, WRONG_ROW, weights);
    weights[WRONG_COLUMN / 32] ^= 1u << WRONG_COLUMN % 32;
    if (status == BAYNN_OK) {
        status = driver->program(&device->registers, WRONG_ARRAY, WRONG_ROW, weights);
    }
    return status == BAYNN_OK || say_failure("writing a wrong cell", status);
}

static bool wrong_cell_is_found(device_t *device, baynn_cim_t *cim, void *storage, size_t bytes) {
    console_text("a cell of row 276 has lost its weight\n");
    baynn_self_test_report_t report;
    baynn_cim_scrub_report_t scrubbed;
    return flip(device) && fails(cim, storage, bytes, BAYNN_TEST_ARRAY, &report) &&
           report.failed == BAYNN_TEST_ARRAY &&
           report.first_index == WRONG_ARRAY * device->emulated.rows + WRONG_ROW &&
           scrub(cim, &scrubbed) && scrubbed.cells_wrong == 1 && scrubbed.cells_left == 0 &&
           fails(cim, storage, bytes, 0, &report);
}

static bool stuck_cells_are_found(device_t *device, baynn_cim_t *cim, void *storage, size_t bytes) {
    console_text("one junction in 1000 is stuck\n");
    baynn_cim_emulator_config_t emulated = device->emulated;
    emulated.stuck_parallel_ppm = STUCK_PPM;
    baynn_self_test_report_t report;
    baynn_cim_scrub_report_t scrubbed;
    return device_change(device, &emulated) == BAYNN_OK &&
           fails(cim, storage, bytes, BAYNN_TEST_ARRAY, &report) && scrub(cim, &scrubbed) &&
           scrubbed.cells_wrong > 0 && scrubbed.cells_left > 0;
}

bool device_faults_are_found(device_t *device, baynn_cim_t *cim, void *storage, size_t bytes) {
    if (stuck_unit_is_found(device, cim, storage, bytes) &&
        wrong_cell_is_found(device, cim, storage, bytes) &&
        stuck_cells_are_found(device, cim, storage, bytes)) {
        return true;
    }
    console_text("error: NOT AS IT SHOULD BE\n");
    return false;
}
