/* SPDX-License-Identifier: Apache-2.0 */
#include "image_edit.h"

/* Results against the naive network: shapes, posteriors, memory settings. */

/* ---- Comparison ---- */

static baynn_session_config_t sampled(uint32_t passes, uint64_t seed, uint64_t call) {
    return (baynn_session_config_t){.struct_bytes = sizeof(baynn_session_config_t),
                                    .posterior = BAYNN_POSTERIOR_SAMPLED,
                                    .passes = passes,
                                    .seed = seed,
                                    .call = call};
}

static baynn_session_config_t certified(uint32_t cut) {
    return (baynn_session_config_t){.struct_bytes = sizeof(baynn_session_config_t),
                                    .posterior = BAYNN_POSTERIOR_CERTIFIED,
                                    .cut_q31 = cut};
}

static baynn_session_config_t plain(uint32_t posterior) {
    return (baynn_session_config_t){.struct_bytes = sizeof(baynn_session_config_t),
                                    .posterior = posterior};
}

/* Some inferences of one session, in both memory settings, are the naive network's. */
static void compare(image_t image, const baynn_session_config_t *config, uint32_t inputs,
                    uint64_t seed) {
    baynn_model_t model = model_open(image);
    naive_network_t *network = naive_network_read(image.data, image.bytes);
    assert_non_null(network);
    uint32_t elements = naive_network_inputs(network);
    uint8_t *input = malloc(elements);
    assert_non_null(input);
    baynn_session_config_t minimal = *config;
    minimal.memory = BAYNN_MEMORY_MINIMAL;
    room_t rooms[2] = {room_make(&model, config), room_make(&model, &minimal)};
    naive_config_t naive = naive_config(network, config);
    for (uint32_t i = 0; i < inputs; i++) {
        input_random(&seed, input, elements, naive_network_maximum(network));
        for (size_t memory = 0; memory < 2; memory++) {
            baynn_prediction_t prediction = {.struct_bytes = sizeof prediction};
            assert_int_equal(baynn_infer(rooms[memory].session, input, elements, &prediction),
                             BAYNN_OK);
            baynn_prediction_t again = {.struct_bytes = sizeof again};
            assert_int_equal(baynn_infer_result(rooms[memory].session, &again), BAYNN_OK);
            assert_memory_equal(&prediction, &again, sizeof again);
            assert_result(rooms[memory].session, network, input, &naive);
        }
        naive.call++;
    }
    room_free(rooms[0]);
    room_free(rooms[1]);
    free(input);
    naive_network_free(network);
}

static void compare_posteriors(image_t image, uint32_t inputs, uint64_t seed) {
    baynn_session_config_t configs[] = {plain(BAYNN_POSTERIOR_DEFAULT),
                                        plain(BAYNN_POSTERIOR_EXACT),
                                        plain(BAYNN_POSTERIOR_DETERMINISTIC),
                                        certified(0),
                                        certified(1u << 28),
                                        sampled(0, seed, 0),
                                        sampled(7, seed, seed)};
    for (size_t i = 0; i < COUNT(configs); i++) {
        compare(image, &configs[i], inputs, seed);
    }
}

/* ---- Shapes ---- */

static const uint32_t edges[] = {1, 2, 31, 32, 33, 63, 64, 65, 127, 128, 129};
static const uint32_t maxima[] = {1, 2, 16, 255};

/* One layer: every number of inputs with every number of outputs around the edges of
 * words. */
static void one_layer_of_every_shape(void **state) {
    (void)state;
    for (size_t i = 0; i < COUNT(edges); i++) {
        for (size_t j = 0; j < COUNT(edges); j++) {
            for (size_t m = 0; m < COUNT(maxima); m++) {
                image_layer_t layers[] = {{edges[j], 2, 20000}};
                image_spec_t spec = {.height = 1,
                                     .width = edges[i],
                                     .channels = 1,
                                     .maximum = maxima[m],
                                     .layers = layers,
                                     .layer_count = 1,
                                     .classes = 2 + (uint32_t)(i + j) % 5,
                                     .seed = i * 100 + j,
                                     .scale_spread_q16 = 70000};
                image_t image = image_make(&spec);
                baynn_session_config_t config = plain(BAYNN_POSTERIOR_EXACT);
                compare(image, &config, 6, spec.seed);
                image_free(image);
            }
        }
    }
}

/* Two layers: the same for a layer whose inputs are bits. */
static void two_layers_of_every_shape(void **state) {
    (void)state;
    for (size_t i = 0; i < COUNT(edges); i++) {
        for (size_t j = 0; j < COUNT(edges); j++) {
            image_layer_t layers[] = {{edges[i], 2, 20000}, {edges[j], 2, 40000}};
            image_spec_t spec = {.height = 3,
                                 .width = 3,
                                 .channels = 1,
                                 .maximum = 16,
                                 .layers = layers,
                                 .layer_count = 2,
                                 .classes = 3,
                                 .seed = i * 100 + j,
                                 .scale_spread_q16 = 50000};
            image_t image = image_make(&spec);
            compare_posteriors(image, 3, spec.seed);
            image_free(image);
        }
    }
}

static void heads_of_every_size(void **state) {
    (void)state;
    static const uint32_t classes[] = {2, 3, 10, 31, 32, 33, 64, 65, 100, 128, 129, 1000};
    for (size_t i = 0; i < COUNT(classes); i++) {
        for (size_t j = 0; j < COUNT(edges); j++) {
            image_layer_t layers[] = {{edges[j], 2, 20000}};
            image_spec_t spec = {.height = 2,
                                 .width = 2,
                                 .channels = 2,
                                 .maximum = 255,
                                 .layers = layers,
                                 .layer_count = 1,
                                 .classes = classes[i],
                                 .seed = i * 100 + j,
                                 .scale_spread_q16 = 50000};
            image_t image = image_make(&spec);
            baynn_session_config_t config = plain(BAYNN_POSTERIOR_EXACT);
            compare(image, &config, 3, spec.seed);
            image_free(image);
        }
    }
}

/* Random depth, with 0 to 6 sites at random places. */
static void random_networks(void **state) {
    (void)state;
    uint64_t random = 1;
    for (uint64_t round = 0; round < 150; round++) {
        image_layer_t layers[8];
        uint32_t count = 1 + (uint32_t)(image_random(&random) % 7);
        uint32_t sites = 0;
        for (uint32_t i = 0; i < count; i++) {
            uint32_t outputs = edges[image_random(&random) % COUNT(edges)];
            uint32_t drop = 1 + (uint32_t)(image_random(&random) % 65535);
            int stochastic = sites < 6 && image_random(&random) % 4 != 0;
            layers[i] =
                stochastic ? (image_layer_t){outputs, 2, drop} : (image_layer_t){outputs, 1, 0};
            sites += stochastic ? 1 : 0;
        }
        image_spec_t spec = {
            .height = 1 + (uint32_t)(image_random(&random) % 9),
            .width = 1 + (uint32_t)(image_random(&random) % 9),
            .channels = 1 + (uint32_t)(image_random(&random) % 3),
            .maximum = maxima[image_random(&random) % COUNT(maxima)],
            .layers = layers,
            .layer_count = count,
            .classes = 2 + (uint32_t)(image_random(&random) % 40),
            .seed = round,
            .scale_spread_q16 = (uint32_t)(image_random(&random) % 100000),
            .policy_measure = (uint32_t)(image_random(&random) % 3),
            .policy_threshold_q16 = (uint32_t)(image_random(&random) % 100000),
        };
        image_t image = image_make(&spec);
        compare_posteriors(image, 2, round);
        image_free(image);
    }
}

static void large_networks(void **state) {
    (void)state;
    static const image_layer_t layers[] = {{1000, 2, 9830}, {600, 1, 0}, {300, 2, 9830}};
    static const uint32_t sizes[] = {1000, 1023, 1024, 1025, 4096};
    for (size_t i = 0; i < COUNT(sizes); i++) {
        for (size_t m = 0; m < COUNT(maxima); m++) {
            image_spec_t spec = {.height = sizes[i],
                                 .width = 1,
                                 .channels = 1,
                                 .maximum = maxima[m],
                                 .layers = layers,
                                 .layer_count = 3,
                                 .classes = 10,
                                 .seed = i,
                                 .scale_spread_q16 = 20000};
            image_t image = image_make(&spec);
            baynn_session_config_t config = plain(BAYNN_POSTERIOR_DEFAULT);
            compare(image, &config, 2, i);
            image_free(image);
        }
    }
}

/* The largest input: K is almost 2^24. */
static void largest_input(void **state) {
    (void)state;
    static const image_layer_t layers[] = {{33, 2, 9830}};
    for (size_t m = 0; m < COUNT(maxima); m++) {
        image_spec_t spec = {.height = 255,
                             .width = 257,
                             .channels = 1,
                             .maximum = maxima[m],
                             .layers = layers,
                             .layer_count = 1,
                             .classes = 2,
                             .scale_spread_q16 = 20000};
        image_t image = image_make(&spec);
        baynn_session_config_t config = plain(BAYNN_POSTERIOR_DEFAULT);
        compare(image, &config, 17, 1);
        image_free(image);
    }
}

/* ---- Thresholds and logits at their limits ---- */

/* Every plane of thresholds random: far outside of what can be reached, too. */
static void any_threshold(void **state) {
    (void)state;
    static const image_layer_t layers[] = {{40, 2, 20000}, {33, 2, 20000}};
    uint64_t random = 4;
    for (uint64_t round = 0; round < 40; round++) {
        image_spec_t spec = {.height = 3,
                             .width = 3,
                             .channels = 1,
                             .maximum = 5,
                             .layers = layers,
                             .layer_count = 2,
                             .classes = 3,
                             .seed = round};
        image_t image = image_make(&spec);
        for (uint32_t i = 0; i < 2; i++) {
            image_parts_t parts = image_dense_parts(image.data, i);
            for (size_t at = parts.thresholds; at < parts.inversions; at++) {
                if (at % parts.row_bytes < layers[i].outputs / 8) {
                    image.data[at] = (uint8_t)image_random(&random);
                }
            }
        }
        image_reseal(image.data);
        baynn_model_t model;
        if (baynn_model_open(&model, image.data, image.bytes, baynn_parts_all) == BAYNN_OK) {
            compare_posteriors(image, 2, round);
        }
        image_free(image);
    }
}

/* Thresholds that always fire, never do, and are reached exactly. */
static void extreme_thresholds(void **state) {
    (void)state;
    static const image_layer_t layers[] = {{33, 2, 20000}};
    for (uint32_t k = 1; k <= 40; k++) {
        for (uint32_t threshold = 0; threshold <= 2 * k + 1; threshold++) {
            image_spec_t spec = {.height = 1,
                                 .width = k,
                                 .channels = 1,
                                 .maximum = 1,
                                 .layers = layers,
                                 .layer_count = 1,
                                 .classes = 2,
                                 .seed = k};
            image_t image = image_make(&spec);
            image_parts_t parts = image_dense_parts(image.data, 0);
            uint32_t planes = image_width(k) + 1;
            for (uint32_t row = 0; row < 2 * planes; row++) {
                uint32_t bit = threshold >> row % planes & 1u;
                size_t at = parts.thresholds + row * parts.row_bytes;
                image_write_u32(image.data, at, bit ? UINT32_MAX : 0);
                image_write_u32(image.data, at + 4, UINT32_MAX - 1 + bit);
            }
            image_reseal(image.data);
            baynn_session_config_t config = plain(BAYNN_POSTERIOR_EXACT);
            compare(image, &config, 3, k);
            image_free(image);
        }
    }
}

/* Logits from -2^31 + 1 to 2^31 - 1, and ties. */
static void extreme_logits(void **state) {
    (void)state;
    static const uint32_t pairs[][4][2] = {
        {{0, 0}, {0, 0}, {0, 0}, {0, 0}},
        {{0, 0x7FFFFFFF}, {0, 0x80000001}, {0, 0}, {0, 1}},
        {{0, 0x80000001}, {0, 0x7FFFFFFF}, {0, 0x7FFFFFFF}, {0, 0x7FFFFFFE}},
        {{0, 0x80000001}, {0, 0x80000001}, {0, 0x80000001}, {0, 0x80000001}},
        {{0x04000000, 0x03FFFFFF}, {0xFC000000, 0xFC000001}, {0x04000000, 0xFC000001}, {1, 1}},
        {{0, 0}, {0, 32 << 20}, {0, 22 << 20}, {0, 23 << 20}},
        {{0, 0}, {0, 1}, {0, 2}, {0, 3}},
    };
    static const image_layer_t layers[] = {{31, 2, 20000}};
    image_spec_t spec = {.height = 3,
                         .width = 3,
                         .channels = 1,
                         .maximum = 5,
                         .layers = layers,
                         .layer_count = 1,
                         .classes = 4,
                         .scale_spread_q16 = 80000};
    for (size_t i = 0; i < COUNT(pairs); i++) {
        image_t image = image_make(&spec);
        image_parts_t parts = image_softmax_parts(image.data);
        for (size_t k = 0; k < 4; k++) {
            image_write_u32(image.data, parts.thresholds + 8 * k, pairs[i][k][0]);
            image_write_u32(image.data, parts.thresholds + 8 * k + 4, pairs[i][k][1]);
        }
        image_reseal(image.data);
        compare_posteriors(image, 8, i);
        image_free(image);
    }
}

/* Random scales of every magnitude. */
static void random_logits(void **state) {
    (void)state;
    static const image_layer_t layers[] = {{32, 2, 20000}};
    uint64_t random = 11;
    uint32_t compared = 0;
    for (uint64_t round = 0; round < 1500; round++) {
        image_spec_t spec = {.height = 3,
                             .width = 3,
                             .channels = 1,
                             .maximum = 5,
                             .layers = layers,
                             .layer_count = 1,
                             .classes = 17,
                             .seed = round,
                             .scale_spread_q16 = 80000};
        image_t image = image_make(&spec);
        image_parts_t parts = image_softmax_parts(image.data);
        uint32_t shift = (uint32_t)(round % 26);
        for (size_t k = 0; k < 17; k++) {
            uint32_t scale = (uint32_t)image_random(&random) >> shift >> 6;
            uint32_t bias = (uint32_t)image_random(&random) >> shift >> 6;
            scale = image_random(&random) % 2 ? scale : 0u - scale;
            bias = image_random(&random) % 2 ? bias : 0u - bias;
            if ((round & 1u) != 0) {
                scale = 0;
            }
            image_write_u32(image.data, parts.thresholds + 8 * k, scale);
            image_write_u32(image.data, parts.thresholds + 8 * k + 4, bias);
        }
        image_reseal(image.data);
        baynn_model_t model;
        if (baynn_model_open(&model, image.data, image.bytes, baynn_parts_all) == BAYNN_OK) {
            baynn_session_config_t config = plain(BAYNN_POSTERIOR_EXACT);
            compare(image, &config, 6, round);
            compared++;
        }
        image_free(image);
    }
    assert_true(compared > 1000);
}

/* One output that fires if kept and does not if dropped, each half of the time, and two
 * classes of which each leaf takes another: the average is a tie, and goes to class 0. */
static void ties_go_to_the_lowest_class(void **state) {
    (void)state;
    static const image_layer_t layers[] = {{1, 2, 32768}};
    image_spec_t spec = {.height = 1,
                         .width = 1,
                         .channels = 1,
                         .maximum = 1,
                         .layers = layers,
                         .layer_count = 1,
                         .classes = 2};
    for (uint32_t swapped = 0; swapped < 2; swapped++) {
        image_t image = image_make(&spec);
        image_parts_t layer = image_dense_parts(image.data, 0);
        image_parts_t head = image_softmax_parts(image.data);
        /* K = 1: threshold 0 always fires, 3 never does; lane 0 of two planes a state. */
        for (uint32_t row = 0; row < 4; row++) {
            uint32_t fires = row / 2 == swapped;
            image_write_u32(image.data, layer.thresholds + 4 * row, UINT32_MAX - fires);
            image_write_u32(image.data, layer.inversions + row / 2 * 4, 0);
        }
        image_write_u32(image.data, head.weights, 3);
        image_write_u32(image.data, head.totals, 3);
        for (uint32_t k = 0; k < 2; k++) {
            uint32_t scale = k == 0 ? 1u << 20 : 0u - (1u << 20);
            uint32_t bias = k == 0 ? 0u - (1u << 19) : 1u << 19;
            image_write_u32(image.data, head.thresholds + 8 * k, scale);
            image_write_u32(image.data, head.thresholds + 8 * k + 4, bias);
        }
        image_reseal(image.data);
        baynn_model_t model = model_open(image);
        room_t room = room_make(&model, NULL);
        const uint8_t input = 1;
        uint32_t probability[2];
        baynn_prediction_t prediction = {.struct_bytes = sizeof prediction};
        assert_int_equal(baynn_infer(room.session, &input, 1, &prediction), BAYNN_OK);
        assert_int_equal(baynn_infer_probabilities(room.session, probability, 2), BAYNN_OK);
        assert_int_equal(probability[0], 1u << 30);
        assert_int_equal(probability[1], 1u << 30);
        assert_int_equal(prediction.label, 0);
        assert_true(prediction.mutual_information_q16 > 0);
        room_free(room);
        baynn_session_config_t config = plain(BAYNN_POSTERIOR_EXACT);
        compare(image, &config, 2, swapped);
        image_free(image);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(one_layer_of_every_shape),
        cmocka_unit_test(two_layers_of_every_shape),
        cmocka_unit_test(heads_of_every_size),
        cmocka_unit_test(random_networks),
        cmocka_unit_test(large_networks),
        cmocka_unit_test(largest_input),
        cmocka_unit_test(any_threshold),
        cmocka_unit_test(extreme_thresholds),
        cmocka_unit_test(extreme_logits),
        cmocka_unit_test(random_logits),
        cmocka_unit_test(ties_go_to_the_lowest_class),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
