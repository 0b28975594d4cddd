/* SPDX-License-Identifier: Apache-2.0 */
#include <math.h>

#include "subject.h"

/* BAYNN_STOP_SETTLED with the sampled posterior: the label holds but for the error probability
 * that was asked for. */

/* The mask that pass t of a call draws. */
static uint32_t drawn_mask(const subject_t *subject, uint64_t seed, uint64_t call, uint32_t t) {
    const uint32_t key[2] = {(uint32_t)seed, (uint32_t)(seed >> 32)};
    uint32_t mask = 0;
    for (uint32_t s = 0; s < subject->sites; s++) {
        uint32_t r = t * subject->sites + s;
        const uint32_t counter[4] = {r >> 2, 0, (uint32_t)call, (uint32_t)(call >> 32)};
        uint32_t words[4];
        naive_philox(key, counter, words);
        size_t section = image_section(subject->image.data, IMAGE_DENSE, s);
        uint32_t q = image_read_u32(subject->image.data, section + 8 + 12);
        mask = mask << 1 | (words[r % 4] >> 16 < q ? 1u : 0u);
    }
    return mask;
}

/* Probability that at most half of all networks vote for a class that has lost so many of some
 * passes, under a uniform prior; above 60 trials, Hoeffding's bound of it. */
static double error_of(uint32_t passes, uint32_t lost) {
    double trials = passes + 1.0;
    if (2.0 * lost >= trials) {
        return 1.0;
    }
    if (trials > 60) {
        double distance = trials - 2.0 * lost;
        return exp(-distance * distance / (2 * trials));
    }
    double sum = 0;
    double term = pow(0.5, trials);
    for (uint32_t i = 0; i <= lost; i++) {
        sum += term;
        term = term * (trials - i) / (i + 1);
    }
    return sum;
}

/* What a stop after so many passes must say; 0 passes if the decision is too close to call in
 * floating point. */
typedef struct stop {
    uint32_t passes;
    uint32_t leaves;
    uint32_t mass;
    uint32_t label;
    uint32_t flags;
} stop_t;

static stop_t confident_stop(const subject_t *subject, const baynn_session_config_t *config) {
    uint64_t sums[CLASSES] = {0};
    uint32_t votes[CLASSES] = {0};
    uint8_t seen[LEAVES_MAX] = {0};
    stop_t stop = {0, 0, 0, 0, BAYNN_PREDICTION_COMPLETE};
    double error_max = config->stop_error_q31 != 0 ? config->stop_error_q31 / 2147483648.0 : 0.05;
    for (uint32_t t = 0; t < config->passes; t++) {
        uint32_t mask = drawn_mask(subject, config->seed, config->call, t);
        stop.leaves += seen[mask] == 0;
        stop.mass += seen[mask] == 0 ? subject->mass[mask] : 0;
        seen[mask] = 1;
        votes[subject->vote[mask]]++;
        for (uint32_t k = 0; k < CLASSES; k++) {
            sums[k] += subject->probability[mask][k];
        }
        stop.passes = t + 1;
        stop.label = subject_top(sums, t + 1);
        double error = error_of(t + 1, t + 1 - votes[stop.label]);
        if (fabs(error - error_max) < 1e-7) {
            stop.passes = 0;
            return stop;
        }
        if (error < error_max && t + 1 < config->passes) {
            stop.flags = BAYNN_PREDICTION_CONFIDENT;
            return stop;
        }
    }
    return stop;
}

static void confidence_is_that_of_the_votes(void **state) {
    (void)state;
    static const uint32_t errors[] = {0, 1u << 30, 1u << 28, 1u << 24, 1000};
    uint32_t confident = 0;
    uint32_t repeated = 0;
    for (uint64_t seed = 1000; seed < 1200; seed++) {
        subject_t *subject = subject_make(seed);
        for (size_t i = 0; i < COUNT(errors); i++) {
            baynn_session_config_t config = subject_config(BAYNN_POSTERIOR_SAMPLED);
            config.passes = i == 4 ? 300 : 40;
            config.seed = seed * 0x9E3779B97F4A7C15u;
            config.call = seed;
            config.stop_error_q31 = errors[i];
            stop_t stop = confident_stop(subject, &config);
            if (stop.passes == 0) {
                continue;
            }
            config.memory = (uint32_t)seed % 2;
            baynn_prediction_t prediction = subject_predict(subject, &config);
            assert_int_equal(prediction.samples, stop.passes);
            assert_int_equal(prediction.label, stop.label);
            assert_int_equal(prediction.flags, stop.flags);
            assert_int_equal(prediction.leaves, stop.leaves);
            assert_int_equal(prediction.mass_q31, stop.mass);
            confident += stop.flags == BAYNN_PREDICTION_CONFIDENT;
            repeated += stop.leaves < stop.passes;
        }
        subject_free(subject);
    }
    assert_true(confident > 300 && repeated > 100);
}

/* Of labels that are given with an error probability of 1/20, at most so many have no majority
 * among all networks: over networks whose shares are spread out, as the prior says. */
static void confident_labels_have_a_majority(void **state) {
    (void)state;
    uint32_t confident = 0;
    uint32_t wrong = 0;
    for (uint64_t seed = 2000; seed < 2300; seed++) {
        subject_t *subject = subject_make(seed);
        uint64_t share[CLASSES] = {0};
        for (uint32_t mask = 0; mask < 1u << subject->sites; mask++) {
            share[subject->vote[mask]] += subject->mass[mask];
        }
        baynn_session_config_t config = subject_config(BAYNN_POSTERIOR_SAMPLED);
        config.passes = 200;
        config.seed = seed;
        room_t room = room_make(&subject->model, &config);
        for (int call = 0; call < 20; call++) {
            baynn_prediction_t prediction = {.struct_bytes = sizeof prediction};
            assert_int_equal(baynn_infer(room.session, subject->input, ELEMENTS, &prediction),
                             BAYNN_OK);
            if (prediction.flags == BAYNN_PREDICTION_CONFIDENT) {
                confident++;
                wrong += share[prediction.label] <= 1u << 30;
            }
        }
        room_free(room);
        subject_free(subject);
    }
    print_message("%u of %u confident labels have no majority\n", wrong, confident);
    assert_true(confident > 2000);
    assert_true(wrong * 20 <= confident);
}

/* Layers that are drawn anew in every pass. */
static void drawn_layers_stop_as_well(void **state) {
    (void)state;
    uint32_t count;
    uint32_t stopped = 0;
    const vector_network_t *networks = vector_networks(&count);
    for (uint32_t i = 0; i < count; i++) {
        const vector_network_t *network = &networks[i];
        baynn_model_t model = model_open(network->image);
        baynn_model_info_t info = model_info(&model);
        if (info.sampled_layers == 0 || info.outputs > 0 ||
            info.positions_height * info.positions_width > 1) {
            continue;
        }
        static const uint32_t errors[] = {1u << 30, 1};
        for (size_t e = 0; e < COUNT(errors); e++) {
            baynn_session_config_t config = subject_config(BAYNN_POSTERIOR_DEFAULT);
            config.passes = 64;
            config.stop_error_q31 = errors[e];
            room_t room = room_make(&model, &config);
            baynn_prediction_t prediction = {.struct_bytes = sizeof prediction};
            assert_of(network, baynn_infer(room.session, network->inputs[0], network->input_bytes,
                                           &prediction) == BAYNN_OK);
            int is_early = prediction.flags == BAYNN_PREDICTION_CONFIDENT;
            assert_of(network, is_early || prediction.flags == BAYNN_PREDICTION_COMPLETE);
            assert_of(network, prediction.leaves == prediction.samples);
            assert_of(network, prediction.mass_q31 == 0);
            /* One vote of one leaves a quarter; 30 of 30 leave 2^-31. */
            assert_of(network, !is_early || prediction.samples >= (e == 0 ? 1 : 30));
            assert_of(network, e == 1 || prediction.samples == 1);
            stopped += is_early;
            room_free(room);
        }
    }
    assert_true(stopped > 10);
}

static void one_leaf_is_complete(void **state) {
    (void)state;
    subject_t *subject = subject_make(3);
    baynn_session_config_t config = subject_config(BAYNN_POSTERIOR_DETERMINISTIC);
    assert_int_equal(subject_predict(subject, &config).flags, BAYNN_PREDICTION_COMPLETE);
    config = subject_config(BAYNN_POSTERIOR_SAMPLED);
    config.passes = 1;
    config.stop_error_q31 = 1u << 30;
    assert_int_equal(subject_predict(subject, &config).flags, BAYNN_PREDICTION_COMPLETE);
    subject_free(subject);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(confidence_is_that_of_the_votes),
        cmocka_unit_test(confident_labels_have_a_majority),
        cmocka_unit_test(drawn_layers_stop_as_well),
        cmocka_unit_test(one_leaf_is_complete),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
