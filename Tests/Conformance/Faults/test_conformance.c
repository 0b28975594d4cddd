/* SPDX-License-Identifier: Apache-2.0
 *
 * What the suite demands is what its options say.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#include "record.h"

static void perfect_device_passes(void **state) {
    (void)state;
    const baynn_cim_conformance_options_t options = options_with_power();
    device_make(&device, FAULT_NONE);
    const baynn_status_t status = run(&options);
    assert_string_equal(record.failures, "");
    assert_string_equal(record.skips, "");
    assert_int_equal(status, BAYNN_OK);
    assert_true(record.passed >= 30);
}

static void tolerances_tolerate(void **state) {
    (void)state;
    baynn_cim_conformance_options_t options = options_with_power();
    options.wrong_counts_ppm_max = 20000;
    options.wrong_cells_ppm_max = 1000;
    const fault_t tolerable[] = {FAULT_CELL_STUCK, FAULT_COUNT_NOISE};
    for (size_t i = 0; i < 2; i++) {
        device_make(&device, tolerable[i]);
        run(&options);
        assert_string_equal(record.failures, "");
    }
    device_make(&device, FAULT_ROW_WINDOW);
    assert_int_equal(run(&options), BAYNN_ERROR_SELF_TEST);
    assert_true(has_failed("mac.windows"));
}

/* One row at a time the noise is not there, and a fault that a tolerance hides shows. */
static void single_rows_need_no_tolerance(void **state) {
    (void)state;
    baynn_cim_conformance_options_t options = options_with_power();
    options.active_rows = 1;
    device_make(&device, FAULT_COUNT_NOISE);
    assert_int_equal(run(&options), BAYNN_OK);
    device_make(&device, FAULT_COLUMNS_SWAPPED);
    assert_int_equal(run(&options), BAYNN_ERROR_SELF_TEST);
    assert_true(has_failed("mac.windows"));
    options.active_rows = 0;
    options.wrong_counts_ppm_max = 50000;
    options.wrong_cells_ppm_max = 50000;
    device_make(&device, FAULT_COLUMNS_SWAPPED);
    assert_int_equal(run(&options), BAYNN_OK);
}

static void probability_error_is_tolerated(void **state) {
    (void)state;
    baynn_cim_conformance_options_t options = options_with_power();
    device_make(&device, FAULT_RANDOM_P_8_BITS);
    options.probability_error_q16_max = 256;
    assert_int_equal(run(&options), BAYNN_OK);
    device_make(&device, FAULT_RANDOM_CORRELATED);
    options.probability_error_q16_max = 3000;
    assert_int_equal(run(&options), BAYNN_ERROR_SELF_TEST);
    assert_true(has_failed("random.correlation"));
    assert_false(has_failed("random.frequency"));
}

static void missing_capabilities_are_skipped(void **state) {
    (void)state;
    device_make(&device, FAULT_NONE);
    device.driver.capabilities = 0;
    device.driver.read = NULL;
    device.driver.erase = NULL;
    device.driver.wear = NULL;
    device.driver.temperature = NULL;
    assert_int_equal(run(NULL), BAYNN_OK);
    assert_int_equal(record.failed, 0);
    assert_int_equal(record.skipped, 7);
    assert_non_null(strstr(record.skips, "read.cells: the driver lacks the capability"));
    assert_non_null(strstr(record.skips, "sync.survives: the options have no power_cycle"));
}

static void other_arrays_stay_as_they_are(void **state) {
    (void)state;
    device_make(&device, FAULT_NONE);
    memset(device.cells, 0x5A, sizeof device.cells);
    baynn_cim_conformance_options_t options = options_with_power();
    options.power_cycle = NULL;
    options.first_array = 1;
    options.arrays = 1;
    assert_int_equal(run(&options), BAYNN_OK);
    assert_non_null(strstr(record.skips, "erase.others: it takes two arrays"));
    for (size_t row = 0; row < DEVICE_ROWS; row++) {
        assert_int_equal(device.cells[0][row][1], 0x5A5A5A5A);
        assert_int_equal(device.cells[2][row][0], 0x5A5A5A5A);
        assert_int_equal(device.writes[0][row], 0);
    }
}

static void fewer_active_rows_are_driven(void **state) {
    (void)state;
    device_make(&device, FAULT_COUNT_SATURATES);
    baynn_cim_conformance_options_t options = options_with_power();
    options.active_rows = 15;
    assert_int_equal(run(&options), BAYNN_OK);
    options.active_rows = 16;
    assert_int_equal(run(&options), BAYNN_ERROR_SELF_TEST);
}

static void options_are_validated(void **state) {
    (void)state;
    device_make(&device, FAULT_NONE);
    const baynn_cim_conformance_options_t good = options_with_power();
    baynn_cim_conformance_options_t bad[7] = {good, good, good, good, good, good, good};
    bad[0].struct_bytes -= 1;
    bad[1].first_array = DEVICE_ARRAYS;
    bad[2].arrays = DEVICE_ARRAYS + 1;
    bad[3].active_rows = DEVICE_ACTIVE_MAX + 1;
    bad[4].wrong_counts_ppm_max = 1000001;
    bad[5].probability_error_q16_max = 16385;
    bad[6].random_bits = 4095;
    for (size_t i = 0; i < 7; i++) {
        assert_int_equal(run(&bad[i]), BAYNN_ERROR_ARGUMENT);
    }
    assert_int_equal(
        baynn_cim_conformance_run(NULL, &device, NULL, scratch, sizeof scratch, NULL, NULL),
        BAYNN_ERROR_NULL);
    assert_int_equal(baynn_cim_conformance_run(&device.driver, &device, NULL, NULL, 0, NULL, NULL),
                     BAYNN_ERROR_NULL);
}

static void scratch_is_as_large_as_it_says(void **state) {
    (void)state;
    baynn_cim_geometry_t geometry = {.struct_bytes = sizeof geometry};
    device_make(&device, FAULT_NONE);
    assert_int_equal(device.driver.geometry(&device, &geometry), BAYNN_OK);
    const size_t bytes = baynn_cim_conformance_scratch_bytes(&geometry);
    assert_in_range(bytes, 1, sizeof scratch - sizeof scratch[0]);
    scratch[bytes / sizeof scratch[0]] = 0xFEEDF00D;
    assert_int_equal(
        baynn_cim_conformance_run(&device.driver, &device, NULL, scratch, bytes, NULL, NULL),
        BAYNN_OK);
    assert_int_equal(scratch[bytes / sizeof scratch[0]], 0xFEEDF00D);
    assert_int_equal(
        baynn_cim_conformance_run(&device.driver, &device, NULL, scratch, bytes - 1, NULL, NULL),
        BAYNN_ERROR_STORAGE);
    const baynn_cim_geometry_t largest = {.struct_bytes = sizeof largest,
                                          .arrays = 1,
                                          .rows = BAYNN_CIM_LINES_MAX,
                                          .columns = BAYNN_CIM_LINES_MAX,
                                          .active_rows_max = BAYNN_CIM_LINES_MAX,
                                          .random_units = 1};
    assert_in_range(baynn_cim_conformance_scratch_bytes(&largest), 1, 10 * 1024);
    geometry.rows = 33;
    assert_int_equal(baynn_cim_conformance_scratch_bytes(&geometry), 0);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(perfect_device_passes),
        cmocka_unit_test(tolerances_tolerate),
        cmocka_unit_test(single_rows_need_no_tolerance),
        cmocka_unit_test(probability_error_is_tolerated),
        cmocka_unit_test(missing_capabilities_are_skipped),
        cmocka_unit_test(other_arrays_stay_as_they_are),
        cmocka_unit_test(fewer_active_rows_are_driven),
        cmocka_unit_test(options_are_validated),
        cmocka_unit_test(scratch_is_as_large_as_it_says),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
