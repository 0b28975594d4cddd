/* SPDX-License-Identifier: Apache-2.0 */
#include "image_edit.h"
#include "vectors.h"

/* A trusted image: opened by its structure alone, and checked as a whole by the self-test. That
 * damage of the structure is found as ever is part of the tests of fields, bounds and sections.
 */

static baynn_model_t open_trusted(image_t image) {
    baynn_model_t model;
    assert_int_equal(baynn_model_open_trusted(&model, image.data, image.bytes, baynn_parts_all),
                     BAYNN_OK);
    return model;
}

static void predictions_are_the_same(void **state) {
    (void)state;
    uint32_t count;
    const vector_network_t *networks = vector_networks(&count);
    for (uint32_t i = 0; i < count; i++) {
        const vector_network_t *network = &networks[i];
        const baynn_model_t model = open_trusted(network->image);
        const baynn_model_t whole = model_open(network->image);
        const baynn_model_info_t info = model_info(&model), expected = model_info(&whole);
        assert_memory_equal(&info, &expected, sizeof info);
        for (uint32_t r = 0; r < network->run_count; r++) {
            const vector_run_t *run = &network->runs[r];
            room_t room = room_make(&model, &run->config);
            baynn_prediction_t prediction = {.struct_bytes = sizeof prediction};
            assert_of(network, baynn_infer(room.session, network->inputs[run->input],
                                           network->input_bytes, &prediction) == BAYNN_OK);
            assert_vector_result(network, run, room.session);
            room_free(room);
        }
    }
}

/* The report of BAYNN_TEST_IMAGE about a model. */
static baynn_self_test_report_t test_image(const baynn_model_t *model, baynn_status_t expected) {
    size_t bytes = 0;
    assert_int_equal(baynn_self_test_storage_bytes(model, &bytes), BAYNN_OK);
    void *storage = malloc(bytes);
    assert_non_null(storage);
    const baynn_self_test_config_t config = {.struct_bytes = sizeof config,
                                             .tests = BAYNN_TEST_IMAGE};
    baynn_self_test_report_t report = {.struct_bytes = sizeof report};
    assert_int_equal(baynn_self_test(storage, bytes, model, &config, &report), expected);
    free(storage);
    return report;
}

static void an_undamaged_image_passes_the_self_test(void **state) {
    (void)state;
    uint32_t count;
    const vector_network_t *networks = vector_networks(&count);
    for (uint32_t i = 0; i < count; i++) {
        const baynn_model_t model = open_trusted(networks[i].image);
        assert_of(&networks[i], test_image(&model, BAYNN_OK).failed == 0);
    }
}

/* The model opens, works within its memory, and fails the self-test with a status. */
static void expect_damage(image_t image, baynn_status_t status) {
    baynn_model_t model;
    assert_int_equal(baynn_model_open(&model, image.data, image.bytes, baynn_parts_all), status);
    model = open_trusted(image);
    const baynn_self_test_report_t report = test_image(&model, BAYNN_ERROR_SELF_TEST);
    assert_int_equal(report.failed, BAYNN_TEST_IMAGE);
    assert_int_equal(report.first_failed, BAYNN_TEST_IMAGE);
    assert_int_equal(report.first_index, -status);
    size_t bytes = 0;
    assert_int_equal(baynn_session_storage_bytes(&model, NULL, &bytes), BAYNN_OK);
    fence_t storage = fence_make(bytes, BAYNN_STORAGE_ALIGNMENT);
    baynn_session_t *session = NULL;
    assert_int_equal(baynn_session_init(storage.memory, bytes, &model, NULL, &session), BAYNN_OK);
    uint8_t input[9] = {1, 4, 2, 0, 3};
    baynn_prediction_t prediction = {.struct_bytes = sizeof prediction};
    assert_int_equal(baynn_infer(session, input, sizeof input, &prediction), BAYNN_OK);
    fence_check(&storage);
    fence_free(storage);
}

/* Any bit of weights, totals, thresholds and inversions. */
static void damaged_weights_pass_and_are_found(void **state) {
    (void)state;
    image_t image = image_small();
    for (uint32_t layer = 0; layer < 3; layer++) {
        const image_parts_t parts = image_dense_parts(image.data, layer);
        for (size_t byte = parts.weights; byte < parts.end; byte++) {
            edit_flip(&image, byte, byte % 8);
            expect_damage(image, BAYNN_ERROR_IMAGE_CRC);
            edit_flip(&image, byte, byte % 8);
        }
    }
    image_free(image);
}

/* The checksum itself. */
static void a_damaged_checksum_passes_and_is_found(void **state) {
    (void)state;
    image_t image = image_small();
    for (size_t byte = image.bytes - 4; byte < image.bytes; byte++) {
        edit_flip(&image, byte, 5);
        expect_damage(image, BAYNN_ERROR_IMAGE_CRC);
        edit_flip(&image, byte, 5);
    }
    image_free(image);
}

/* Bits that contradict each other under a right checksum: totals, and the row of zeros. */
static void contradicting_weights_pass_and_are_found(void **state) {
    (void)state;
    image_t image = image_small();
    const image_parts_t parts = image_dense_parts(image.data, 1);
    const size_t bytes[] = {parts.weights, parts.totals - 4, parts.totals, parts.thresholds - 4};
    for (size_t i = 0; i < COUNT(bytes); i++) {
        edit_flip(&image, bytes[i], 0);
        image_reseal(image.data);
        expect_damage(image, BAYNN_ERROR_IMAGE_WEIGHTS);
        edit_flip(&image, bytes[i], 0);
    }
    image_free(image);
}

/* A label of a known answer that is none. */
static void damaged_answers_pass_and_are_found(void **state) {
    (void)state;
    image_t image = image_small();
    const size_t label = image_section(image.data, IMAGE_ANSWERS, 0) + 8 + 4 + 12;
    image_write_u32(image.data, label, 3);
    image_reseal(image.data);
    expect_damage(image, BAYNN_ERROR_IMAGE_VALUE);
    image_free(image);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(predictions_are_the_same),
        cmocka_unit_test(an_undamaged_image_passes_the_self_test),
        cmocka_unit_test(damaged_weights_pass_and_are_found),
        cmocka_unit_test(a_damaged_checksum_passes_and_is_found),
        cmocka_unit_test(contradicting_weights_pass_and_are_found),
        cmocka_unit_test(damaged_answers_pass_and_are_found),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
