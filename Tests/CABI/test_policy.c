/* SPDX-License-Identifier: Apache-2.0 */
#include "image_edit.h"

/* When a prediction abstains. */

static image_t image_with_policy(uint32_t measure, uint32_t threshold) {
    image_t image = image_small();
    size_t policy = image_section(image.data, IMAGE_POLICY, 0);
    image_write_u32(image.data, policy + 8, measure);
    image_write_u32(image.data, policy + 12, threshold);
    image_reseal(image.data);
    return image;
}

static baynn_prediction_t predict(image_t image, const uint8_t *input) {
    baynn_model_t model = model_open(image);
    room_t room = room_make(&model, NULL);
    baynn_prediction_t prediction = {.struct_bytes = sizeof prediction};
    assert_int_equal(baynn_infer(room.session, input, 9, &prediction), BAYNN_OK);
    room_free(room);
    return prediction;
}

static void expect_abstention(uint32_t measure, uint32_t threshold, const uint8_t *input,
                              int abstains) {
    image_t image = image_with_policy(measure, threshold);
    uint32_t flags = predict(image, input).flags;
    assert_int_equal(flags, BAYNN_PREDICTION_COMPLETE | (abstains ? BAYNN_PREDICTION_ABSTAIN : 0));
    image_free(image);
}

/* "abstain if measure > threshold": not at the threshold itself. */
static void abstains_just_above_the_threshold(void **state) {
    (void)state;
    uint64_t random = 21;
    uint32_t uncertain = 0;
    for (int round = 0; round < 50; round++) {
        uint8_t input[9];
        input_random(&random, input, sizeof input, 4);
        image_t image = image_small();
        baynn_prediction_t prediction = predict(image, input);
        image_free(image);
        const uint32_t measures[] = {prediction.entropy_q16, prediction.mutual_information_q16};
        for (uint32_t i = 0; i < 2; i++) {
            expect_abstention(i + 1, measures[i], input, 0);
            expect_abstention(i + 1, UINT32_MAX, input, 0);
            if (measures[i] > 0) {
                uncertain++;
                expect_abstention(i + 1, measures[i] - 1, input, 1);
                expect_abstention(i + 1, 0, input, 1);
            }
        }
    }
    assert_true(uncertain > 50);
}

static void never_abstains_without_a_policy(void **state) {
    (void)state;
    uint64_t random = 22;
    image_t image = image_small();
    edit_remove_section(&image, IMAGE_POLICY);
    image_reseal(image.data);
    for (int round = 0; round < 50; round++) {
        uint8_t input[9];
        input_random(&random, input, sizeof input, 4);
        assert_int_equal(predict(image, input).flags, BAYNN_PREDICTION_COMPLETE);
    }
    image_free(image);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(abstains_just_above_the_threshold),
        cmocka_unit_test(never_abstains_without_a_policy),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
