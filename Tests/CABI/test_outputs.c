/* SPDX-License-Identifier: Apache-2.0 */
#include "vectors.h"

/* Results of maps and regressions, position by position and output by output. */

static void begin_and_finish(const vector_network_t *network, baynn_session_t *session,
                             const uint8_t *input) {
    uint32_t finished = 0;
    assert_of(network, baynn_infer_begin(session, input, network->input_bytes) == BAYNN_OK);
    while (!finished) {
        assert_of(network, baynn_infer_step(session, UINT32_MAX, &finished) == BAYNN_OK);
    }
}

/* ---- Maps ---- */

static void check_position(const vector_network_t *network, const baynn_prediction_t *one,
                           const uint32_t *probability, uint32_t classes) {
    uint32_t label = 0;
    uint64_t sum = 0;
    for (uint32_t k = 0; k < classes; k++) {
        sum += probability[k];
        label = probability[k] > probability[label] ? k : label;
    }
    assert_of(network, sum <= 1u << 31 && sum + classes > 1u << 31);
    assert_of(network, one->label == label);
    assert_of(network, one->probability_q31 == probability[label]);
    assert_of(network, one->mutual_information_q16 <= one->entropy_q16);
}

/* SPEC.md, section 5: those of the whole are means over positions, rounded down. */
static void check_means(const vector_network_t *network, const baynn_session_t *session,
                        const baynn_model_info_t *info) {
    uint32_t positions = info->positions_height * info->positions_width;
    uint32_t count = positions * info->classes;
    uint32_t *probability = malloc(count * sizeof(uint32_t));
    uint64_t *sums = calloc(info->classes, sizeof(uint64_t));
    assert_non_null(probability);
    assert_non_null(sums);
    assert_of(network, baynn_infer_probabilities(session, probability, count) == BAYNN_OK);
    baynn_prediction_t whole = {.struct_bytes = sizeof whole};
    assert_of(network, baynn_infer_result(session, &whole) == BAYNN_OK);
    uint64_t entropy = 0;
    uint64_t information = 0;
    for (uint32_t i = 0; i < positions; i++) {
        baynn_prediction_t one = {.struct_bytes = sizeof one};
        assert_of(network, baynn_infer_position(session, i, &one) == BAYNN_OK);
        check_position(network, &one, probability + i * info->classes, info->classes);
        assert_of(network, one.leaves == whole.leaves && one.samples == whole.samples);
        assert_of(network, one.mass_q31 == whole.mass_q31 && one.flags == whole.flags);
        entropy += one.entropy_q16;
        information += one.mutual_information_q16;
        for (uint32_t k = 0; k < info->classes; k++) {
            sums[k] += probability[i * info->classes + k];
        }
        assert_of(network, positions > 1 || memcmp(&one, &whole, sizeof one) == 0);
    }
    uint32_t label = 0;
    for (uint32_t k = 0; k < info->classes; k++) {
        label = sums[k] / positions > sums[label] / positions ? k : label;
    }
    assert_of(network, whole.label == label);
    assert_of(network, whole.probability_q31 == sums[label] / positions);
    assert_of(network, whole.entropy_q16 == entropy / positions);
    assert_of(network, whole.mutual_information_q16 == information / positions);
    free(sums);
    free(probability);
}

static void maps_are_means_over_positions(void **state) {
    (void)state;
    uint32_t count;
    uint32_t maps = 0;
    const vector_network_t *networks = vector_networks(&count);
    for (uint32_t i = 0; i < count; i++) {
        const vector_network_t *network = &networks[i];
        baynn_model_t model = model_open(network->image);
        baynn_model_info_t info = model_info(&model);
        for (uint32_t run = 0; info.outputs == 0 && run < network->run_count; run++) {
            room_t room = room_make(&model, &network->runs[run].config);
            begin_and_finish(network, room.session, network->inputs[0]);
            check_means(network, room.session, &info);
            room_free(room);
        }
        maps += info.positions_height * info.positions_width > 1;
    }
    assert_true(maps >= 4);
}

/* ---- Regressions ---- */

/* The largest integer whose square is at most value, digit by digit. */
static uint32_t root(uint64_t value) {
    uint32_t result = 0;
    for (uint32_t bit = 1u << 31; bit != 0; bit >>= 1) {
        uint64_t trial = (uint64_t)result | bit;
        result = trial * trial <= value ? (uint32_t)trial : result;
    }
    return result;
}

/* The noise joins the spread: root(spread^2 + noise^2), where spread is rounded down. */
static void deviations_hold_spread_and_noise(void **state) {
    (void)state;
    uint32_t count;
    uint32_t spreads = 0;
    const vector_network_t *networks = vector_networks(&count);
    for (uint32_t i = 0; i < count; i++) {
        const vector_network_t *network = &networks[i];
        baynn_model_t model = model_open(network->image);
        baynn_model_info_t info = model_info(&model);
        size_t head = image_section(network->image.data, IMAGE_REGRESSION, 0);
        for (uint32_t run = 0; info.outputs > 0 && run < network->run_count; run++) {
            room_t room = room_make(&model, &network->runs[run].config);
            begin_and_finish(network, room.session, network->inputs[run % 2]);
            for (uint32_t output = 0; output < info.outputs; output++) {
                baynn_value_t value = {.struct_bytes = sizeof value};
                assert_of(network, baynn_infer_value(room.session, output, &value) == BAYNN_OK);
                uint64_t noise = image_read_u32(network->image.data, head + 16 + 4 * output);
                uint64_t low = value.spread_q16;
                assert_of(network, value.deviation_q16 >= root(low * low + noise * noise));
                uint64_t high = low * low + 2 * low;
                assert_of(network, value.deviation_q16 <= root(high + noise * noise));
                spreads += low > 0;
                int is_single =
                    network->runs[run].config.posterior == BAYNN_POSTERIOR_DETERMINISTIC;
                assert_of(network, !is_single || (low == 0 && value.deviation_q16 == noise));
            }
            room_free(room);
        }
    }
    assert_true(spreads > 5);
}

static void regressions_have_no_label(void **state) {
    (void)state;
    const vector_network_t *network = vector_network("regression, 3 outputs, method 5");
    baynn_model_t model = model_open(network->image);
    room_t room = room_make(&model, NULL);
    baynn_prediction_t prediction;
    memset(&prediction, 0xFF, sizeof prediction);
    prediction.struct_bytes = sizeof prediction;
    assert_int_equal(
        baynn_infer(room.session, network->inputs[0], network->input_bytes, &prediction), BAYNN_OK);
    const baynn_prediction_t expected = {.struct_bytes = sizeof prediction,
                                         .flags = BAYNN_PREDICTION_COMPLETE,
                                         .leaves = 20,
                                         .samples = 20};
    assert_memory_equal(&prediction, &expected, sizeof expected);
    room_free(room);
}

/* ---- What is refused ---- */

/* Calls at each stage, and what they leave of what they write to. */
static void expect_status(const vector_network_t *network, const baynn_session_t *session,
                          baynn_status_t position_status, uint32_t position,
                          baynn_status_t value_status, uint32_t output) {
    baynn_prediction_t prediction;
    memset(&prediction, 0x5A, sizeof prediction);
    prediction.struct_bytes = sizeof prediction;
    baynn_prediction_t prediction_before = prediction;
    assert_of(network, baynn_infer_position(session, position, &prediction) == position_status);
    assert_of(network, position_status == BAYNN_OK ||
                           memcmp(&prediction, &prediction_before, sizeof prediction) == 0);
    baynn_value_t value;
    memset(&value, 0x5A, sizeof value);
    value.struct_bytes = sizeof value;
    baynn_value_t value_before = value;
    assert_of(network, baynn_infer_value(session, output, &value) == value_status);
    assert_of(network,
              value_status == BAYNN_OK || memcmp(&value, &value_before, sizeof value) == 0);
}

static void results_have_their_time_and_their_range(void **state) {
    (void)state;
    const baynn_status_t idle = BAYNN_ERROR_STATE;
    const baynn_status_t none = BAYNN_ERROR_NO_RESULT;
    const baynn_status_t range = BAYNN_ERROR_ARGUMENT;
    uint32_t count;
    const vector_network_t *networks = vector_networks(&count);
    for (uint32_t i = 0; i < count; i++) {
        const vector_network_t *network = &networks[i];
        baynn_model_t model = model_open(network->image);
        baynn_model_info_t info = model_info(&model);
        uint32_t positions = info.positions_height * info.positions_width;
        room_t room = room_make(&model, NULL);
        expect_status(network, room.session, idle, 0, idle, 0);
        assert_of(network, baynn_infer_begin(room.session, network->inputs[0],
                                             network->input_bytes) == BAYNN_OK);
        expect_status(network, room.session, none, 0, none, 0);
        begin_and_finish(network, room.session, network->inputs[0]);
        uint32_t one = 0;
        if (info.outputs == 0) {
            expect_status(network, room.session, BAYNN_OK, positions - 1, range, 0);
            expect_status(network, room.session, range, positions, range, UINT32_MAX);
            expect_status(network, room.session, range, UINT32_MAX, range, 1);
        } else {
            expect_status(network, room.session, range, 0, BAYNN_OK, info.outputs - 1);
            expect_status(network, room.session, range, 1, range, info.outputs);
            expect_status(network, room.session, range, UINT32_MAX, range, UINT32_MAX);
            assert_of(network, baynn_infer_probabilities(room.session, &one, 0) == BAYNN_OK);
            assert_of(network, baynn_infer_probabilities(room.session, &one, 1) == range);
        }
        uint32_t *probability = calloc((size_t)positions * info.classes + 1, sizeof(uint32_t));
        assert_non_null(probability);
        assert_of(network, baynn_infer_probabilities(room.session, probability,
                                                     positions * info.classes + 1) == range);
        assert_of(network, probability[0] == 0);
        free(probability);
        room_free(room);
    }
}

static void null_and_small_structures_are_refused(void **state) {
    (void)state;
    static const char *const names[] = {"segmentation", "regression of a map"};
    for (size_t i = 0; i < COUNT(names); i++) {
        const vector_network_t *network = vector_network(names[i]);
        baynn_model_t model = model_open(network->image);
        room_t room = room_make(&model, NULL);
        baynn_prediction_t prediction = {.struct_bytes = sizeof prediction};
        baynn_value_t value = {.struct_bytes = sizeof value};
        assert_int_equal(baynn_infer_position(NULL, 0, &prediction), BAYNN_ERROR_NULL);
        assert_int_equal(baynn_infer_value(NULL, 0, &value), BAYNN_ERROR_NULL);
        begin_and_finish(network, room.session, network->inputs[0]);
        assert_int_equal(baynn_infer_position(room.session, 0, NULL), BAYNN_ERROR_NULL);
        assert_int_equal(baynn_infer_value(room.session, 0, NULL), BAYNN_ERROR_NULL);
        assert_int_equal(baynn_infer_probabilities(room.session, NULL, 0), BAYNN_ERROR_NULL);
        for (uint32_t bytes = 0; bytes < sizeof prediction; bytes++) {
            prediction.struct_bytes = bytes;
            assert_int_equal(baynn_infer_position(room.session, 0, &prediction),
                             BAYNN_ERROR_ARGUMENT);
        }
        for (uint32_t bytes = 0; bytes < sizeof value; bytes++) {
            value.struct_bytes = bytes;
            assert_int_equal(baynn_infer_value(room.session, 0, &value), BAYNN_ERROR_ARGUMENT);
            assert_int_equal(value.mean_q16, 0);
        }
        room_free(room);
    }
}

static void no_session_is_reported(void **state) {
    (void)state;
    uint64_t memory[512];
    memset(memory, 0, sizeof memory);
    const baynn_session_t *session = (const baynn_session_t *)memory;
    baynn_prediction_t prediction = {.struct_bytes = sizeof prediction};
    baynn_value_t value = {.struct_bytes = sizeof value};
    assert_int_equal(baynn_infer_position(session, 0, &prediction), BAYNN_ERROR_STATE);
    assert_int_equal(baynn_infer_value(session, 0, &value), BAYNN_ERROR_STATE);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(maps_are_means_over_positions),
        cmocka_unit_test(deviations_hold_spread_and_noise),
        cmocka_unit_test(regressions_have_no_label),
        cmocka_unit_test(results_have_their_time_and_their_range),
        cmocka_unit_test(null_and_small_structures_are_refused),
        cmocka_unit_test(no_session_is_reported),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
