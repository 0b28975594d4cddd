/* SPDX-License-Identifier: Apache-2.0 */
#include "support.h"

/* Inference in steps: begin, step, result. */

static const baynn_session_config_t configs[] = {
    {.struct_bytes = sizeof(baynn_session_config_t), .posterior = BAYNN_POSTERIOR_EXACT},
    {.struct_bytes = sizeof(baynn_session_config_t),
     .posterior = BAYNN_POSTERIOR_EXACT,
     .memory = BAYNN_MEMORY_MINIMAL},
    {.struct_bytes = sizeof(baynn_session_config_t),
     .posterior = BAYNN_POSTERIOR_CERTIFIED,
     .cut_q31 = 1u << 25},
    {.struct_bytes = sizeof(baynn_session_config_t),
     .posterior = BAYNN_POSTERIOR_SAMPLED,
     .passes = 50,
     .seed = 1},
    {.struct_bytes = sizeof(baynn_session_config_t),
     .posterior = BAYNN_POSTERIOR_SAMPLED,
     .memory = BAYNN_MEMORY_MINIMAL,
     .passes = 50,
     .seed = 1},
    {.struct_bytes = sizeof(baynn_session_config_t), .posterior = BAYNN_POSTERIOR_DETERMINISTIC},
};

static const image_layer_t layers[] = {{65, 2, 9830},  {33, 2, 30000}, {64, 1, 0},
                                       {40, 2, 55000}, {31, 2, 20000}, {17, 2, 12345}};

enum { ELEMENTS = 25, MAXIMUM = 16, CLASSES = 5 };

static image_t image_of_steps(void) {
    image_spec_t spec = {.height = 5,
                         .width = 5,
                         .channels = 1,
                         .maximum = MAXIMUM,
                         .layers = layers,
                         .layer_count = COUNT(layers),
                         .classes = CLASSES,
                         .seed = 2,
                         .scale_spread_q16 = 50000,
                         .policy_measure = 2,
                         .policy_threshold_q16 = 3000};
    return image_make(&spec);
}

/* One call and steps of any size give the same bits. */
static void steps_of_any_size_give_the_same(void **state) {
    (void)state;
    static const uint32_t sizes[] = {0, 1, 2, 7, 64, 1000, 100000, UINT32_MAX};
    image_t image = image_of_steps();
    baynn_model_t model = model_open(image);
    naive_network_t *network = naive_network_read(image.data, image.bytes);
    uint64_t random = 8;
    uint8_t input[ELEMENTS];
    for (size_t c = 0; c < COUNT(configs); c++) {
        room_t room = room_make(&model, &configs[c]);
        naive_config_t naive = naive_config(network, &configs[c]);
        for (size_t s = 0; s < COUNT(sizes); s++) {
            input_random(&random, input, ELEMENTS, MAXIMUM);
            assert_int_equal(baynn_infer_begin(room.session, input, ELEMENTS), BAYNN_OK);
            /* The input has been copied. */
            memset(input, 0xFF, ELEMENTS);
            uint32_t finished = 0;
            uint32_t calls = 0;
            while (!finished) {
                finished = 77;
                assert_int_equal(baynn_infer_step(room.session, sizes[s], &finished), BAYNN_OK);
                assert_in_range(finished, 0, 1);
                assert_true(++calls <= 2 * 32 * (COUNT(layers) + 2));
            }
            assert_true(calls <= 2 || sizes[s] < 100000);
            assert_true(calls >= 2 || sizes[s] > 1);
            baynn_prediction_t prediction = {.struct_bytes = sizeof prediction};
            assert_int_equal(baynn_infer_result(room.session, &prediction), BAYNN_OK);
            assert_true((prediction.flags & BAYNN_PREDICTION_COMPLETE) != 0);
            naive.call++;
        }
        /* Compare the last one: again, in one call. */
        naive.call = configs[c].call + COUNT(sizes);
        input_random(&random, input, ELEMENTS, MAXIMUM);
        assert_int_equal(baynn_infer_begin(room.session, input, ELEMENTS), BAYNN_OK);
        uint32_t finished = 0;
        while (!finished) {
            assert_int_equal(baynn_infer_step(room.session, 1, &finished), BAYNN_OK);
        }
        assert_result(room.session, network, input, &naive);
        room_free(room);
    }
    naive_network_free(network);
    image_free(image);
}

/* After every step the result is that of the leaves so far. */
static void results_on_the_way(void **state) {
    (void)state;
    image_t image = image_of_steps();
    baynn_model_t model = model_open(image);
    naive_network_t *network = naive_network_read(image.data, image.bytes);
    uint64_t random = 8;
    uint8_t input[ELEMENTS];
    for (size_t c = 0; c < COUNT(configs); c++) {
        room_t room = room_make(&model, &configs[c]);
        naive_config_t naive = naive_config(network, &configs[c]);
        for (int round = 0; round < 3; round++) {
            input_random(&random, input, ELEMENTS, MAXIMUM);
            assert_int_equal(baynn_infer_begin(room.session, input, ELEMENTS), BAYNN_OK);
            uint32_t leaves = 0;
            uint32_t mass = 0;
            uint32_t finished = 0;
            baynn_prediction_t prediction = {.struct_bytes = sizeof prediction};
            while (!finished) {
                assert_int_equal(baynn_infer_step(room.session, 1, &finished), BAYNN_OK);
                baynn_status_t status = baynn_infer_result(room.session, &prediction);
                if (leaves == 0 && status == BAYNN_ERROR_NO_RESULT) {
                    uint32_t probability[CLASSES];
                    assert_int_equal(baynn_infer_probabilities(room.session, probability, CLASSES),
                                     BAYNN_ERROR_NO_RESULT);
                    continue;
                }
                assert_int_equal(status, BAYNN_OK);
                assert_in_range(prediction.leaves, leaves, leaves + 1);
                assert_true(prediction.mass_q31 >= mass);
                assert_true(prediction.mass_q31 <= 1u << 31);
                leaves = prediction.leaves;
                mass = prediction.mass_q31;
                int complete = (prediction.flags & BAYNN_PREDICTION_COMPLETE) != 0;
                assert_true(finished == 0 || complete);
                naive_config_t partial = naive;
                partial.leaves_max = leaves;
                assert_result(room.session, network, input, &partial);
            }
            assert_result(room.session, network, input, &naive);
            naive.call++;
        }
        room_free(room);
    }
    naive_network_free(network);
    image_free(image);
}

static void steps_after_the_end_change_nothing(void **state) {
    (void)state;
    image_t image = image_of_steps();
    baynn_model_t model = model_open(image);
    room_t room = room_make(&model, NULL);
    uint8_t input[ELEMENTS] = {1, 2, 3};
    baynn_prediction_t first = {.struct_bytes = sizeof first};
    assert_int_equal(baynn_infer(room.session, input, ELEMENTS, &first), BAYNN_OK);
    for (int i = 0; i < 3; i++) {
        uint32_t finished = 0;
        assert_int_equal(baynn_infer_step(room.session, 100, &finished), BAYNN_OK);
        assert_int_equal(finished, 1);
        baynn_prediction_t again = {.struct_bytes = sizeof again};
        assert_int_equal(baynn_infer_result(room.session, &again), BAYNN_OK);
        assert_memory_equal(&again, &first, sizeof first);
    }
    room_free(room);
    image_free(image);
}

/* A new begin may come at any time, and starts from nothing. */
static void begin_may_come_at_any_time(void **state) {
    (void)state;
    image_t image = image_of_steps();
    baynn_model_t model = model_open(image);
    naive_network_t *network = naive_network_read(image.data, image.bytes);
    naive_config_t naive = naive_config(network, NULL);
    uint64_t random = 6;
    uint8_t input[ELEMENTS];
    for (uint32_t memory = 0; memory < 2; memory++) {
        baynn_session_config_t config = {.struct_bytes = sizeof config, .memory = memory};
        room_t room = room_make(&model, &config);
        for (uint32_t steps = 0; steps < 60; steps++) {
            input_random(&random, input, ELEMENTS, MAXIMUM);
            assert_int_equal(baynn_infer_begin(room.session, input, ELEMENTS), BAYNN_OK);
            baynn_prediction_t prediction = {.struct_bytes = sizeof prediction};
            assert_int_equal(baynn_infer_result(room.session, &prediction), BAYNN_ERROR_NO_RESULT);
            uint32_t finished = 0;
            for (uint32_t i = 0; i < steps; i++) {
                assert_int_equal(baynn_infer_step(room.session, 1, &finished), BAYNN_OK);
            }
            input_random(&random, input, ELEMENTS, MAXIMUM);
            assert_int_equal(baynn_infer(room.session, input, ELEMENTS, &prediction), BAYNN_OK);
            assert_result(room.session, network, input, &naive);
        }
        room_free(room);
    }
    naive_network_free(network);
    image_free(image);
}

/* The work of a step can only be seen in the number of steps: one piece each at least, and
 * no more of them the more work is allowed. */
static void steps_are_as_many_as_the_work(void **state) {
    (void)state;
    static const image_layer_t wide[] = {{512, 1, 0}, {512, 1, 0}, {512, 1, 0}, {512, 1, 0}};
    image_spec_t spec = {.height = 512,
                         .width = 1,
                         .channels = 1,
                         .maximum = 1,
                         .layers = wide,
                         .layer_count = COUNT(wide),
                         .classes = 2};
    image_t image = image_make(&spec);
    baynn_model_t model = model_open(image);
    baynn_model_info_t info = model_info(&model);
    /* 16 words receive 256 inputs at least: of bits, the rarer ones are enough. */
    assert_true(info.piece_work_max >= 16 * 256);
    assert_true(info.pass_work_max >= 4 * 16 * 256);
    assert_true(info.pass_work_max <= 5 * info.piece_work_max);
    uint8_t input[512];
    uint64_t random = 1;
    for (size_t i = 0; i < sizeof input; i++) {
        input[i] = image_random(&random) % 2;
    }
    room_t room = room_make(&model, NULL);
    const uint32_t sizes[] = {0, 1, 1000, 5000, 10000, (uint32_t)info.pass_work_max, UINT32_MAX};
    uint32_t calls_before = UINT32_MAX;
    for (size_t s = 0; s < COUNT(sizes); s++) {
        assert_int_equal(baynn_infer_begin(room.session, input, sizeof input), BAYNN_OK);
        uint32_t finished = 0;
        uint32_t calls = 0;
        while (!finished) {
            assert_int_equal(baynn_infer_step(room.session, sizes[s], &finished), BAYNN_OK);
            calls++;
        }
        assert_true(calls <= calls_before);
        assert_true(calls >= COUNT(wide) || sizes[s] > 1);
        assert_true(calls <= 2 || sizes[s] < info.pass_work_max);
        calls_before = calls;
    }
    room_free(room);
    image_free(image);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(steps_of_any_size_give_the_same),
        cmocka_unit_test(results_on_the_way),
        cmocka_unit_test(steps_after_the_end_change_nothing),
        cmocka_unit_test(begin_may_come_at_any_time),
        cmocka_unit_test(steps_are_as_many_as_the_work),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
