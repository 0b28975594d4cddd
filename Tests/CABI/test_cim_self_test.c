/* SPDX-License-Identifier: Apache-2.0 */
#include "soft_arrays.h"

/* The self-test of arrays: what is wrong with them fails the test that is meant for it. */

enum { ROWS = 64, COLUMNS = 64 };

static const uint32_t CAPABILITIES = BAYNN_CIM_CAN_READ;

typedef struct bench {
    image_t image;
    baynn_model_t model;
    soft_arrays_t *soft;
    baynn_cim_t cim;
    void *storage;
    size_t bytes;
} bench_t;

/* The random bits of the device: those of the test's own generator unless something is wrong. */
typedef enum fault { FAULT_NONE, FAULT_KEEP, FAULT_DROP, FAULT_SHIFT, FAULT_STICKY } fault_t;

static fault_t unit_fault;
static uint64_t unit_random = 1;

static baynn_status_t unit(void *context, uint32_t probability_q16, uint32_t count,
                           uint32_t *bits) {
    (void)context;
    static uint32_t last;
    memset(bits, 0, (count + 31) / 32 * sizeof *bits);
    for (uint32_t i = 0; i < count; i++) {
        uint32_t p = probability_q16 + (unit_fault == FAULT_SHIFT ? 12000 : 0);
        uint32_t one = (image_random(&unit_random) >> 20 & 0xFFFF) < p;
        /* As often 1 as it should be, but the bit before comes again every other time. */
        if (unit_fault == FAULT_STICKY && image_random(&unit_random) >> 30 & 1) {
            one = last;
        }
        last = one;
        one = unit_fault == FAULT_KEEP ? 0 : unit_fault == FAULT_DROP ? 1 : one;
        bits[i / 32] |= one << i % 32;
    }
    return BAYNN_OK;
}

static bench_t bench_make(void) {
    bench_t bench = {.image = image_small()};
    bench.model = model_open(bench.image);
    bench.soft = soft_arrays_make(3, ROWS, COLUMNS, 16, CAPABILITIES);
    bench.soft->driver.random = unit;
    unit_fault = FAULT_NONE;
    baynn_cim_config_t config = soft_config(bench.soft);
    assert_int_equal(baynn_cim_open(&bench.cim, &bench.model, &config), BAYNN_OK);
    soft_program(&bench.cim);
    assert_int_equal(baynn_cim_self_test_storage_bytes(&bench.cim, &bench.bytes), BAYNN_OK);
    bench.storage = malloc(bench.bytes);
    return bench;
}

static void bench_free(bench_t bench) {
    free(bench.storage);
    soft_arrays_free(bench.soft);
    image_free(bench.image);
}

static baynn_self_test_report_t run(bench_t *bench, uint32_t tests, uint32_t work_max) {
    baynn_self_test_config_t config = {.struct_bytes = sizeof config, .tests = tests};
    baynn_self_test_t test;
    assert_int_equal(
        baynn_cim_self_test_begin(&test, bench->storage, bench->bytes, &bench->cim, &config),
        BAYNN_OK);
    uint32_t finished = 0;
    for (uint32_t calls = 0; !finished; calls++) {
        assert_true(calls < 1000000);
        assert_int_equal(baynn_self_test_step(&test, work_max, &finished), BAYNN_OK);
    }
    baynn_self_test_report_t report = {.struct_bytes = sizeof report};
    baynn_status_t status = baynn_self_test_report(&test, &report);
    assert_int_equal(status, report.failed ? BAYNN_ERROR_SELF_TEST : BAYNN_OK);
    return report;
}

static void sound_arrays_pass(void **state) {
    (void)state;
    bench_t bench = bench_make();
    for (uint32_t seed = 1; seed <= 200; seed++) {
        unit_random = seed;
        baynn_self_test_report_t report =
            run(&bench, seed == 1 ? 0 : BAYNN_TEST_UNIT, seed % 2 ? UINT32_MAX : 1);
        assert_int_equal(report.failed, 0);
        assert_int_equal(report.completed, seed == 1 ? 0x7F : BAYNN_TEST_UNIT);
    }
    bench_free(bench);
}

static void a_wrong_cell_is_found(void **state) {
    (void)state;
    bench_t bench = bench_make();
    bench.soft->cells[40 * COLUMNS + 7] ^= 1;
    baynn_self_test_report_t report = run(&bench, BAYNN_TEST_ARRAY | BAYNN_TEST_UNIT, UINT32_MAX);
    assert_int_equal(report.failed, BAYNN_TEST_ARRAY);
    assert_int_equal(report.completed, BAYNN_TEST_ARRAY | BAYNN_TEST_UNIT);
    assert_int_equal(report.first_index, 40);
    assert_int_equal(report.first_actual, 1);
    assert_int_equal(report.first_expected, 0);
    /* Not in use. */
    bench.soft->cells[40 * COLUMNS + 7] ^= 1;
    bench.soft->cells[40 * COLUMNS + 50] ^= 1;
    assert_int_equal(run(&bench, BAYNN_TEST_ARRAY, 1).failed, 0);
    bench_free(bench);
}

/* What an input of 1 does not see. */
static void a_wrong_complement_is_found(void **state) {
    (void)state;
    bench_t bench = bench_make();
    bench.soft->torn_cell = 41 * COLUMNS + 3;
    baynn_self_test_report_t report = run(&bench, BAYNN_TEST_ARRAY, UINT32_MAX);
    assert_int_equal(report.failed, BAYNN_TEST_ARRAY);
    assert_int_equal(report.first_index, 41);
    baynn_cim_scrub_report_t scrubbed = {.struct_bytes = sizeof scrubbed};
    assert_int_equal(baynn_cim_scrub(&bench.cim, UINT32_MAX, &scrubbed), BAYNN_OK);
    assert_int_equal(scrubbed.cells_wrong, 1);
    assert_int_equal(scrubbed.cells_left, 0);
    assert_int_equal(run(&bench, BAYNN_TEST_ARRAY, UINT32_MAX).failed, 0);
    bench_free(bench);
}

static void a_missing_label_is_found(void **state) {
    (void)state;
    bench_t bench = bench_make();
    for (uint32_t i = 0; i < 2 * COLUMNS; i++) {
        bench.soft->cells[(ROWS - 2) * COLUMNS + i] ^= i % 3 == 0;
    }
    baynn_self_test_report_t report = run(&bench, BAYNN_TEST_ARRAY, UINT32_MAX);
    assert_int_equal(report.failed, BAYNN_TEST_ARRAY);
    assert_int_equal(report.first_index, ROWS - 2);
    assert_int_equal(report.first_actual, 43);
    assert_int_equal(report.first_expected, 32);
    bench_free(bench);
}

static void faults_of_the_unit_are_found(void **state) {
    (void)state;
    bench_t bench = bench_make();
    for (fault_t fault = FAULT_KEEP; fault <= FAULT_STICKY; fault++) {
        unit_fault = fault;
        baynn_self_test_report_t report = run(&bench, BAYNN_TEST_UNIT, UINT32_MAX);
        assert_int_equal(report.failed, BAYNN_TEST_UNIT);
        assert_int_equal(report.first_failed, BAYNN_TEST_UNIT);
    }
    bench_free(bench);
}

static void arrays_that_count_wrong_fail_the_known_answers(void **state) {
    (void)state;
    bench_t bench = bench_make();
    for (uint32_t i = 0; i < 3 * ROWS * COLUMNS; i++) {
        if (i / COLUMNS % ROWS < ROWS - 2) {
            bench.soft->cells[i] ^= 1;
        }
    }
    baynn_self_test_report_t report = run(&bench, BAYNN_TEST_MODEL, UINT32_MAX);
    assert_int_equal(report.failed, BAYNN_TEST_MODEL);
    bench_free(bench);
}

static void a_failing_driver_fails_its_test(void **state) {
    (void)state;
    bench_t bench = bench_make();
    bench.soft->operations = 0;
    bench.soft->fail_operation = 5;
    baynn_self_test_report_t report = run(&bench, BAYNN_TEST_ARRAY | BAYNN_TEST_UNIT, UINT32_MAX);
    assert_int_equal(report.failed, BAYNN_TEST_ARRAY);
    assert_int_equal(report.first_actual, -SOFT_FAILED);
    assert_int_equal(report.completed, BAYNN_TEST_ARRAY | BAYNN_TEST_UNIT);
    bench_free(bench);
}

static void refusals(void **state) {
    (void)state;
    bench_t bench = bench_make();
    baynn_self_test_t test;
    baynn_self_test_config_t config = {.struct_bytes = sizeof config, .tests = 0x80};
    assert_int_equal(
        baynn_cim_self_test_begin(&test, bench.storage, bench.bytes, &bench.cim, &config),
        BAYNN_ERROR_ARGUMENT);
    assert_int_equal(
        baynn_cim_self_test_begin(&test, bench.storage, bench.bytes - 1, &bench.cim, NULL),
        BAYNN_ERROR_STORAGE);
    assert_int_equal(baynn_cim_self_test_begin(NULL, bench.storage, bench.bytes, &bench.cim, NULL),
                     BAYNN_ERROR_NULL);
    /* Without arrays there is nothing to test. */
    config.tests = BAYNN_TEST_ARRAY;
    assert_int_equal(
        baynn_self_test_begin(&test, bench.storage, bench.bytes, &bench.model, &config),
        BAYNN_ERROR_ARGUMENT);
    bench_free(bench);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(sound_arrays_pass),
        cmocka_unit_test(a_wrong_cell_is_found),
        cmocka_unit_test(a_wrong_complement_is_found),
        cmocka_unit_test(a_missing_label_is_found),
        cmocka_unit_test(faults_of_the_unit_are_found),
        cmocka_unit_test(arrays_that_count_wrong_fail_the_known_answers),
        cmocka_unit_test(a_failing_driver_fails_its_test),
        cmocka_unit_test(refusals),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
