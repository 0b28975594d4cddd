/* SPDX-License-Identifier: Apache-2.0
 *
 * The suite finds each fault with the check that is about it.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#include "record.h"

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

/* Every fault is in the table, and every check is expected to find one. */
static void table_is_complete(void **state) {
    (void)state;
    assert_int_equal(EXPECTATIONS, FAULT_BUSY_FOR_EVER);
    uint32_t checks = 0;
    for (size_t i = 0; i < EXPECTATIONS; i++) {
        assert_int_equal(expectations[i].fault, i + 1);
        bool is_new = true;
        for (size_t j = 0; j < i; j++) {
            is_new = is_new && strcmp(expectations[i].check, expectations[j].check) != 0;
        }
        checks += is_new ? 1 : 0;
    }
    const baynn_cim_conformance_options_t options = options_with_power();
    device_make(&device, FAULT_NONE);
    assert_int_equal(run(&options), BAYNN_OK);
    assert_int_equal(record.skipped, 0);
    assert_int_equal(checks, record.passed);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(table_is_complete),
        cmocka_unit_test(each_fault_is_found),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
