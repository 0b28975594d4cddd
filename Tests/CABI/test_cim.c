/* SPDX-License-Identifier: Apache-2.0 */
#include "soft_arrays.h"

/* A model on arrays: what is refused, what happens when operations fail, and what it costs. */

enum { ROWS = 64, COLUMNS = 64, ELEMENTS = 9, CLASSES = 3 };

static const uint32_t ALL_CAPABILITIES =
    BAYNN_CIM_CAN_READ | BAYNN_CIM_CAN_ERASE | BAYNN_CIM_CAN_WEAR | BAYNN_CIM_CAN_TEMPERATURE;

/** A model, arrays that fit it, and the one on the other. */
typedef struct bench {
    image_t image;
    baynn_model_t model;
    soft_arrays_t *soft;
    baynn_cim_config_t config;
    baynn_cim_t cim;
} bench_t;

static bench_t bench_make(uint32_t capabilities) {
    bench_t bench = {.image = image_small()};
    bench.model = model_open(bench.image);
    bench.soft = soft_arrays_make(3, ROWS, COLUMNS, 16, capabilities);
    bench.config = soft_config(bench.soft);
    assert_int_equal(baynn_cim_open(&bench.cim, &bench.model, &bench.config), BAYNN_OK);
    return bench;
}

static void bench_free(bench_t bench) {
    soft_arrays_free(bench.soft);
    image_free(bench.image);
}

static void input_number(uint32_t number, uint8_t input[ELEMENTS]) {
    uint64_t random = 500 + number;
    input_random(&random, input, ELEMENTS, 4);
}

static void assert_same(const baynn_session_t *a, const baynn_session_t *b) {
    uint32_t p[CLASSES];
    uint32_t q[CLASSES];
    assert_int_equal(baynn_infer_probabilities(a, p, CLASSES), BAYNN_OK);
    assert_int_equal(baynn_infer_probabilities(b, q, CLASSES), BAYNN_OK);
    assert_memory_equal(p, q, sizeof p);
}

/* ---- Refusals ---- */

static baynn_status_t open_with(bench_t *bench, const baynn_cim_config_t *config) {
    baynn_cim_t cim;
    memset(&cim, 0xA5, sizeof cim);
    baynn_cim_t before = cim;
    baynn_status_t status = baynn_cim_open(&cim, &bench->model, config);
    assert_true(status == BAYNN_OK || memcmp(&cim, &before, sizeof cim) == 0);
    return status;
}

static void configurations_are_checked(void **state) {
    (void)state;
    bench_t bench = bench_make(ALL_CAPABILITIES);
    baynn_cim_config_t good = bench.config;
    baynn_cim_config_t config = good;
    assert_int_equal(open_with(&bench, &config), BAYNN_OK);
    config.struct_bytes -= 1;
    assert_int_equal(open_with(&bench, &config), BAYNN_ERROR_ARGUMENT);
    config = good;
    config.mapping = 2;
    assert_int_equal(open_with(&bench, &config), BAYNN_ERROR_ARGUMENT);
    config = good;
    config.ecc = 2;
    assert_int_equal(open_with(&bench, &config), BAYNN_ERROR_ARGUMENT);
    config = good;
    config.reserved = 1;
    assert_int_equal(open_with(&bench, &config), BAYNN_ERROR_ARGUMENT);
    config = good;
    config.write_attempts = 256;
    assert_int_equal(open_with(&bench, &config), BAYNN_ERROR_ARGUMENT);
    config = good;
    config.active_rows = 17;
    assert_int_equal(open_with(&bench, &config), BAYNN_ERROR_ARGUMENT);
    config = good;
    config.first_array = 2;
    assert_int_equal(open_with(&bench, &config), BAYNN_ERROR_CIM_CAPACITY);
    config = good;
    config.driver = NULL;
    assert_int_equal(open_with(&bench, &config), BAYNN_ERROR_NULL);
    assert_int_equal(baynn_cim_open(NULL, &bench.model, &good), BAYNN_ERROR_NULL);
    assert_int_equal(baynn_cim_open(&bench.cim, NULL, &good), BAYNN_ERROR_NULL);
    assert_int_equal(baynn_cim_open(&bench.cim, &bench.model, NULL), BAYNN_ERROR_NULL);
    baynn_model_t closed;
    memset(&closed, 0, sizeof closed);
    assert_int_equal(baynn_cim_open(&bench.cim, &closed, &good), BAYNN_ERROR_STATE);
    bench_free(bench);
}

static void drivers_are_checked(void **state) {
    (void)state;
    bench_t bench = bench_make(ALL_CAPABILITIES);
    baynn_cim_driver_t good = bench.soft->driver;
    baynn_cim_driver_t *driver = &bench.soft->driver;
    driver->struct_bytes -= 1;
    assert_int_equal(open_with(&bench, &bench.config), BAYNN_ERROR_CIM_DRIVER);
    *driver = good;
    driver->capabilities |= 0x10;
    assert_int_equal(open_with(&bench, &bench.config), BAYNN_ERROR_CIM_DRIVER);
    *driver = good;
    driver->geometry = NULL;
    assert_int_equal(open_with(&bench, &bench.config), BAYNN_ERROR_CIM_DRIVER);
    *driver = good;
    driver->program = NULL;
    assert_int_equal(open_with(&bench, &bench.config), BAYNN_ERROR_CIM_DRIVER);
    *driver = good;
    driver->mac = NULL;
    assert_int_equal(open_with(&bench, &bench.config), BAYNN_ERROR_CIM_DRIVER);
    *driver = good;
    driver->random = NULL;
    assert_int_equal(open_with(&bench, &bench.config), BAYNN_ERROR_CIM_DRIVER);
    *driver = good;
    driver->sync = NULL;
    assert_int_equal(open_with(&bench, &bench.config), BAYNN_ERROR_CIM_DRIVER);
    for (uint32_t capability = 1; capability <= BAYNN_CIM_CAN_TEMPERATURE; capability *= 2) {
        *driver = good;
        driver->capabilities &= ~capability;
        assert_int_equal(open_with(&bench, &bench.config), BAYNN_ERROR_CIM_DRIVER);
    }
    *driver = good;
    assert_int_equal(open_with(&bench, &bench.config), BAYNN_OK);
    bench_free(bench);
}

static void geometries_are_checked(void **state) {
    (void)state;
    static const struct {
        uint32_t arrays, rows, columns, active_rows_max;
        baynn_status_t status;
    } cases[] = {
        {3, 64, 64, 16, BAYNN_OK},
        {0, 64, 64, 16, BAYNN_ERROR_CIM_GEOMETRY},
        {65537, 64, 64, 16, BAYNN_ERROR_CIM_GEOMETRY},
        {3, 48, 64, 16, BAYNN_ERROR_CIM_GEOMETRY},
        {3, 0, 64, 16, BAYNN_ERROR_CIM_GEOMETRY},
        {3, 4128, 64, 16, BAYNN_ERROR_CIM_GEOMETRY},
        {3, 64, 65, 16, BAYNN_ERROR_CIM_GEOMETRY},
        {3, 64, 4128, 16, BAYNN_ERROR_CIM_GEOMETRY},
        {3, 64, 64, 0, BAYNN_ERROR_CIM_GEOMETRY},
        {3, 64, 64, 65, BAYNN_ERROR_CIM_GEOMETRY},
        {1, 64, 64, 16, BAYNN_ERROR_CIM_CAPACITY},
    };
    bench_t bench = bench_make(ALL_CAPABILITIES);
    for (size_t i = 0; i < COUNT(cases); i++) {
        bench.soft->arrays = cases[i].arrays;
        bench.soft->rows = cases[i].rows;
        bench.soft->columns = cases[i].columns;
        bench.soft->active_rows_max = cases[i].active_rows_max;
        assert_int_equal(open_with(&bench, &bench.config), cases[i].status);
    }
    bench_free(bench);
}

static void calls_without_an_object_are_refused(void **state) {
    (void)state;
    baynn_cim_t cim;
    memset(&cim, 0, sizeof cim);
    baynn_cim_info_t info = {.struct_bytes = sizeof info};
    baynn_cim_ledger_t ledger = {.struct_bytes = sizeof ledger};
    baynn_cim_scrub_report_t report = {.struct_bytes = sizeof report};
    uint32_t finished;
    size_t bytes;
    uint64_t storage[8];
    baynn_session_t *session;
    baynn_self_test_t test;
    assert_int_equal(baynn_cim_info(&cim, &info), BAYNN_ERROR_STATE);
    assert_int_equal(baynn_cim_program(&cim, 1, &finished), BAYNN_ERROR_STATE);
    assert_int_equal(baynn_cim_erase(&cim), BAYNN_ERROR_STATE);
    assert_int_equal(baynn_cim_scrub(&cim, 1, &report), BAYNN_ERROR_STATE);
    assert_int_equal(baynn_cim_session_storage_bytes(&cim, NULL, &bytes), BAYNN_ERROR_STATE);
    assert_int_equal(baynn_cim_session_init(storage, sizeof storage, &cim, NULL, &session),
                     BAYNN_ERROR_STATE);
    assert_int_equal(baynn_cim_ledger(&cim, &ledger), BAYNN_ERROR_STATE);
    assert_int_equal(baynn_cim_ledger_clear(&cim), BAYNN_ERROR_STATE);
    assert_int_equal(baynn_cim_self_test_storage_bytes(&cim, &bytes), BAYNN_ERROR_STATE);
    assert_int_equal(baynn_cim_self_test_begin(&test, storage, sizeof storage, &cim, NULL),
                     BAYNN_ERROR_STATE);

    bench_t bench = bench_make(ALL_CAPABILITIES);
    assert_int_equal(baynn_cim_info(&bench.cim, NULL), BAYNN_ERROR_NULL);
    assert_int_equal(baynn_cim_info(NULL, &info), BAYNN_ERROR_NULL);
    info.struct_bytes = 8;
    assert_int_equal(baynn_cim_info(&bench.cim, &info), BAYNN_ERROR_ARGUMENT);
    assert_int_equal(baynn_cim_program(&bench.cim, 0, &finished), BAYNN_ERROR_ARGUMENT);
    assert_int_equal(baynn_cim_program(&bench.cim, 1, NULL), BAYNN_ERROR_NULL);
    assert_int_equal(baynn_cim_scrub(&bench.cim, 0, &report), BAYNN_ERROR_ARGUMENT);
    assert_int_equal(baynn_cim_scrub(&bench.cim, 1, &report), BAYNN_ERROR_CIM_NOT_PROGRAMMED);
    ledger.struct_bytes = 4;
    assert_int_equal(baynn_cim_ledger(&bench.cim, &ledger), BAYNN_ERROR_ARGUMENT);
    soft_program(&bench.cim);
    baynn_session_config_t config = {.struct_bytes = sizeof config, .posterior = 99};
    assert_int_equal(baynn_cim_session_storage_bytes(&bench.cim, &config, &bytes),
                     BAYNN_ERROR_ARGUMENT);
    room_t room = soft_room(&bench.cim, NULL);
    assert_int_equal(
        baynn_cim_session_init((uint8_t *)room.storage + 4, room.bytes, &bench.cim, NULL, &session),
        BAYNN_ERROR_ALIGNMENT);
    uint8_t input[ELEMENTS] = {0};
    assert_int_equal(baynn_cim_calibrate(room.session, input, ELEMENTS - 1),
                     BAYNN_ERROR_INPUT_SIZE);
    assert_int_equal(baynn_cim_calibrate(room.session, NULL, ELEMENTS), BAYNN_ERROR_NULL);
    room_t native = room_make(&bench.model, NULL);
    assert_int_equal(baynn_cim_calibrate(native.session, input, ELEMENTS), BAYNN_ERROR_STATE);
    assert_int_equal(baynn_cim_calibrate_clear(native.session), BAYNN_ERROR_STATE);
    room_free(native);
    room_free(room);
    bench_free(bench);
}

/* ---- Failing operations ---- */

/* The whole life of a model on arrays; stops at the first error. */
static baynn_status_t live(bench_t *bench, room_t *room) {
    uint32_t finished = 0;
    baynn_status_t status = baynn_cim_open(&bench->cim, &bench->model, &bench->config);
    while (status == BAYNN_OK && !finished) {
        status = baynn_cim_program(&bench->cim, 9, &finished);
    }
    if (status == BAYNN_OK) {
        status =
            baynn_cim_session_init(room->storage, room->bytes, &bench->cim, NULL, &room->session);
    }
    uint8_t input[ELEMENTS];
    input_number(1, input);
    baynn_prediction_t prediction = {.struct_bytes = sizeof prediction};
    if (status == BAYNN_OK) {
        status = baynn_infer(room->session, input, ELEMENTS, &prediction);
    }
    baynn_session_config_t sampled = {.struct_bytes = sizeof sampled,
                                      .posterior = BAYNN_POSTERIOR_SAMPLED};
    if (status == BAYNN_OK) {
        status = baynn_cim_session_init(room->storage, room->bytes, &bench->cim, &sampled,
                                        &room->session);
    }
    if (status == BAYNN_OK) {
        status = baynn_infer(room->session, input, ELEMENTS, &prediction);
    }
    if (status == BAYNN_OK) {
        status = baynn_cim_calibrate(room->session, input, ELEMENTS);
    }
    baynn_cim_scrub_report_t report = {.struct_bytes = sizeof report};
    if (status == BAYNN_OK) {
        status = baynn_cim_scrub(&bench->cim, UINT32_MAX, &report);
    }
    baynn_cim_info_t info = {.struct_bytes = sizeof info};
    if (status == BAYNN_OK) {
        status = baynn_cim_info(&bench->cim, &info);
    }
    return status;
}

static void every_failing_operation_is_reported_and_survived(void **state) {
    (void)state;
    for (uint32_t capabilities = 0; capabilities <= ALL_CAPABILITIES;
         capabilities += ALL_CAPABILITIES) {
        bench_t bench = bench_make(capabilities);
        baynn_session_config_t sampled = {.struct_bytes = sizeof sampled,
                                          .posterior = BAYNN_POSTERIOR_SAMPLED};
        room_t room = {NULL, 0, NULL};
        assert_int_equal(baynn_cim_session_storage_bytes(&bench.cim, &sampled, &room.bytes),
                         BAYNN_OK);
        room.storage = malloc(room.bytes);
        bench.soft->operations = 0;
        assert_int_equal(live(&bench, &room), BAYNN_OK);
        uint32_t operations = bench.soft->operations;
        assert_true(operations > 200);
        uint32_t failures = 0;
        for (uint32_t n = 1; n <= operations; n++) {
            memset(bench.soft->cells, 0, (size_t)3 * ROWS * COLUMNS);
            bench.soft->operations = 0;
            bench.soft->fail_operation = n;
            bench.soft->has_failed_program = false;
            baynn_status_t status = live(&bench, &room);
            /* A row is written again; a label that cannot be written is reported. */
            assert_true(status == SOFT_FAILED ||
                        (bench.soft->has_failed_program && status == BAYNN_OK));
            failures += status == SOFT_FAILED;
            assert_int_equal(live(&bench, &room), BAYNN_OK);
        }
        assert_true(failures > operations / 2);
        free(room.storage);
        bench_free(bench);
    }
}

/* Begins an inference and lets an operation after the first leaf fail; returns 0 if there are
 * fewer. Leaves that came before the error can still be asked for. */
static int fails_after_a_leaf(const bench_t *bench, baynn_session_t *session, const uint8_t *input,
                              uint32_t operation) {
    baynn_prediction_t prediction = {.struct_bytes = sizeof prediction};
    baynn_prediction_t partial = {.struct_bytes = sizeof partial};
    uint32_t finished = 0;
    bench->soft->fail_operation = 0;
    assert_int_equal(baynn_infer_begin(session, input, ELEMENTS), BAYNN_OK);
    do {
        assert_int_equal(baynn_infer_step(session, 1, &finished), BAYNN_OK);
    } while (baynn_infer_result(session, &prediction) != BAYNN_OK);
    bench->soft->operations = 0;
    bench->soft->fail_operation = operation;
    while (!finished) {
        baynn_status_t status = baynn_infer_step(session, 1, &finished);
        if (status != BAYNN_OK) {
            assert_int_equal(status, SOFT_FAILED);
            assert_int_equal(baynn_infer_step(session, 1, &finished), BAYNN_ERROR_STATE);
            assert_int_equal(baynn_infer_result(session, &partial), BAYNN_OK);
            assert_memory_equal(&partial, &prediction, sizeof partial);
            return 1;
        }
        assert_int_equal(baynn_infer_result(session, &prediction), BAYNN_OK);
    }
    return 0;
}

/* Whichever operation fails, of a layer or of the head; and a new inference begins. */
static void a_session_outlives_a_failure(void **state) {
    (void)state;
    bench_t bench = bench_make(ALL_CAPABILITIES);
    soft_program(&bench.cim);
    room_t room = soft_room(&bench.cim, NULL);
    room_t native = room_make(&bench.model, NULL);
    uint8_t input[ELEMENTS];
    input_number(3, input);
    baynn_prediction_t prediction = {.struct_bytes = sizeof prediction};
    uint32_t operation = 1;
    while (fails_after_a_leaf(&bench, room.session, input, operation)) {
        operation++;
    }
    assert_true(operation > 10);
    bench.soft->fail_operation = 0;
    assert_int_equal(baynn_infer(room.session, input, ELEMENTS, &prediction), BAYNN_OK);
    assert_int_equal(baynn_infer(native.session, input, ELEMENTS, &prediction), BAYNN_OK);
    assert_same(room.session, native.session);
    room_free(native);
    room_free(room);
    bench_free(bench);
}

/* ---- Wrong cells ---- */

static void a_stuck_cell_is_refused_or_tolerated(void **state) {
    (void)state;
    bench_t bench = bench_make(ALL_CAPABILITIES);
    /* Row 2 of the first array, a cell of the first layer. */
    bench.soft->stuck_cell = 2 * COLUMNS + 5;
    for (uint8_t value = 0; value <= 1; value++) {
        bench.soft->stuck_value = value;
        bench.config.wrong_cells_max = 0;
        bench.soft->writes[2] = 0;
        assert_int_equal(baynn_cim_open(&bench.cim, &bench.model, &bench.config), BAYNN_OK);
        uint32_t finished = 0;
        baynn_status_t status = baynn_cim_program(&bench.cim, 1000, &finished);
        if (status == BAYNN_OK) {
            assert_int_equal(baynn_cim_erase(&bench.cim), BAYNN_OK);
            continue;
        }
        assert_int_equal(status, BAYNN_ERROR_CIM_WRITE);
        assert_int_equal(bench.soft->writes[2], 3);
        bench.config.wrong_cells_max = 1;
        assert_int_equal(baynn_cim_open(&bench.cim, &bench.model, &bench.config), BAYNN_OK);
        soft_program(&bench.cim);
        baynn_cim_info_t info = {.struct_bytes = sizeof info};
        assert_int_equal(baynn_cim_info(&bench.cim, &info), BAYNN_OK);
        assert_int_equal(info.cells_wrong, 1);
        assert_int_equal(info.arrays_programmed, info.arrays);
        baynn_cim_scrub_report_t report = {.struct_bytes = sizeof report};
        assert_int_equal(baynn_cim_scrub(&bench.cim, UINT32_MAX, &report), BAYNN_OK);
        assert_int_equal(report.cells_wrong, 1);
        assert_int_equal(report.cells_left, 1);
        bench_free(bench);
        return;
    }
    fail_msg("neither value was wrong");
}

static void scrubbing_restores_cells_from_the_image(void **state) {
    (void)state;
    bench_t bench = bench_make(ALL_CAPABILITIES);
    soft_program(&bench.cim);
    uint8_t *right = malloc((size_t)3 * ROWS * COLUMNS);
    memcpy(right, bench.soft->cells, (size_t)3 * ROWS * COLUMNS);
    baynn_cim_scrub_report_t report = {.struct_bytes = sizeof report};
    assert_int_equal(baynn_cim_scrub(&bench.cim, UINT32_MAX, &report), BAYNN_OK);
    baynn_cim_info_t info = {.struct_bytes = sizeof info};
    assert_int_equal(baynn_cim_info(&bench.cim, &info), BAYNN_OK);
    assert_int_equal(report.rows, info.rows);
    assert_int_equal(report.rows_wrong, 0);
    assert_int_equal(info.weight_cells, 9 * 40 + 40 * 33 + 33 * 7 + 7 * 3);
    assert_int_equal(info.rows, 9 + 40 + 33 + 7);
    assert_int_equal(info.millidegrees, 31500);
    assert_int_equal(info.row_writes_max, 2);
    for (uint32_t row = 0; row < ROWS; row++) {
        bench.soft->cells[row * COLUMNS + row % 40] ^= 1;
    }
    uint32_t rows = 0;
    uint32_t wrong = 0;
    while (rows < info.rows) {
        assert_int_equal(baynn_cim_scrub(&bench.cim, 7, &report), BAYNN_OK);
        rows += report.rows;
        wrong += report.cells_wrong;
        assert_int_equal(report.cells_left, 0);
    }
    /* Of 9 rows all are in use, of the next 40 those up to column 32, of the others none. */
    assert_int_equal(wrong, 9 + 24 + 9);
    assert_int_equal(baynn_cim_scrub(&bench.cim, UINT32_MAX, &report), BAYNN_OK);
    assert_int_equal(report.rows_wrong, 0);
    for (uint32_t row = 0; row < 9 + 40; row++) {
        assert_memory_equal(bench.soft->cells + row * COLUMNS, right + row * COLUMNS, 33);
    }
    free(right);
    bench_free(bench);
}

static void check_bits_correct_without_the_image(void **state) {
    (void)state;
    bench_t bench = bench_make(ALL_CAPABILITIES);
    bench.config.ecc = BAYNN_CIM_ECC_WORD;
    soft_arrays_free(bench.soft);
    bench.soft = soft_arrays_make(6, ROWS, COLUMNS, 16, ALL_CAPABILITIES);
    bench.config.driver = &bench.soft->driver;
    bench.config.context = bench.soft;
    assert_int_equal(baynn_cim_open(&bench.cim, &bench.model, &bench.config), BAYNN_OK);
    soft_program(&bench.cim);
    uint8_t *right = malloc((size_t)6 * ROWS * COLUMNS);
    memcpy(right, bench.soft->cells, (size_t)6 * ROWS * COLUMNS);
    /* Weights in the image change: scrubbing does not look there. */
    bench.image.data[200] ^= 0x55;
    baynn_cim_scrub_report_t report = {.struct_bytes = sizeof report};
    for (uint32_t column = 0; column < 39; column++) {
        bench.soft->cells[3 * COLUMNS + column] ^= 1;
        assert_int_equal(baynn_cim_scrub(&bench.cim, UINT32_MAX, &report), BAYNN_OK);
        assert_int_equal(report.cells_wrong, 1);
        assert_int_equal(report.cells_left, 0);
        assert_int_equal(report.words_uncorrectable, 0);
        assert_memory_equal(bench.soft->cells, right, (size_t)6 * ROWS * COLUMNS);
        for (uint32_t other = 0; other < column; other++) {
            bench.soft->cells[3 * COLUMNS + column] ^= 1;
            bench.soft->cells[3 * COLUMNS + other] ^= 1;
            assert_int_equal(baynn_cim_scrub(&bench.cim, UINT32_MAX, &report), BAYNN_OK);
            assert_int_equal(report.words_uncorrectable, 1);
            assert_int_equal(report.rows_wrong, 0);
            bench.soft->cells[3 * COLUMNS + column] ^= 1;
            bench.soft->cells[3 * COLUMNS + other] ^= 1;
        }
    }
    free(right);
    bench_free(bench);
}

static void calibration_takes_off_what_a_column_is_off(void **state) {
    (void)state;
    bench_t bench = bench_make(ALL_CAPABILITIES);
    soft_program(&bench.cim);
    room_t room = soft_room(&bench.cim, NULL);
    room_t native = room_make(&bench.model, NULL);
    /* An ideal array needs no correction. */
    uint8_t input[ELEMENTS];
    baynn_prediction_t prediction = {.struct_bytes = sizeof prediction};
    for (uint32_t i = 0; i < 5; i++) {
        input_number(i, input);
        assert_int_equal(baynn_cim_calibrate(room.session, input, ELEMENTS), BAYNN_OK);
    }
    for (uint32_t i = 0; i < 5; i++) {
        input_number(i + 20, input);
        assert_int_equal(baynn_infer(room.session, input, ELEMENTS, &prediction), BAYNN_OK);
        assert_int_equal(baynn_infer(native.session, input, ELEMENTS, &prediction), BAYNN_OK);
        assert_same(room.session, native.session);
    }
    /* For one constant input a correction makes up for any fault: here of the first layer. */
    memset(input, 4, ELEMENTS);
    for (uint32_t row = 0; row < ELEMENTS; row++) {
        memset(bench.soft->cells + row * COLUMNS, 1, 40);
    }
    assert_int_equal(baynn_infer(native.session, input, ELEMENTS, &prediction), BAYNN_OK);
    assert_int_equal(baynn_cim_calibrate_clear(room.session), BAYNN_OK);
    assert_int_equal(baynn_infer(room.session, input, ELEMENTS, &prediction), BAYNN_OK);
    uint32_t p[CLASSES];
    uint32_t q[CLASSES];
    assert_int_equal(baynn_infer_probabilities(room.session, p, CLASSES), BAYNN_OK);
    assert_int_equal(baynn_infer_probabilities(native.session, q, CLASSES), BAYNN_OK);
    assert_memory_not_equal(p, q, sizeof p);
    assert_int_equal(baynn_cim_calibrate(room.session, input, ELEMENTS), BAYNN_OK);
    assert_same(room.session, native.session);
    assert_int_equal(baynn_infer(room.session, input, ELEMENTS, &prediction), BAYNN_OK);
    assert_same(room.session, native.session);
    room_free(native);
    room_free(room);
    bench_free(bench);
}

/* ---- Costs ---- */

static void the_ledger_counts_what_the_driver_does(void **state) {
    (void)state;
    bench_t bench = bench_make(ALL_CAPABILITIES);
    soft_program(&bench.cim);
    baynn_cim_ledger_t ledger = {.struct_bytes = sizeof ledger};
    assert_int_equal(baynn_cim_ledger(&bench.cim, &ledger), BAYNN_OK);
    assert_int_equal(ledger.row_writes, bench.soft->programs);
    assert_int_equal(ledger.cell_writes, (uint64_t)bench.soft->programs * COLUMNS);
    assert_int_equal(ledger.macs, 0);
    baynn_session_config_t config = {.struct_bytes = sizeof config,
                                     .posterior = BAYNN_POSTERIOR_DETERMINISTIC};
    room_t room = soft_room(&bench.cim, &config);
    assert_int_equal(baynn_cim_ledger_clear(&bench.cim), BAYNN_OK);
    /* 9 inputs of 4 = bit 2: one read of 9 rows, 40 outputs in two words. */
    uint8_t input[ELEMENTS];
    memset(input, 4, ELEMENTS);
    assert_int_equal(baynn_infer_begin(room.session, input, ELEMENTS), BAYNN_OK);
    uint32_t finished;
    assert_int_equal(baynn_infer_step(room.session, 1, &finished), BAYNN_OK);
    assert_int_equal(baynn_cim_ledger(&bench.cim, &ledger), BAYNN_OK);
    assert_int_equal(ledger.macs, 1);
    assert_int_equal(ledger.cell_reads, 9 * 64);
    assert_int_equal(ledger.conversions, 64);
    assert_int_equal(ledger.accumulations, 64);
    /* A word each of active rows and inputs, five planes of two words of counts. */
    assert_int_equal(ledger.buffer_words, 2 + 10);
    assert_int_equal(ledger.random_bits, 0);
    assert_int_equal(ledger.cell_writes, 0);
    room_free(room);
    bench_free(bench);
}

/* Leaves share what is above their first difference. */
static void siblings_share_reads(void **state) {
    (void)state;
    bench_t bench = bench_make(ALL_CAPABILITIES);
    soft_program(&bench.cim);
    uint64_t macs[2];
    static const uint32_t posteriors[] = {BAYNN_POSTERIOR_DETERMINISTIC, BAYNN_POSTERIOR_EXACT};
    for (int i = 0; i < 2; i++) {
        baynn_session_config_t config = {.struct_bytes = sizeof config, .posterior = posteriors[i]};
        room_t room = soft_room(&bench.cim, &config);
        assert_int_equal(baynn_cim_ledger_clear(&bench.cim), BAYNN_OK);
        uint8_t input[ELEMENTS];
        input_number(0, input);
        baynn_prediction_t prediction = {.struct_bytes = sizeof prediction};
        assert_int_equal(baynn_infer(room.session, input, ELEMENTS, &prediction), BAYNN_OK);
        baynn_cim_ledger_t ledger = {.struct_bytes = sizeof ledger};
        assert_int_equal(baynn_cim_ledger(&bench.cim, &ledger), BAYNN_OK);
        macs[i] = ledger.macs;
        room_free(room);
    }
    /* Four leaves; the first layer is read once. */
    assert_true(macs[1] < 4 * macs[0]);
    bench_free(bench);
}

static void erasing_leaves_nothing(void **state) {
    (void)state;
    for (uint32_t capabilities = 0; capabilities <= BAYNN_CIM_CAN_ERASE;
         capabilities += BAYNN_CIM_CAN_ERASE) {
        bench_t bench = bench_make(capabilities | BAYNN_CIM_CAN_READ);
        soft_program(&bench.cim);
        assert_int_equal(baynn_cim_erase(&bench.cim), BAYNN_OK);
        baynn_cim_info_t info = {.struct_bytes = sizeof info};
        assert_int_equal(baynn_cim_info(&bench.cim, &info), BAYNN_OK);
        assert_int_equal(info.arrays_programmed, 0);
        for (size_t i = 0; i < (size_t)info.arrays * ROWS * COLUMNS; i++) {
            assert_int_equal(bench.soft->cells[i], 0);
        }
        bench_free(bench);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(configurations_are_checked),
        cmocka_unit_test(drivers_are_checked),
        cmocka_unit_test(geometries_are_checked),
        cmocka_unit_test(calls_without_an_object_are_refused),
        cmocka_unit_test(every_failing_operation_is_reported_and_survived),
        cmocka_unit_test(a_session_outlives_a_failure),
        cmocka_unit_test(a_stuck_cell_is_refused_or_tolerated),
        cmocka_unit_test(scrubbing_restores_cells_from_the_image),
        cmocka_unit_test(check_bits_correct_without_the_image),
        cmocka_unit_test(calibration_takes_off_what_a_column_is_off),
        cmocka_unit_test(the_ledger_counts_what_the_driver_does),
        cmocka_unit_test(siblings_share_reads),
        cmocka_unit_test(erasing_leaves_nothing),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
