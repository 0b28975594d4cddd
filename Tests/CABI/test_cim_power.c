/* SPDX-License-Identifier: Apache-2.0 */
#include "soft_arrays.h"

/* Power that fails at any write never leaves arrays that compute with half of a model. */

enum { ROWS = 64, COLUMNS = 64, ARRAYS = 3, INPUTS = 4, ELEMENTS = 9, CLASSES = 3 };

/* How many cells of the last row are written: none, a few, half, most, all. */
static const uint32_t cuts[] = {0, 12, COLUMNS / 2, COLUMNS - 5, COLUMNS};

static image_t image_other(void) {
    static const image_layer_t layers[] = {{50, 2, 20000}, {20, 1, 0}};
    image_spec_t spec = {.height = 3,
                         .width = 3,
                         .channels = 1,
                         .maximum = 4,
                         .layers = layers,
                         .layer_count = 2,
                         .classes = 3,
                         .seed = 77,
                         .scale_spread_q16 = 80000};
    return image_make(&spec);
}

static baynn_cim_t open_on(soft_arrays_t *soft, const baynn_model_t *model) {
    baynn_cim_config_t config = soft_config(soft);
    baynn_cim_t cim;
    assert_int_equal(baynn_cim_open(&cim, model, &config), BAYNN_OK);
    return cim;
}

static void probabilities(baynn_session_t *session, uint32_t number, uint32_t out[CLASSES]) {
    uint8_t input[ELEMENTS];
    uint64_t random = 100 + number;
    input_random(&random, input, ELEMENTS, 4);
    baynn_prediction_t prediction = {.struct_bytes = sizeof prediction};
    assert_int_equal(baynn_infer(session, input, ELEMENTS, &prediction), BAYNN_OK);
    assert_int_equal(baynn_infer_probabilities(session, out, CLASSES), BAYNN_OK);
}

/* True if there is a session; it then says what one without arrays says. */
static bool computes(soft_arrays_t *soft, const baynn_model_t *model) {
    baynn_cim_t cim = open_on(soft, model);
    size_t bytes;
    assert_int_equal(baynn_cim_session_storage_bytes(&cim, NULL, &bytes), BAYNN_OK);
    uint64_t *storage = malloc(bytes);
    baynn_session_t *session = NULL;
    baynn_status_t status = baynn_cim_session_init(storage, bytes, &cim, NULL, &session);
    if (status == BAYNN_OK) {
        room_t native = room_make(model, NULL);
        for (uint32_t i = 0; i < INPUTS; i++) {
            uint32_t expected[CLASSES];
            uint32_t actual[CLASSES];
            probabilities(native.session, i, expected);
            probabilities(session, i, actual);
            assert_memory_equal(actual, expected, sizeof expected);
        }
        room_free(native);
    } else {
        assert_int_equal(status, BAYNN_ERROR_CIM_NOT_PROGRAMMED);
    }
    free(storage);
    return status == BAYNN_OK;
}

/* Programs until it is done or power fails; true if it is done. */
static bool program(soft_arrays_t *soft, const baynn_model_t *model) {
    baynn_cim_t cim = open_on(soft, model);
    uint32_t finished = 0;
    baynn_status_t status = BAYNN_OK;
    while (!finished && status == BAYNN_OK) {
        status = baynn_cim_program(&cim, 5, &finished);
    }
    assert_true(status == BAYNN_OK || status == SOFT_NO_POWER);
    return status == BAYNN_OK;
}

static void power_on(soft_arrays_t *soft, uint32_t cut_program) {
    soft->has_no_power = false;
    soft->programs = 0;
    soft->cut_program = cut_program;
}

/* From arrays that hold another model, or nothing. */
static uint32_t cut_everywhere(const baynn_model_t *old, const baynn_model_t *model,
                               uint32_t cut_columns) {
    uint32_t resumed = 0;
    for (uint32_t write = 1;; write++) {
        soft_arrays_t *soft = soft_arrays_make(ARRAYS, ROWS, COLUMNS, 16, BAYNN_CIM_CAN_READ);
        if (old != NULL) {
            assert_true(program(soft, old));
        }
        soft->cut_columns = cut_columns;
        power_on(soft, write);
        bool finished = program(soft, model);
        power_on(soft, 0);
        bool has_old = old != NULL && computes(soft, old);
        bool has_new = computes(soft, model);
        assert_false(has_old && has_new);
        if (finished) {
            assert_true(has_new);
            soft_arrays_free(soft);
            return resumed;
        }
        if (write > 4) {
            assert_false(has_old);
        }
        uint32_t before = soft->programs;
        assert_true(program(soft, model));
        assert_true(computes(soft, model));
        /* An array that was complete is not written again. */
        resumed += soft->programs - before < 40;
        soft_arrays_free(soft);
    }
}

static void a_cut_at_any_write_is_noticed(void **state) {
    (void)state;
    image_t image = image_small();
    image_t other = image_other();
    baynn_model_t model = model_open(image);
    baynn_model_t old = model_open(other);
    for (size_t i = 0; i < COUNT(cuts); i++) {
        assert_true(cut_everywhere(NULL, &model, cuts[i]) > 0);
        assert_true(cut_everywhere(&old, &model, cuts[i]) > 0);
    }
    image_free(image);
    image_free(other);
}

/* Power fails again and again, a few writes further each time. */
static void programming_gets_there_in_the_end(void **state) {
    (void)state;
    image_t image = image_small();
    baynn_model_t model = model_open(image);
    soft_arrays_t *soft = soft_arrays_make(ARRAYS, ROWS, COLUMNS, 16, BAYNN_CIM_CAN_READ);
    soft->cut_columns = COLUMNS / 2;
    uint32_t starts = 1;
    power_on(soft, 70);
    while (!program(soft, &model)) {
        power_on(soft, 70);
        assert_false(computes(soft, &model));
        starts += 1;
        assert_true(starts < 10);
    }
    assert_true(starts > 1);
    assert_true(computes(soft, &model));
    soft_arrays_free(soft);
    image_free(image);
}

/* A cut while cells are refreshed leaves rows that are as right as they were. */
static void a_cut_while_scrubbing_does_no_harm(void **state) {
    (void)state;
    image_t image = image_small();
    baynn_model_t model = model_open(image);
    for (uint32_t write = 1; write < 8; write++) {
        soft_arrays_t *soft = soft_arrays_make(ARRAYS, ROWS, COLUMNS, 16, BAYNN_CIM_CAN_READ);
        assert_true(program(soft, &model));
        /* A wrong cell in each of the first rows, and in a label. */
        for (uint32_t row = 0; row < 5; row++) {
            soft->cells[row * COLUMNS + 3] ^= 1;
        }
        soft->cells[(ROWS - 1) * COLUMNS + 9] ^= 1;
        soft->cut_columns = COLUMNS / 2;
        power_on(soft, write);
        baynn_cim_t cim = open_on(soft, &model);
        baynn_cim_scrub_report_t report = {.struct_bytes = sizeof report};
        baynn_status_t status = baynn_cim_scrub(&cim, UINT32_MAX, &report);
        assert_int_equal(status, SOFT_NO_POWER);
        power_on(soft, 0);
        cim = open_on(soft, &model);
        assert_int_equal(baynn_cim_scrub(&cim, UINT32_MAX, &report), BAYNN_OK);
        assert_true(report.cells_wrong <= 5);
        assert_int_equal(report.cells_left, 0);
        assert_true(computes(soft, &model));
        soft_arrays_free(soft);
    }
    image_free(image);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_cut_at_any_write_is_noticed),
        cmocka_unit_test(programming_gets_there_in_the_end),
        cmocka_unit_test(a_cut_while_scrubbing_does_no_harm),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
