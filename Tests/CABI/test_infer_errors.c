/* SPDX-License-Identifier: Apache-2.0 */
#include "support.h"

/* What inference refuses, and that this changes nothing. */

enum { ELEMENTS = 9, MAXIMUM = 4, CLASSES = 3 };

typedef struct fixture {
    image_t image;
    baynn_model_t model;
    naive_network_t *network;
    naive_config_t naive;
    room_t room;
} fixture_t;

static int set_up(void **state) {
    fixture_t *f = calloc(1, sizeof *f);
    f->image = image_small();
    f->model = model_open(f->image);
    f->network = naive_network_read(f->image.data, f->image.bytes);
    baynn_session_config_t config = {.struct_bytes = sizeof config,
                                     .posterior = BAYNN_POSTERIOR_SAMPLED,
                                     .passes = 9,
                                     .seed = 12,
                                     .call = 100};
    f->naive = naive_config(f->network, &config);
    f->room = room_make(&f->model, &config);
    *state = f;
    return 0;
}

static int tear_down(void **state) {
    fixture_t *f = *state;
    room_free(f->room);
    naive_network_free(f->network);
    image_free(f->image);
    free(f);
    return 0;
}

static const uint8_t good[ELEMENTS] = {0, 1, 2, 3, 4, 3, 2, 1, 0};

static const size_t wrong_sizes[] = {0,          1,        ELEMENTS - 1,        ELEMENTS + 1,
                                     UINT32_MAX, SIZE_MAX, (size_t)PTRDIFF_MAX, SIZE_MAX - 8};

static void null_is_reported(void **state) {
    fixture_t *f = *state;
    baynn_session_t *session = f->room.session;
    baynn_prediction_t prediction = {.struct_bytes = sizeof prediction};
    uint32_t finished = 0;
    uint32_t probability[CLASSES];
    assert_int_equal(baynn_infer(NULL, good, ELEMENTS, &prediction), BAYNN_ERROR_NULL);
    assert_int_equal(baynn_infer(session, NULL, ELEMENTS, &prediction), BAYNN_ERROR_NULL);
    assert_int_equal(baynn_infer(session, good, ELEMENTS, NULL), BAYNN_ERROR_NULL);
    assert_int_equal(baynn_infer_begin(NULL, good, ELEMENTS), BAYNN_ERROR_NULL);
    assert_int_equal(baynn_infer_begin(session, NULL, ELEMENTS), BAYNN_ERROR_NULL);
    assert_int_equal(baynn_infer_step(NULL, 1, &finished), BAYNN_ERROR_NULL);
    assert_int_equal(baynn_infer_result(NULL, &prediction), BAYNN_ERROR_NULL);
    assert_int_equal(baynn_infer_probabilities(NULL, probability, CLASSES), BAYNN_ERROR_NULL);
    assert_int_equal(baynn_infer(session, good, ELEMENTS, &prediction), BAYNN_OK);
    assert_int_equal(baynn_infer_step(session, 1, NULL), BAYNN_ERROR_NULL);
    assert_int_equal(baynn_infer_result(session, NULL), BAYNN_ERROR_NULL);
    assert_int_equal(baynn_infer_probabilities(session, NULL, CLASSES), BAYNN_ERROR_NULL);
    /* The refused calls were no inferences. */
    assert_result(session, f->network, good, &f->naive);
}

static void no_session_is_reported(void **state) {
    fixture_t *f = *state;
    uint64_t *storage = calloc(1, f->room.bytes);
    assert_non_null(storage);
    baynn_session_t *session = (baynn_session_t *)storage;
    baynn_prediction_t prediction = {.struct_bytes = sizeof prediction, .label = 55};
    uint32_t finished = 55;
    uint32_t probability[CLASSES] = {55, 55, 55};
    assert_int_equal(baynn_infer(session, good, ELEMENTS, &prediction), BAYNN_ERROR_STATE);
    assert_int_equal(baynn_infer_begin(session, good, ELEMENTS), BAYNN_ERROR_STATE);
    assert_int_equal(baynn_infer_step(session, 1, &finished), BAYNN_ERROR_STATE);
    assert_int_equal(baynn_infer_result(session, &prediction), BAYNN_ERROR_STATE);
    assert_int_equal(baynn_infer_probabilities(session, probability, CLASSES), BAYNN_ERROR_STATE);
    assert_int_equal(prediction.label, 55);
    assert_int_equal(finished, 55);
    assert_int_equal(probability[0], 55);
    free(storage);
}

static void nothing_begun_is_reported(void **state) {
    fixture_t *f = *state;
    baynn_prediction_t prediction = {.struct_bytes = sizeof prediction, .label = 55};
    uint32_t finished = 55;
    uint32_t probability[CLASSES] = {55, 55, 55};
    assert_int_equal(baynn_infer_step(f->room.session, 1, &finished), BAYNN_ERROR_STATE);
    assert_int_equal(baynn_infer_result(f->room.session, &prediction), BAYNN_ERROR_STATE);
    assert_int_equal(baynn_infer_probabilities(f->room.session, probability, CLASSES),
                     BAYNN_ERROR_STATE);
    assert_int_equal(prediction.label, 55);
    assert_int_equal(finished, 55);
    assert_int_equal(probability[0], 55);
}

static void no_result_before_the_first_leaf(void **state) {
    fixture_t *f = *state;
    baynn_prediction_t prediction = {.struct_bytes = sizeof prediction, .label = 55};
    uint32_t probability[CLASSES] = {55, 55, 55};
    assert_int_equal(baynn_infer_begin(f->room.session, good, ELEMENTS), BAYNN_OK);
    assert_int_equal(baynn_infer_result(f->room.session, &prediction), BAYNN_ERROR_NO_RESULT);
    assert_int_equal(baynn_infer_probabilities(f->room.session, probability, CLASSES),
                     BAYNN_ERROR_NO_RESULT);
    assert_int_equal(prediction.label, 55);
    assert_int_equal(probability[0], 55);
}

/* Every wrong input in the middle of an inference: the prediction is not written, and the
 * inference goes on as if nothing had been. */
static void wrong_inputs_leave_the_inference_as_it_was(void **state) {
    fixture_t *f = *state;
    baynn_session_t *session = f->room.session;
    uint8_t *snapshot = malloc(f->room.bytes);
    assert_non_null(snapshot);
    assert_int_equal(baynn_infer_begin(session, good, ELEMENTS), BAYNN_OK);
    uint32_t finished = 0;
    do {
        memcpy(snapshot, f->room.storage, f->room.bytes);
        baynn_prediction_t prediction;
        memset(&prediction, 0x5A, sizeof prediction);
        prediction.struct_bytes = sizeof prediction;
        baynn_prediction_t before = prediction;
        for (size_t i = 0; i < COUNT(wrong_sizes); i++) {
            assert_int_equal(baynn_infer(session, good, wrong_sizes[i], &prediction),
                             BAYNN_ERROR_INPUT_SIZE);
            assert_int_equal(baynn_infer_begin(session, good, wrong_sizes[i]),
                             BAYNN_ERROR_INPUT_SIZE);
        }
        for (size_t i = 0; i < ELEMENTS; i++) {
            for (uint32_t value = MAXIMUM + 1; value < 256; value += 50) {
                uint8_t input[ELEMENTS];
                memcpy(input, good, ELEMENTS);
                input[i] = (uint8_t)value;
                assert_int_equal(baynn_infer(session, input, ELEMENTS, &prediction),
                                 BAYNN_ERROR_INPUT_RANGE);
                assert_int_equal(baynn_infer_begin(session, input, ELEMENTS),
                                 BAYNN_ERROR_INPUT_RANGE);
            }
        }
        assert_memory_equal(&prediction, &before, sizeof before);
        assert_memory_equal(snapshot, f->room.storage, f->room.bytes);
        assert_int_equal(baynn_infer_step(session, 1, &finished), BAYNN_OK);
    } while (!finished);
    assert_result(session, f->network, good, &f->naive);
    free(snapshot);
}

static void small_structures_are_refused(void **state) {
    fixture_t *f = *state;
    baynn_session_t *session = f->room.session;
    baynn_prediction_t prediction = {.struct_bytes = sizeof prediction};
    assert_int_equal(baynn_infer(session, good, ELEMENTS, &prediction), BAYNN_OK);
    for (uint32_t bytes = 0; bytes < sizeof prediction; bytes++) {
        memset(&prediction, 0x5A, sizeof prediction);
        prediction.struct_bytes = bytes;
        baynn_prediction_t before = prediction;
        assert_int_equal(baynn_infer(session, good, ELEMENTS, &prediction), BAYNN_ERROR_ARGUMENT);
        assert_int_equal(baynn_infer_result(session, &prediction), BAYNN_ERROR_ARGUMENT);
        assert_memory_equal(&prediction, &before, sizeof before);
    }
    /* The refused calls were no inferences. */
    assert_result(session, f->network, good, &f->naive);
    f->naive.call++;
    prediction.struct_bytes = sizeof prediction;
    assert_int_equal(baynn_infer(session, good, ELEMENTS, &prediction), BAYNN_OK);
    assert_result(session, f->network, good, &f->naive);
}

static void probabilities_are_as_many_as_asked_for(void **state) {
    fixture_t *f = *state;
    baynn_session_t *session = f->room.session;
    baynn_prediction_t prediction = {.struct_bytes = sizeof prediction};
    assert_int_equal(baynn_infer(session, good, ELEMENTS, &prediction), BAYNN_OK);
    uint32_t expected[CLASSES];
    naive_prediction_t naive;
    naive_predict(f->network, good, &f->naive, &naive, expected);
    for (uint32_t count = 0; count <= CLASSES; count++) {
        uint32_t probability[CLASSES + 1] = {55, 55, 55, 55};
        assert_int_equal(baynn_infer_probabilities(session, probability, count), BAYNN_OK);
        for (uint32_t k = 0; k <= CLASSES; k++) {
            assert_int_equal(probability[k], k < count ? expected[k] : 55);
        }
    }
    uint32_t probability[CLASSES + 1] = {55, 55, 55, 55};
    assert_int_equal(baynn_infer_probabilities(session, probability, CLASSES + 1),
                     BAYNN_ERROR_ARGUMENT);
    assert_int_equal(baynn_infer_probabilities(session, probability, UINT32_MAX),
                     BAYNN_ERROR_ARGUMENT);
    assert_int_equal(probability[0], 55);
}

/* "They sum to 2^31 but for rounding down, by less than one unit a class." */
static void probabilities_sum_to_one(void **state) {
    fixture_t *f = *state;
    uint64_t random = 15;
    for (int round = 0; round < 200; round++) {
        uint8_t input[ELEMENTS];
        uint32_t probability[CLASSES];
        input_random(&random, input, ELEMENTS, MAXIMUM);
        baynn_prediction_t prediction = {.struct_bytes = sizeof prediction};
        assert_int_equal(baynn_infer(f->room.session, input, ELEMENTS, &prediction), BAYNN_OK);
        assert_int_equal(baynn_infer_probabilities(f->room.session, probability, CLASSES),
                         BAYNN_OK);
        uint64_t sum = 0;
        for (uint32_t k = 0; k < CLASSES; k++) {
            sum += probability[k];
        }
        assert_true(sum <= 1u << 31);
        assert_true(sum > (1u << 31) - CLASSES);
        assert_int_equal(prediction.probability_q31, probability[prediction.label]);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(null_is_reported, set_up, tear_down),
        cmocka_unit_test_setup_teardown(no_session_is_reported, set_up, tear_down),
        cmocka_unit_test_setup_teardown(nothing_begun_is_reported, set_up, tear_down),
        cmocka_unit_test_setup_teardown(no_result_before_the_first_leaf, set_up, tear_down),
        cmocka_unit_test_setup_teardown(wrong_inputs_leave_the_inference_as_it_was, set_up,
                                        tear_down),
        cmocka_unit_test_setup_teardown(small_structures_are_refused, set_up, tear_down),
        cmocka_unit_test_setup_teardown(probabilities_are_as_many_as_asked_for, set_up, tear_down),
        cmocka_unit_test_setup_teardown(probabilities_sum_to_one, set_up, tear_down),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
