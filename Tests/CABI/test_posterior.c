/* SPDX-License-Identifier: Apache-2.0 */
#include "support.h"

/* Which leaves a posterior takes: many sites, cuts, draws, calls. */

enum { ELEMENTS = 4, MAXIMUM = 3 };

/* A narrow network of which every layer is a site; drop gives their drop_probability. */
static image_t image_of_sites(uint32_t sites, const uint32_t *drop, uint64_t seed) {
    image_layer_t layers[32];
    uint32_t count = sites == 0 ? 1 : sites;
    for (uint32_t i = 0; i < count; i++) {
        layers[i] = sites == 0 ? (image_layer_t){5, 1, 0} : (image_layer_t){5, 2, drop[i]};
    }
    image_spec_t spec = {.height = 2,
                         .width = 2,
                         .channels = 1,
                         .maximum = MAXIMUM,
                         .layers = layers,
                         .layer_count = count,
                         .classes = 3,
                         .seed = seed,
                         .scale_spread_q16 = 100000};
    return image_make(&spec);
}

static image_t image_of_equal_sites(uint32_t sites, uint32_t drop, uint64_t seed) {
    uint32_t drops[32];
    for (uint32_t i = 0; i < 32; i++) {
        drops[i] = drop;
    }
    return image_of_sites(sites, drops, seed);
}

static void infer_and_compare(room_t room, const naive_network_t *network,
                              const naive_config_t *naive, uint64_t *random) {
    uint8_t input[ELEMENTS];
    input_random(random, input, ELEMENTS, MAXIMUM);
    baynn_prediction_t prediction = {.struct_bytes = sizeof prediction};
    assert_int_equal(baynn_infer(room.session, input, ELEMENTS, &prediction), BAYNN_OK);
    assert_result(room.session, network, input, naive);
}

static void compare(image_t image, baynn_session_config_t config, uint32_t inputs) {
    baynn_model_t model = model_open(image);
    naive_network_t *network = naive_network_read(image.data, image.bytes);
    config.struct_bytes = sizeof config;
    for (uint32_t memory = 0; memory < 2; memory++) {
        config.memory = memory;
        room_t room = room_make(&model, &config);
        naive_config_t naive = naive_config(network, &config);
        uint64_t random = 4;
        for (uint32_t i = 0; i < inputs; i++) {
            infer_and_compare(room, network, &naive, &random);
            naive.call++;
        }
        room_free(room);
    }
    naive_network_free(network);
}

static void exact_posterior_of_every_number_of_sites(void **state) {
    (void)state;
    for (uint32_t sites = 0; sites <= 12; sites++) {
        image_t image = image_of_equal_sites(sites, 9830, sites);
        compare(image, (baynn_session_config_t){.posterior = BAYNN_POSTERIOR_EXACT}, 1);
        image_free(image);
    }
    image_t image = image_of_equal_sites(16, 9830, 1);
    compare(image, (baynn_session_config_t){.posterior = BAYNN_POSTERIOR_EXACT}, 1);
    image_free(image);
}

/* Exact up to 10 sites, certified above. */
static void default_posterior(void **state) {
    (void)state;
    for (uint32_t sites = 0; sites <= 14; sites++) {
        image_t image = image_of_equal_sites(sites, 9830, sites);
        compare(image, (baynn_session_config_t){.posterior = BAYNN_POSTERIOR_DEFAULT}, 1);
        image_free(image);
    }
}

/* Where the default is certified, cut_q31 is its cut. */
static void default_posterior_with_a_cut(void **state) {
    (void)state;
    for (uint32_t sites = 9; sites <= 12; sites++) {
        image_t image = image_of_equal_sites(sites, 9830, sites);
        for (uint32_t shift = 12; shift <= 28; shift += 4) {
            compare(image,
                    (baynn_session_config_t){.posterior = BAYNN_POSTERIOR_DEFAULT,
                                             .cut_q31 = 1u << shift},
                    1);
        }
        image_free(image);
    }
}

static void certified_posterior_of_every_cut(void **state) {
    (void)state;
    static const uint32_t drops[][8] = {
        {9830, 20000, 40000, 65535, 1, 32768, 30000, 50000},
        {32768, 32768, 32768, 32768, 32768, 32768, 32768, 32768},
        {65535, 65535, 65535, 65535, 65535, 65535, 65535, 65535},
        {1, 1, 1, 1, 1, 1, 1, 1},
        {60000, 60000, 60000, 60000, 60000, 60000, 60000, 60000},
    };
    for (size_t i = 0; i < COUNT(drops); i++) {
        image_t image = image_of_sites(8, drops[i], i);
        for (uint32_t shift = 0; shift <= 31; shift++) {
            for (uint32_t odd = 0; odd < 2; odd++) {
                uint32_t cut = (1u << shift) + odd;
                if (cut <= 1u << 31) {
                    compare(image,
                            (baynn_session_config_t){.posterior = BAYNN_POSTERIOR_CERTIFIED,
                                                     .cut_q31 = cut},
                            1);
                }
            }
        }
        image_free(image);
    }
}

/* Cuts at, just above and just below the masses that there are. */
static void certified_posterior_at_every_mass(void **state) {
    (void)state;
    static const uint32_t drops[] = {9830, 20000, 40000, 60000};
    image_t image = image_of_sites(4, drops, 3);
    naive_network_t *network = naive_network_read(image.data, image.bytes);
    for (uint32_t mask = 0; mask < 16; mask++) {
        for (uint32_t delta = 0; delta < 3; delta++) {
            compare(image,
                    (baynn_session_config_t){.posterior = BAYNN_POSTERIOR_CERTIFIED,
                                             .cut_q31 = naive_mass(network, mask) + delta - 1},
                    1);
        }
    }
    naive_network_free(network);
    image_free(image);
}

static void certified_posterior_of_many_sites(void **state) {
    (void)state;
    static const uint32_t drops[] = {1000, 3000, 9830, 20000, 60000};
    for (uint32_t sites = 11; sites <= 18; sites++) {
        for (size_t i = 0; i < COUNT(drops); i++) {
            image_t image = image_of_equal_sites(sites, drops[i], sites);
            compare(image, (baynn_session_config_t){.posterior = BAYNN_POSTERIOR_CERTIFIED}, 1);
            image_free(image);
        }
    }
}

/* All leaves are the most probable one: SPEC.md takes them all. */
static void certified_posterior_of_equal_masses(void **state) {
    (void)state;
    for (uint32_t sites = 1; sites <= 13; sites++) {
        image_t image = image_of_equal_sites(sites, 32768, sites);
        compare(image, (baynn_session_config_t){.posterior = BAYNN_POSTERIOR_CERTIFIED}, 1);
        image_free(image);
    }
}

/* However even the sites are, a default inference ends soon. */
static void an_even_posterior_ends(void **state) {
    (void)state;
    image_t image = image_of_equal_sites(32, 32767, 1);
    baynn_model_t model = model_open(image);
    room_t room = room_make(&model, NULL);
    uint8_t input[ELEMENTS] = {0};
    baynn_prediction_t prediction = {.struct_bytes = sizeof prediction};
    assert_int_equal(baynn_infer(room.session, input, ELEMENTS, &prediction), BAYNN_OK);
    assert_int_equal(prediction.leaves, 1);
    room_free(room);
    image_free(image);
}

/* 2^32 leaves cannot be listed, but those that count can. */
static void certified_posterior_of_32_sites(void **state) {
    (void)state;
    static const uint32_t drops[] = {1, 100, 1000, 9830, 30000, 40000, 60000, 65535};
    for (size_t i = 0; i < COUNT(drops); i++) {
        image_t image = image_of_equal_sites(32, drops[i], i);
        baynn_model_t model = model_open(image);
        room_t room = room_make(&model, NULL);
        uint8_t input[ELEMENTS] = {0, 1, 2, 3};
        baynn_prediction_t prediction = {.struct_bytes = sizeof prediction};
        assert_int_equal(baynn_infer(room.session, input, ELEMENTS, &prediction), BAYNN_OK);
        assert_true(prediction.leaves >= 1);
        assert_true(prediction.leaves <= 1024);
        assert_int_equal(prediction.samples, prediction.leaves);
        assert_true(prediction.mass_q31 <= 1u << 31);
        assert_true(prediction.leaves == 1 || prediction.mass_q31 >= prediction.leaves << 21);
        assert_int_equal(prediction.flags & BAYNN_PREDICTION_COMPLETE, BAYNN_PREDICTION_COMPLETE);
        room_free(room);
        image_free(image);
    }
}

/* "No class probability is further from the exact one than 1 - mass." */
static void certified_posterior_is_certified(void **state) {
    (void)state;
    for (uint32_t shift = 20; shift <= 31; shift++) {
        image_t image = image_of_equal_sites(9, 9830, shift);
        baynn_model_t model = model_open(image);
        baynn_session_config_t config = {.struct_bytes = sizeof config,
                                         .posterior = BAYNN_POSTERIOR_CERTIFIED,
                                         .cut_q31 = 1u << shift};
        room_t certified = room_make(&model, &config);
        room_t exact = room_make(&model, NULL);
        uint64_t random = shift;
        for (int round = 0; round < 8; round++) {
            uint8_t input[ELEMENTS];
            uint32_t p[3];
            uint32_t q[3];
            input_random(&random, input, ELEMENTS, MAXIMUM);
            baynn_prediction_t all = {.struct_bytes = sizeof all};
            baynn_prediction_t some = {.struct_bytes = sizeof some};
            assert_int_equal(baynn_infer(exact.session, input, ELEMENTS, &all), BAYNN_OK);
            assert_int_equal(baynn_infer(certified.session, input, ELEMENTS, &some), BAYNN_OK);
            assert_int_equal(baynn_infer_probabilities(exact.session, p, 3), BAYNN_OK);
            assert_int_equal(baynn_infer_probabilities(certified.session, q, 3), BAYNN_OK);
            assert_int_equal(all.mass_q31, 1u << 31);
            for (int k = 0; k < 3; k++) {
                uint32_t difference = p[k] > q[k] ? p[k] - q[k] : q[k] - p[k];
                /* One unit for rounding down. */
                assert_true(difference <= (1u << 31) - some.mass_q31 + 1);
            }
        }
        room_free(exact);
        room_free(certified);
        image_free(image);
    }
}

static void sampled_posterior_of_any_number_of_passes(void **state) {
    (void)state;
    static const uint32_t passes[] = {1, 2, 3, 4, 5, 20, 31, 32, 33, 100, 1000, 4096};
    for (uint32_t sites = 0; sites <= 9; sites += 3) {
        image_t image = image_of_equal_sites(sites, 9830, sites);
        for (size_t i = 0; i < COUNT(passes); i++) {
            compare(image,
                    (baynn_session_config_t){
                        .posterior = BAYNN_POSTERIOR_SAMPLED, .passes = passes[i], .seed = i},
                    2);
        }
        image_free(image);
    }
}

static void sampled_posterior_of_any_number_of_sites(void **state) {
    (void)state;
    for (uint32_t sites = 0; sites <= 32; sites++) {
        image_t image = image_of_equal_sites(sites, 20000, sites);
        compare(image,
                (baynn_session_config_t){.posterior = BAYNN_POSTERIOR_SAMPLED,
                                         .passes = 200,
                                         .seed = UINT64_C(0xFEDCBA9876543210)},
                2);
        image_free(image);
    }
}

/* Call k of a session is call config.call + k, also where the number wraps. */
static void calls_are_counted(void **state) {
    (void)state;
    static const uint64_t calls[] = {
        0, 1, UINT32_MAX - 1, UINT32_MAX, UINT64_MAX - 1, UINT64_MAX, UINT64_C(1) << 40};
    image_t image = image_of_equal_sites(5, 20000, 8);
    for (size_t i = 0; i < COUNT(calls); i++) {
        compare(image,
                (baynn_session_config_t){
                    .posterior = BAYNN_POSTERIOR_SAMPLED, .passes = 6, .seed = 3, .call = calls[i]},
                5);
    }
    image_free(image);
}

/* A session that starts at a later call goes on where the other one is. */
static void a_call_can_be_repeated(void **state) {
    (void)state;
    image_t image = image_of_equal_sites(5, 20000, 8);
    baynn_model_t model = model_open(image);
    baynn_session_config_t config = {.struct_bytes = sizeof config,
                                     .posterior = BAYNN_POSTERIOR_SAMPLED,
                                     .passes = 10,
                                     .seed = 77};
    room_t room = room_make(&model, &config);
    const uint8_t input[ELEMENTS] = {3, 2, 1, 0};
    uint32_t different = 0;
    baynn_prediction_t last = {.struct_bytes = sizeof last};
    for (uint64_t call = 0; call < 20; call++) {
        config.call = call;
        room_t other = room_make(&model, &config);
        baynn_prediction_t a = {.struct_bytes = sizeof a};
        baynn_prediction_t b = {.struct_bytes = sizeof b};
        assert_int_equal(baynn_infer(room.session, input, ELEMENTS, &a), BAYNN_OK);
        assert_int_equal(baynn_infer(other.session, input, ELEMENTS, &b), BAYNN_OK);
        assert_memory_equal(&a, &b, sizeof a);
        different += memcmp(&a, &last, sizeof a) != 0;
        last = a;
        room_free(other);
    }
    assert_true(different > 10);
    room_free(room);
    image_free(image);
}

static void deterministic_posterior(void **state) {
    (void)state;
    for (uint32_t sites = 0; sites <= 32; sites += 4) {
        image_t image = image_of_equal_sites(sites, 40000, sites);
        compare(image, (baynn_session_config_t){.posterior = BAYNN_POSTERIOR_DETERMINISTIC}, 4);
        image_free(image);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(exact_posterior_of_every_number_of_sites),
        cmocka_unit_test(default_posterior),
        cmocka_unit_test(default_posterior_with_a_cut),
        cmocka_unit_test(certified_posterior_of_every_cut),
        cmocka_unit_test(certified_posterior_at_every_mass),
        cmocka_unit_test(certified_posterior_of_many_sites),
        cmocka_unit_test(certified_posterior_of_equal_masses),
        cmocka_unit_test(an_even_posterior_ends),
        cmocka_unit_test(certified_posterior_of_32_sites),
        cmocka_unit_test(certified_posterior_is_certified),
        cmocka_unit_test(sampled_posterior_of_any_number_of_passes),
        cmocka_unit_test(sampled_posterior_of_any_number_of_sites),
        cmocka_unit_test(calls_are_counted),
        cmocka_unit_test(a_call_can_be_repeated),
        cmocka_unit_test(deterministic_posterior),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
