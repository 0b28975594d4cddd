/* SPDX-License-Identifier: Apache-2.0 */
#include "support.h"

/* The committed model of handwritten digits. The environment variable BAYNN_MODELS names
 * the folder that has digits/digits.baynn and digits/digits-test.u8; the latter are records
 * of one byte a pixel and one for the label. Without the variable the tests are skipped. */

enum { COMPARED = 100 };

static void self_test_passes(void **state) {
    (void)state;
    image_t image = file_read("BAYNN_MODELS", "digits/digits.baynn");
    baynn_model_t model = model_open(image);
    assert_true(model_info(&model).known_answers > 0);
    size_t bytes = 0;
    assert_int_equal(baynn_self_test_storage_bytes(&model, &bytes), BAYNN_OK);
    void *storage = malloc(bytes);
    assert_non_null(storage);
    baynn_self_test_report_t report = {.struct_bytes = sizeof report};
    assert_int_equal(baynn_self_test(storage, bytes, &model, NULL, &report), BAYNN_OK);
    assert_true((report.completed & BAYNN_TEST_MODEL) != 0);
    free(storage);
    image_free(image);
}

/* Every posterior and memory setting, on the first inputs. */
static void predictions_are_those_of_the_naive_network(void **state) {
    (void)state;
    image_t image = file_read("BAYNN_MODELS", "digits/digits.baynn");
    image_t records = file_read("BAYNN_MODELS", "digits/digits-test.u8");
    baynn_model_t model = model_open(image);
    naive_network_t *network = naive_network_read(image.data, image.bytes);
    assert_non_null(network);
    uint32_t elements = naive_network_inputs(network);
    assert_true(records.bytes >= COMPARED * (size_t)(elements + 1));
    for (uint32_t posterior = 0; posterior <= BAYNN_POSTERIOR_DETERMINISTIC; posterior++) {
        for (uint32_t memory = 0; memory < 2; memory++) {
            baynn_session_config_t config = {.struct_bytes = sizeof config,
                                             .posterior = posterior,
                                             .memory = memory,
                                             .seed = 2024};
            room_t room = room_make(&model, &config);
            naive_config_t naive = naive_config(network, &config);
            for (size_t i = 0; i < COMPARED; i++) {
                const uint8_t *input = records.data + i * (elements + 1);
                baynn_prediction_t prediction = {.struct_bytes = sizeof prediction};
                assert_int_equal(baynn_infer(room.session, input, elements, &prediction), BAYNN_OK);
                assert_result(room.session, network, input, &naive);
                naive.call++;
            }
            room_free(room);
        }
    }
    naive_network_free(network);
    image_free(records);
    image_free(image);
}

static void accuracy_is_that_of_the_training(void **state) {
    (void)state;
    image_t image = file_read("BAYNN_MODELS", "digits/digits.baynn");
    image_t records = file_read("BAYNN_MODELS", "digits/digits-test.u8");
    baynn_model_t model = model_open(image);
    room_t room = room_make(&model, NULL);
    size_t elements = model_info(&model).input_elements;
    assert_int_equal(records.bytes % (elements + 1), 0);
    size_t count = records.bytes / (elements + 1);
    size_t correct = 0;
    for (size_t i = 0; i < count; i++) {
        const uint8_t *input = records.data + i * (elements + 1);
        baynn_prediction_t prediction = {.struct_bytes = sizeof prediction};
        assert_int_equal(baynn_infer(room.session, input, elements, &prediction), BAYNN_OK);
        correct += prediction.label == input[elements];
    }
    print_message("%zu of %zu digits right\n", correct, count);
    assert_true(correct * 100 >= count * 97);
    room_free(room);
    image_free(records);
    image_free(image);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(self_test_passes),
        cmocka_unit_test(predictions_are_those_of_the_naive_network),
        cmocka_unit_test(accuracy_is_that_of_the_training),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
