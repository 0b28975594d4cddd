/* SPDX-License-Identifier: Apache-2.0 */
#include "subject.h"

/* BAYNN_STOP_SETTLED with the exact and the certified posterior: no other leaf can change the
 * label of an inference that has stopped. */

/* How far the largest sum is ahead of the second largest. */
static uint64_t lead_of(const uint64_t sums[CLASSES]) {
    uint64_t largest = 0;
    uint64_t second = 0;
    for (uint32_t k = 0; k < CLASSES; k++) {
        if (sums[k] > largest) {
            second = largest;
            largest = sums[k];
        } else if (sums[k] > second) {
            second = sums[k];
        }
    }
    return largest - second;
}

/* Leaves until no others can change the label, which then is what they say. */
static uint32_t certain_leaves(const subject_t *subject, uint32_t cut, uint32_t *label,
                               int *is_early) {
    uint64_t sums[CLASSES] = {0};
    uint32_t leaves = 0;
    uint64_t mass = 0;
    uint32_t wanted = 0;
    for (uint32_t mask = 0; mask < 1u << subject->sites; mask++) {
        wanted += subject->mass[mask] >= cut;
    }
    for (uint32_t mask = 0; mask < 1u << subject->sites; mask++) {
        if (subject->mass[mask] < cut) {
            continue;
        }
        leaves++;
        mass += subject->mass[mask];
        for (uint32_t k = 0; k < CLASSES; k++) {
            sums[k] += (uint64_t)subject->mass[mask] * subject->probability[mask][k];
        }
        *is_early = leaves < wanted && mass > 0 && lead_of(sums) >= ((1ull << 31) - mass + 1) << 31;
        if (*is_early || leaves == wanted) {
            *label = subject_top(sums, mass);
            return leaves;
        }
    }
    return 0;
}

static void check_certain(const subject_t *subject, uint32_t posterior, uint32_t cut,
                          uint32_t *stopped) {
    baynn_session_config_t config = subject_config(posterior);
    config.cut_q31 = posterior == BAYNN_POSTERIOR_CERTIFIED ? cut : 0;
    uint32_t label = 0;
    int is_early = 0;
    uint32_t leaves = certain_leaves(subject, posterior == BAYNN_POSTERIOR_CERTIFIED ? cut : 0,
                                     &label, &is_early);
    if (leaves == 0) {
        return; /* no leaf reaches the cut */
    }
    baynn_session_config_t never = subject_config(BAYNN_POSTERIOR_EXACT);
    never.stop = BAYNN_STOP_NEVER;
    baynn_prediction_t exact = subject_predict(subject, &never);
    for (uint32_t memory = 0; memory < 2; memory++) {
        config.memory = memory;
        baynn_prediction_t prediction = subject_predict(subject, &config);
        assert_int_equal(prediction.leaves, leaves);
        assert_int_equal(prediction.label, label);
        assert_int_equal(prediction.flags,
                         is_early ? BAYNN_PREDICTION_CERTAIN : BAYNN_PREDICTION_COMPLETE);
        if (is_early) {
            assert_int_equal(prediction.label, exact.label);
        }
        assert_true(prediction.leaves <= exact.leaves);
        *stopped += is_early != 0;
    }
}

static void a_certain_label_is_the_exact_one(void **state) {
    (void)state;
    uint32_t stopped = 0;
    for (uint64_t seed = 0; seed < 400; seed++) {
        subject_t *subject = subject_make(seed);
        check_certain(subject, BAYNN_POSTERIOR_EXACT, 0, &stopped);
        check_certain(subject, BAYNN_POSTERIOR_CERTIFIED, 1, &stopped);
        check_certain(subject, BAYNN_POSTERIOR_CERTIFIED, 1u << 26, &stopped);
        check_certain(subject, BAYNN_POSTERIOR_CERTIFIED, 1u << 29, &stopped);
        subject_free(subject);
    }
    assert_true(stopped > 400);
}

/* The networks of the vectors, all layers and methods: the label of an early stop holds. */
static void certain_labels_of_every_method(void **state) {
    (void)state;
    uint32_t count;
    uint32_t stopped = 0;
    const vector_network_t *networks = vector_networks(&count);
    for (uint32_t i = 0; i < count; i++) {
        const vector_network_t *network = &networks[i];
        baynn_model_t model = model_open(network->image);
        baynn_model_info_t info = model_info(&model);
        if (info.sampled_layers > 0 || info.outputs > 0 ||
            info.positions_height * info.positions_width > 1) {
            continue;
        }
        uint64_t random = i;
        uint8_t *input = malloc(network->input_bytes);
        assert_non_null(input);
        for (int round = 0; round < 6; round++) {
            input_random(&random, input, network->input_bytes, info.input_maximum);
            baynn_session_config_t config = subject_config(BAYNN_POSTERIOR_EXACT);
            room_t early = room_make(&model, &config);
            config.stop = BAYNN_STOP_NEVER;
            room_t late = room_make(&model, &config);
            baynn_prediction_t first = {.struct_bytes = sizeof first};
            baynn_prediction_t second = {.struct_bytes = sizeof second};
            assert_of(network,
                      baynn_infer(early.session, input, network->input_bytes, &first) == BAYNN_OK);
            assert_of(network,
                      baynn_infer(late.session, input, network->input_bytes, &second) == BAYNN_OK);
            assert_of(network, first.label == second.label && first.leaves <= second.leaves);
            int is_early = first.flags == BAYNN_PREDICTION_CERTAIN;
            assert_of(network, is_early || memcmp(&first, &second, sizeof first) == 0);
            stopped += is_early;
            room_free(early);
            room_free(late);
        }
        free(input);
    }
    assert_true(stopped > 20);
}

static void a_stop_ends_and_a_begin_restarts(void **state) {
    (void)state;
    uint32_t early = 0;
    for (uint64_t seed = 0; seed < 60; seed++) {
        subject_t *subject = subject_make(seed);
        baynn_session_config_t config = subject_config(BAYNN_POSTERIOR_EXACT);
        baynn_prediction_t whole = subject_predict(subject, &config);
        room_t room = room_make(&subject->model, &config);
        for (int round = 0; round < 2; round++) {
            assert_int_equal(baynn_infer_begin(room.session, subject->input, ELEMENTS), BAYNN_OK);
            uint32_t finished = 0;
            baynn_prediction_t prediction = {.struct_bytes = sizeof prediction};
            while (!finished) {
                assert_int_equal(baynn_infer_step(room.session, 0, &finished), BAYNN_OK);
                if (!finished && baynn_infer_result(room.session, &prediction) == BAYNN_OK) {
                    assert_int_equal(prediction.flags, 0);
                }
            }
            for (int again = 0; again < 3; again++) {
                assert_int_equal(baynn_infer_result(room.session, &prediction), BAYNN_OK);
                assert_memory_equal(&prediction, &whole, sizeof whole);
                assert_int_equal(baynn_infer_step(room.session, 100, &finished), BAYNN_OK);
                assert_int_equal(finished, 1);
            }
        }
        early += whole.flags == BAYNN_PREDICTION_CERTAIN;
        room_free(room);
        subject_free(subject);
    }
    assert_true(early > 10);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_certain_label_is_the_exact_one),
        cmocka_unit_test(certain_labels_of_every_method),
        cmocka_unit_test(a_stop_ends_and_a_begin_restarts),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
