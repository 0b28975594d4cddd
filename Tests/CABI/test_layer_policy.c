/* SPDX-License-Identifier: Apache-2.0 */
#include "image_edit.h"
#include "vectors.h"

/* When maps and regressions abstain. */

/* A copy of a network's image with a policy behind its labels; 16 bytes of fields. */
static image_t with_policy(const vector_network_t *network, uint32_t measure, uint32_t threshold) {
    image_t image = image_copy(network->image);
    size_t labels = image_section(image.data, IMAGE_LABELS, 0);
    size_t policy = labels + edit_section_bytes(&image, labels);
    edit_insert(&image, policy, 24);
    edit_add_u32(&image, 12, 1);
    const uint32_t words[] = {IMAGE_POLICY, 16, measure, threshold, 3277, 100};
    for (size_t i = 0; i < COUNT(words); i++) {
        image_write_u32(image.data, policy + 4 * i, words[i]);
    }
    image_reseal(image.data);
    return image;
}

/* A session that has seen the first input; the image goes with it. */
static room_t room_with_policy(const vector_network_t *network, uint32_t measure,
                               uint32_t threshold, image_t *image) {
    *image = with_policy(network, measure, threshold);
    baynn_model_t model = model_open(*image);
    baynn_model_info_t info = model_info(&model);
    assert_of(network, info.policy_measure == measure);
    assert_of(network, info.policy_threshold_q16 == threshold);
    assert_of(network, info.policy_rate_q16 == 3277 && info.policy_samples == 100);
    room_t room = room_make(&model, NULL);
    baynn_prediction_t prediction = {.struct_bytes = sizeof prediction};
    assert_of(network, baynn_infer(room.session, network->inputs[0], network->input_bytes,
                                   &prediction) == BAYNN_OK);
    return room;
}

static uint32_t flags_with(const vector_network_t *network, uint32_t measure, uint32_t threshold) {
    image_t image;
    room_t room = room_with_policy(network, measure, threshold, &image);
    baynn_prediction_t prediction = {.struct_bytes = sizeof prediction};
    assert_of(network, baynn_infer_result(room.session, &prediction) == BAYNN_OK);
    room_free(room);
    image_free(image);
    return prediction.flags;
}

static uint32_t largest_deviation(const vector_network_t *network) {
    image_t image;
    room_t room = room_with_policy(network, BAYNN_MEASURE_DEVIATION, 0, &image);
    baynn_model_t model = model_open(image);
    baynn_model_info_t info = model_info(&model);
    uint32_t largest = 0;
    for (uint32_t i = 0; i < info.outputs; i++) {
        baynn_value_t value = {.struct_bytes = sizeof value};
        assert_of(network, baynn_infer_value(room.session, i, &value) == BAYNN_OK);
        largest = value.deviation_q16 > largest ? value.deviation_q16 : largest;
    }
    room_free(room);
    image_free(image);
    return largest;
}

/* "Abstain if measure > threshold", where the measure is the largest of all outputs'. */
static void regressions_abstain_by_their_largest_deviation(void **state) {
    (void)state;
    const uint32_t complete = BAYNN_PREDICTION_COMPLETE;
    uint32_t count;
    uint32_t regressions = 0;
    const vector_network_t *networks = vector_networks(&count);
    for (uint32_t i = 0; i < count; i++) {
        const vector_network_t *network = &networks[i];
        baynn_model_t model = model_open(network->image);
        if (model_info(&model).outputs == 0) {
            continue;
        }
        uint32_t measure = BAYNN_MEASURE_DEVIATION;
        uint32_t largest = largest_deviation(network);
        assert_of(network, flags_with(network, measure, largest) == complete);
        assert_of(network, flags_with(network, measure, UINT32_MAX) == complete);
        if (largest > 0) {
            uint32_t abstain = complete | BAYNN_PREDICTION_ABSTAIN;
            assert_of(network, flags_with(network, measure, largest - 1) == abstain);
            assert_of(network, flags_with(network, measure, 0) == abstain);
        }
        regressions++;
    }
    assert_true(regressions >= 5);
}

/* Each head has its own measures. */
static void measures_belong_to_heads(void **state) {
    (void)state;
    uint32_t count;
    const vector_network_t *networks = vector_networks(&count);
    for (uint32_t i = 0; i < count; i++) {
        baynn_model_t model = model_open(networks[i].image);
        int is_regression = model_info(&model).outputs > 0;
        for (uint32_t measure = 0; measure < 6; measure++) {
            int fits = is_regression ? measure == 3 : measure == 1 || measure == 2;
            image_t image = with_policy(&networks[i], measure, 1000);
            assert_of(&networks[i],
                      baynn_model_open(&model, image.data, image.bytes, baynn_parts_all) ==
                          (fits ? BAYNN_OK : BAYNN_ERROR_IMAGE_VALUE));
            image_free(image);
        }
    }
}

/* A map abstains by its means, and each position of it by its own measure. */
static void positions_abstain_one_by_one(void **state) {
    (void)state;
    const vector_network_t *network = vector_network("segmentation");
    baynn_model_t model = model_open(network->image);
    baynn_model_info_t info = model_info(&model);
    uint32_t positions = info.positions_height * info.positions_width;
    uint32_t mixed = 0;
    for (uint32_t threshold = 0; threshold < 1u << 17; threshold += 997) {
        for (uint32_t measure = 1; measure <= 2; measure++) {
            image_t image;
            room_t room = room_with_policy(network, measure, threshold, &image);
            uint32_t abstained = 0;
            for (uint32_t i = 0; i <= positions; i++) {
                baynn_prediction_t one = {.struct_bytes = sizeof one};
                assert_int_equal(i < positions ? baynn_infer_position(room.session, i, &one)
                                               : baynn_infer_result(room.session, &one),
                                 BAYNN_OK);
                uint32_t value = measure == 1 ? one.entropy_q16 : one.mutual_information_q16;
                uint32_t expected =
                    BAYNN_PREDICTION_COMPLETE | (value > threshold ? BAYNN_PREDICTION_ABSTAIN : 0);
                assert_int_equal(one.flags, expected);
                abstained += i < positions && value > threshold;
            }
            mixed += abstained > 0 && abstained < positions;
            room_free(room);
            image_free(image);
        }
    }
    assert_true(mixed > 0);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(regressions_abstain_by_their_largest_deviation),
        cmocka_unit_test(measures_belong_to_heads),
        cmocka_unit_test(positions_abstain_one_by_one),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
