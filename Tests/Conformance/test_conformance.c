/* SPDX-License-Identifier: Apache-2.0
 *
 * The suite passes a perfect device, and finds each fault with the check that names it.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "baynn_cim_conformance.h"
#include "reference_device.h"

static device_t device;
static uint32_t scratch[8192];

/* What a run has said. */
typedef struct record {
    uint32_t passed;
    uint32_t failed;
    uint32_t skipped;
    /** Names and messages of what has failed and been skipped, a line each. */
    char failures[8192];
    char skips[4096];
} record_t;

static record_t record;

static void line(char *lines, size_t bytes, const baynn_cim_conformance_event_t *event) {
    const size_t length = strlen(lines);
    snprintf(lines + length, bytes - length, "%s: %s\n", event->name, event->message);
}

static void note(void *context, const baynn_cim_conformance_event_t *event) {
    record_t *into = context;
    switch (event->outcome) {
    case BAYNN_CIM_CONFORMANCE_STARTED:
        assert_int_equal(event->check, into->passed + into->failed + into->skipped);
        break;
    case BAYNN_CIM_CONFORMANCE_PASSED:
        assert_string_equal(event->message, "");
        into->passed += 1;
        break;
    case BAYNN_CIM_CONFORMANCE_FAILED:
        into->failed += 1;
        line(into->failures, sizeof into->failures, event);
        break;
    case BAYNN_CIM_CONFORMANCE_SKIPPED:
        into->skipped += 1;
        line(into->skips, sizeof into->skips, event);
        break;
    }
}

static baynn_cim_conformance_options_t options_with_power(void) {
    return (baynn_cim_conformance_options_t){
        .struct_bytes = sizeof(baynn_cim_conformance_options_t), .power_cycle = device_power_cycle};
}

static baynn_status_t run(const baynn_cim_conformance_options_t *options) {
    memset(&record, 0, sizeof record);
    return baynn_cim_conformance_run(&device.driver, &device, options, scratch, sizeof scratch,
                                     note, &record);
}

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

static const struct expectation {
    fault_t fault;
    const char *fault_name;
    const char *check;
} expectations[] = {
#define CAUGHT_BY(fault, check)                                                                    \
    { fault, #fault, check }
    CAUGHT_BY(FAULT_TABLE_SHORT, "table.size"),
    CAUGHT_BY(FAULT_TABLE_RESERVED, "table.capabilities"),
    CAUGHT_BY(FAULT_TABLE_MISSING, "table.operations"),
    CAUGHT_BY(FAULT_TABLE_UNANNOUNCED, "table.capabilities"),
    CAUGHT_BY(FAULT_TABLE_PROMISED, "table.capabilities"),
    CAUGHT_BY(FAULT_GEOMETRY_ODD, "geometry.range"),
    CAUGHT_BY(FAULT_GEOMETRY_NO_UNITS, "geometry.range"),
    CAUGHT_BY(FAULT_GEOMETRY_ACTIVE, "geometry.range"),
    CAUGHT_BY(FAULT_GEOMETRY_OVERRUN, "geometry.range"),
    CAUGHT_BY(FAULT_GEOMETRY_CHANGES, "geometry.constant"),
    CAUGHT_BY(FAULT_COLUMNS_SWAPPED, "program.walking"),
    CAUGHT_BY(FAULT_CELL_STUCK, "program.patterns"),
    CAUGHT_BY(FAULT_ROWS_ALIASED, "program.addresses"),
    CAUGHT_BY(FAULT_ARRAYS_ALIASED, "program.addresses"),
    CAUGHT_BY(FAULT_COLUMNS_REVERSED, "program.walking"),
    CAUGHT_BY(FAULT_PROGRAM_NEIGHBOUR, "program.neighbours"),
    CAUGHT_BY(FAULT_PROGRAM_ONLY_SETS, "program.patterns"),
    CAUGHT_BY(FAULT_PROGRAM_LATE, "program.settles"),
    CAUGHT_BY(FAULT_READ_INVERTED, "read.cells"),
    CAUGHT_BY(FAULT_READ_LAST_WORD, "read.cells"),
    CAUGHT_BY(FAULT_READ_OVERRUN, "read.cells"),
    CAUGHT_BY(FAULT_INPUT_INVERTED, "mac.inputs"),
    CAUGHT_BY(FAULT_INPUT_IGNORED, "mac.inputs"),
    CAUGHT_BY(FAULT_ROW_WINDOW, "mac.windows"),
    CAUGHT_BY(FAULT_ROW_WINDOW_FIRST, "mac.windows"),
    CAUGHT_BY(FAULT_COLUMN_STRIDE, "mac.windows"),
    CAUGHT_BY(FAULT_UNDRIVEN_COUNTS, "mac.undriven"),
    CAUGHT_BY(FAULT_COUNT_SATURATES, "mac.counts"),
    CAUGHT_BY(FAULT_PLANE_MISSING, "mac.planes"),
    CAUGHT_BY(FAULT_PLANES_OR, "mac.planes"),
    CAUGHT_BY(FAULT_COUNTS_OVERRUN, "mac.planes"),
    CAUGHT_BY(FAULT_COUNT_NOISE, "mac.repeats"),
    CAUGHT_BY(FAULT_READ_DISTURB, "mac.keeps"),
    CAUGHT_BY(FAULT_SYNC_LOSES, "sync.keeps"),
    CAUGHT_BY(FAULT_SYNC_FAILS, "sync.keeps"),
    CAUGHT_BY(FAULT_POWER_LOSES, "sync.survives"),
    CAUGHT_BY(FAULT_ERASE_PARTIAL, "erase.clears"),
    CAUGHT_BY(FAULT_ERASE_ALL_ARRAYS, "erase.others"),
    CAUGHT_BY(FAULT_WEAR_DECREASES, "wear.grows"),
    CAUGHT_BY(FAULT_WEAR_SHARED, "wear.others"),
    CAUGHT_BY(FAULT_TEMPERATURE_UNITS, "temperature.plausible"),
    CAUGHT_BY(FAULT_TEMPERATURE_JUMPS, "temperature.plausible"),
    CAUGHT_BY(FAULT_RANDOM_STUCK, "random.edges"),
    CAUGHT_BY(FAULT_RANDOM_IGNORES_P, "random.frequency"),
    CAUGHT_BY(FAULT_RANDOM_P_INVERTED, "random.frequency"),
    CAUGHT_BY(FAULT_RANDOM_P_8_BITS, "random.extremes"),
    CAUGHT_BY(FAULT_RANDOM_FIRST_BIT, "random.edges"),
    CAUGHT_BY(FAULT_RANDOM_LAST_WORD, "random.edges"),
    CAUGHT_BY(FAULT_RANDOM_OVERRUN, "random.edges"),
    CAUGHT_BY(FAULT_RANDOM_REPEATS, "random.fresh"),
    CAUGHT_BY(FAULT_RANDOM_CORRELATED, "random.correlation"),
    CAUGHT_BY(FAULT_ERROR_SWALLOWED_PROGRAM, "errors.program"),
    CAUGHT_BY(FAULT_ERROR_SWALLOWED_MAC, "errors.mac"),
    CAUGHT_BY(FAULT_ERROR_SWALLOWED_RANDOM, "errors.random"),
    CAUGHT_BY(FAULT_ERROR_SWALLOWED_READ, "errors.optional"),
    CAUGHT_BY(FAULT_ERROR_SWALLOWED_ERASE, "errors.optional"),
    CAUGHT_BY(FAULT_ERROR_SWALLOWED_WEAR, "errors.optional"),
    CAUGHT_BY(FAULT_ERROR_POSITIVE, "errors.mac"),
    CAUGHT_BY(FAULT_ERROR_DESTROYS, "errors.program"),
    CAUGHT_BY(FAULT_ERROR_STICKS, "errors.program"),
    CAUGHT_BY(FAULT_BUSY_FOR_EVER, "program.patterns"),
};

enum { EXPECTATIONS = sizeof expectations / sizeof expectations[0] };

static bool has_failed(const char *check) {
    char beginning[64];
    snprintf(beginning, sizeof beginning, "%s: ", check);
    const char *found = strstr(record.failures, beginning);
    return found != NULL && (found == record.failures || found[-1] == '\n');
}

static void each_fault_is_found(void **state) {
    (void)state;
    const baynn_cim_conformance_options_t options = options_with_power();
    uint32_t missed = 0;
    for (size_t i = 0; i < EXPECTATIONS; i++) {
        device_make(&device, expectations[i].fault);
        const baynn_status_t status = run(&options);
        if (status != BAYNN_ERROR_SELF_TEST || !has_failed(expectations[i].check)) {
            print_error("%s is not found by %s; failed:\n%s", expectations[i].fault_name,
                        expectations[i].check, record.failures);
            missed += 1;
        }
    }
    assert_int_equal(missed, 0);
}

/* Every fault but none is in the table, and every check finds one. */
static void table_is_complete(void **state) {
    (void)state;
    assert_int_equal(EXPECTATIONS, FAULT_BUSY_FOR_EVER);
    for (size_t i = 0; i < EXPECTATIONS; i++) {
        assert_int_equal(expectations[i].fault, i + 1);
    }
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
    assert_in_range(baynn_cim_conformance_scratch_bytes(&largest), 1, 96 * 1024);
    geometry.rows = 33;
    assert_int_equal(baynn_cim_conformance_scratch_bytes(&geometry), 0);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(perfect_device_passes),
        cmocka_unit_test(table_is_complete),
        cmocka_unit_test(each_fault_is_found),
        cmocka_unit_test(tolerances_tolerate),
        cmocka_unit_test(probability_error_is_tolerated),
        cmocka_unit_test(missing_capabilities_are_skipped),
        cmocka_unit_test(other_arrays_stay_as_they_are),
        cmocka_unit_test(fewer_active_rows_are_driven),
        cmocka_unit_test(options_are_validated),
        cmocka_unit_test(scratch_is_as_large_as_it_says),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
