/* SPDX-License-Identifier: Apache-2.0 */
#include "image_edit.h"

static const uint32_t posteriors[] = {BAYNN_POSTERIOR_DEFAULT, BAYNN_POSTERIOR_EXACT,
                                      BAYNN_POSTERIOR_CERTIFIED, BAYNN_POSTERIOR_SAMPLED,
                                      BAYNN_POSTERIOR_DETERMINISTIC};

static baynn_session_config_t config_of(uint32_t posterior, uint32_t memory) {
    return (baynn_session_config_t){
        .struct_bytes = sizeof(baynn_session_config_t), .posterior = posterior, .memory = memory};
}

/* A model of layers of 3 outputs, the first sites of which are stochastic. */
static image_t image_of_sites(uint32_t sites) {
    image_layer_t layers[33];
    for (uint32_t i = 0; i <= sites; i++) {
        layers[i] = i < sites ? (image_layer_t){3, 2, 6554} : (image_layer_t){3, 1, 0};
    }
    image_spec_t spec = {.height = 1,
                         .width = 1,
                         .channels = 3,
                         .maximum = 1,
                         .layers = layers,
                         .layer_count = sites + 1,
                         .classes = 2};
    return image_make(&spec);
}

static void storage_query_is_pure(void **state) {
    (void)state;
    image_t image = image_small();
    baynn_model_t model = model_open(image);
    baynn_model_t model_before = model;
    for (size_t i = 0; i < COUNT(posteriors); i++) {
        for (uint32_t memory = 0; memory < 2; memory++) {
            baynn_session_config_t config = config_of(posteriors[i], memory);
            baynn_session_config_t config_before = config;
            size_t first = 0;
            size_t second = SIZE_MAX;
            assert_int_equal(baynn_session_storage_bytes(&model, &config, &first), BAYNN_OK);
            assert_int_equal(baynn_session_storage_bytes(&model, &config, &second), BAYNN_OK);
            assert_int_equal(first, second);
            assert_true(first > 0);
            assert_memory_equal(&config, &config_before, sizeof config);
        }
    }
    assert_memory_equal(&model, &model_before, sizeof model);
    image_free(image);
}

/* The configuration may be left out, or be all zero. */
static void no_configuration_is_the_default(void **state) {
    (void)state;
    image_t image = image_small();
    baynn_model_t model = model_open(image);
    baynn_session_config_t config = config_of(0, 0);
    size_t without = 0;
    size_t with = 0;
    assert_int_equal(baynn_session_storage_bytes(&model, NULL, &without), BAYNN_OK);
    assert_int_equal(baynn_session_storage_bytes(&model, &config, &with), BAYNN_OK);
    assert_int_equal(without, with);
    image_free(image);
}

static void minimal_memory_is_not_more(void **state) {
    (void)state;
    image_t image = image_small();
    baynn_model_t model = model_open(image);
    for (size_t i = 0; i < COUNT(posteriors); i++) {
        size_t bytes[2];
        for (uint32_t memory = 0; memory < 2; memory++) {
            baynn_session_config_t config = config_of(posteriors[i], memory);
            assert_int_equal(baynn_session_storage_bytes(&model, &config, &bytes[memory]),
                             BAYNN_OK);
        }
        assert_true(bytes[BAYNN_MEMORY_MINIMAL] <= bytes[BAYNN_MEMORY_FAST]);
    }
    image_free(image);
}

static void null_is_reported(void **state) {
    (void)state;
    image_t image = image_small();
    baynn_model_t model = model_open(image);
    size_t bytes = 0;
    assert_int_equal(baynn_session_storage_bytes(NULL, NULL, &bytes), BAYNN_ERROR_NULL);
    assert_int_equal(baynn_session_storage_bytes(&model, NULL, NULL), BAYNN_ERROR_NULL);
    room_t room = room_make(&model, NULL);
    baynn_session_t *session = NULL;
    assert_int_equal(baynn_session_init(NULL, room.bytes, &model, NULL, &session),
                     BAYNN_ERROR_NULL);
    assert_int_equal(baynn_session_init(room.storage, room.bytes, NULL, NULL, &session),
                     BAYNN_ERROR_NULL);
    assert_int_equal(baynn_session_init(room.storage, room.bytes, &model, NULL, NULL),
                     BAYNN_ERROR_NULL);
    assert_null(session);
    room_free(room);
    image_free(image);
}

static void closed_model_is_reported(void **state) {
    (void)state;
    baynn_model_t model;
    memset(&model, 0, sizeof model);
    uint64_t storage[64];
    size_t bytes = 77;
    baynn_session_t *session = NULL;
    assert_int_equal(baynn_session_storage_bytes(&model, NULL, &bytes), BAYNN_ERROR_STATE);
    assert_int_equal(bytes, 77);
    assert_int_equal(baynn_session_init(storage, sizeof storage, &model, NULL, &session),
                     BAYNN_ERROR_STATE);
    assert_null(session);
}

static void misaligned_storage_is_reported(void **state) {
    (void)state;
    image_t image = image_small();
    baynn_model_t model = model_open(image);
    size_t bytes = 0;
    assert_int_equal(baynn_session_storage_bytes(&model, NULL, &bytes), BAYNN_OK);
    uint64_t *storage = malloc(bytes + 16);
    assert_non_null(storage);
    for (size_t shift = 0; shift <= 8; shift++) {
        baynn_session_t *session = NULL;
        baynn_status_t expected =
            shift % BAYNN_STORAGE_ALIGNMENT == 0 ? BAYNN_OK : BAYNN_ERROR_ALIGNMENT;
        assert_int_equal(
            baynn_session_init((uint8_t *)storage + shift, bytes, &model, NULL, &session),
            expected);
        assert_true((session != NULL) == (expected == BAYNN_OK));
    }
    free(storage);
    image_free(image);
}

/* Storage that is too small is refused, and nothing is written behind it. */
static void short_storage_is_reported(void **state) {
    (void)state;
    image_t image = image_small();
    baynn_model_t model = model_open(image);
    for (size_t i = 0; i < COUNT(posteriors); i++) {
        for (uint32_t memory = 0; memory < 2; memory++) {
            baynn_session_config_t config = config_of(posteriors[i], memory);
            size_t bytes = 0;
            assert_int_equal(baynn_session_storage_bytes(&model, &config, &bytes), BAYNN_OK);
            uint8_t *storage = malloc(bytes);
            uint8_t *before = malloc(bytes);
            memset(storage, 0x3C, bytes);
            memset(before, 0x3C, bytes);
            baynn_session_t *session = NULL;
            for (size_t less = 1; less <= bytes; less += less < 40 ? 1 : 8) {
                size_t given = bytes - less;
                memset(storage, 0x3C, bytes);
                assert_int_equal(baynn_session_init(storage, given, &model, &config, &session),
                                 BAYNN_ERROR_STORAGE);
                assert_null(session);
                assert_memory_equal(storage + given, before + given, bytes - given);
            }
            assert_int_equal(baynn_session_init(storage, 0, &model, &config, &session),
                             BAYNN_ERROR_STORAGE);
            assert_null(session);
            assert_int_equal(baynn_session_init(storage, bytes, &model, &config, &session),
                             BAYNN_OK);
            assert_in_range((uintptr_t)session, (uintptr_t)storage, (uintptr_t)storage + bytes - 1);
            free(before);
            free(storage);
        }
    }
    image_free(image);
}

static void expect_config(const baynn_model_t *model, const baynn_session_config_t *config,
                          baynn_status_t expected) {
    size_t bytes = 77;
    assert_int_equal(baynn_session_storage_bytes(model, config, &bytes), expected);
    size_t room = expected == BAYNN_OK ? bytes : 65536;
    uint64_t *storage = malloc(room);
    assert_non_null(storage);
    baynn_session_t *session = NULL;
    assert_int_equal(baynn_session_init(storage, room, model, config, &session), expected);
    if (expected != BAYNN_OK) {
        assert_int_equal(bytes, 77);
        assert_null(session);
    }
    free(storage);
}

static void configuration_is_checked(void **state) {
    (void)state;
    image_t image = image_small();
    baynn_model_t model = model_open(image);
    baynn_session_config_t config = config_of(5, 0);
    expect_config(&model, &config, BAYNN_ERROR_ARGUMENT);
    config = config_of(UINT32_MAX, 0);
    expect_config(&model, &config, BAYNN_ERROR_ARGUMENT);
    for (size_t i = 0; i < COUNT(posteriors); i++) {
        config = config_of(posteriors[i], 2);
        expect_config(&model, &config, BAYNN_ERROR_ARGUMENT);
        config = config_of(posteriors[i], UINT32_MAX);
        expect_config(&model, &config, BAYNN_ERROR_ARGUMENT);
        config = config_of(posteriors[i], 0);
        config.reserved = 1;
        expect_config(&model, &config, BAYNN_ERROR_ARGUMENT);
        config.reserved = 0x80000000;
        expect_config(&model, &config, BAYNN_ERROR_ARGUMENT);
        config = config_of(posteriors[i], 1);
        config.seed = UINT64_MAX;
        config.call = UINT64_MAX;
        expect_config(&model, &config, BAYNN_OK);
    }
    config = config_of(BAYNN_POSTERIOR_SAMPLED, 0);
    config.passes = BAYNN_PASSES_MAX;
    expect_config(&model, &config, BAYNN_OK);
    config.passes = BAYNN_PASSES_MAX + 1;
    expect_config(&model, &config, BAYNN_ERROR_ARGUMENT);
    config.passes = UINT32_MAX;
    expect_config(&model, &config, BAYNN_ERROR_ARGUMENT);
    config.passes = 1;
    expect_config(&model, &config, BAYNN_OK);
    config = config_of(BAYNN_POSTERIOR_CERTIFIED, 0);
    config.cut_q31 = 1u << 31;
    expect_config(&model, &config, BAYNN_OK);
    config.cut_q31 = (1u << 31) + 1;
    expect_config(&model, &config, BAYNN_ERROR_ARGUMENT);
    config.cut_q31 = UINT32_MAX;
    expect_config(&model, &config, BAYNN_ERROR_ARGUMENT);
    config.cut_q31 = 1;
    expect_config(&model, &config, BAYNN_OK);
    image_free(image);
}

static void exact_posterior_is_limited(void **state) {
    (void)state;
    for (uint32_t sites = 0; sites <= 32; sites++) {
        image_t image = image_of_sites(sites);
        baynn_model_t model = model_open(image);
        assert_int_equal(model_info(&model).sites, sites);
        baynn_session_config_t config = config_of(BAYNN_POSTERIOR_EXACT, 0);
        expect_config(&model, &config,
                      sites <= BAYNN_EXACT_SITES_MAX ? BAYNN_OK : BAYNN_ERROR_POSTERIOR);
        config = config_of(BAYNN_POSTERIOR_DEFAULT, 0);
        expect_config(&model, &config, BAYNN_OK);
        config = config_of(BAYNN_POSTERIOR_CERTIFIED, 0);
        expect_config(&model, &config, BAYNN_OK);
        config = config_of(BAYNN_POSTERIOR_SAMPLED, 0);
        expect_config(&model, &config, BAYNN_OK);
        config = config_of(BAYNN_POSTERIOR_DETERMINISTIC, 0);
        expect_config(&model, &config, BAYNN_OK);
        image_free(image);
    }
}

/* Nothing outside of the storage is written, from init to the result. */
static void storage_is_respected(void **state) {
    (void)state;
    enum { GUARD = 64 };
    image_t image = image_small();
    image_t copy = image_copy(image);
    baynn_model_t model = model_open(image);
    uint8_t input[9];
    uint64_t random = 3;
    for (size_t i = 0; i < COUNT(posteriors); i++) {
        for (uint32_t memory = 0; memory < 2; memory++) {
            baynn_session_config_t config = config_of(posteriors[i], memory);
            size_t bytes = 0;
            assert_int_equal(baynn_session_storage_bytes(&model, &config, &bytes), BAYNN_OK);
            uint8_t *block = malloc(GUARD + bytes + GUARD);
            assert_non_null(block);
            memset(block, 0xE7, GUARD + bytes + GUARD);
            baynn_session_t *session = NULL;
            assert_int_equal(baynn_session_init(block + GUARD, bytes, &model, &config, &session),
                             BAYNN_OK);
            baynn_prediction_t prediction = {.struct_bytes = sizeof prediction};
            for (int round = 0; round < 8; round++) {
                input_random(&random, input, sizeof input, 4);
                assert_int_equal(baynn_infer(session, input, sizeof input, &prediction), BAYNN_OK);
            }
            for (size_t k = 0; k < GUARD; k++) {
                assert_int_equal(block[k], 0xE7);
                assert_int_equal(block[GUARD + bytes + k], 0xE7);
            }
            free(block);
        }
    }
    assert_memory_equal(image.data, copy.data, image.bytes);
    image_free(copy);
    image_free(image);
}

/* What was in the storage before makes no difference. */
static void storage_may_hold_anything(void **state) {
    (void)state;
    image_t image = image_small();
    baynn_model_t model = model_open(image);
    room_t room = room_make(&model, NULL);
    naive_network_t *network = naive_network_read(image.data, image.bytes);
    naive_config_t naive = naive_config(network, NULL);
    uint8_t input[9] = {0, 1, 2, 3, 4, 3, 2, 1, 0};
    for (int fill = 0; fill < 256; fill += 15) {
        memset(room.storage, fill, room.bytes);
        assert_int_equal(baynn_session_init(room.storage, room.bytes, &model, NULL, &room.session),
                         BAYNN_OK);
        baynn_prediction_t prediction = {.struct_bytes = sizeof prediction};
        assert_int_equal(baynn_infer(room.session, input, sizeof input, &prediction), BAYNN_OK);
        assert_result(room.session, network, input, &naive);
    }
    naive_network_free(network);
    room_free(room);
    image_free(image);
}

static void model_and_configuration_may_be_discarded(void **state) {
    (void)state;
    image_t image = image_small();
    baynn_model_t model = model_open(image);
    baynn_session_config_t config = config_of(BAYNN_POSTERIOR_SAMPLED, 0);
    config.passes = 33;
    config.seed = 5;
    naive_network_t *network = naive_network_read(image.data, image.bytes);
    naive_config_t naive = naive_config(network, &config);
    room_t room = room_make(&model, &config);
    memset(&model, 0xFF, sizeof model);
    memset(&config, 0xFF, sizeof config);
    uint8_t input[9] = {4, 4, 0, 0, 4, 1, 2, 1, 0};
    baynn_prediction_t prediction = {.struct_bytes = sizeof prediction};
    assert_int_equal(baynn_infer(room.session, input, sizeof input, &prediction), BAYNN_OK);
    assert_result(room.session, network, input, &naive);
    naive_network_free(network);
    room_free(room);
    image_free(image);
}

/* Fields that sizes follow from, damaged after opening: an error, or a session that stays
 * within its memory. */
static void structure_damaged_after_opening(void **state) {
    (void)state;
    image_t image = image_small();
    baynn_model_t model = model_open(image);
    size_t reported = 0;
    for (uint32_t layer = 0; layer < 3; layer++) {
        size_t fields = image_dense_parts(image.data, layer).fields;
        for (size_t offset = fields - 8; offset < fields + 24; offset += 4) {
            for (uint32_t bit = 0; bit < 32; bit++) {
                size_t bytes = 0;
                edit_flip(&image, offset, bit);
                baynn_status_t status = baynn_session_storage_bytes(&model, NULL, &bytes);
                if (status != BAYNN_OK) {
                    assert_in_range(-status, -BAYNN_ERROR_IMAGE_TRUNCATED,
                                    -BAYNN_ERROR_IMAGE_WEIGHTS);
                    reported++;
                    bytes = 65536;
                }
                uint64_t *storage = malloc(bytes);
                assert_non_null(storage);
                baynn_session_t *session = NULL;
                assert_int_equal(baynn_session_init(storage, bytes, &model, NULL, &session),
                                 status);
                free(storage);
                edit_flip(&image, offset, bit);
            }
        }
    }
    assert_true(reported > 0);
    image_free(image);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(storage_query_is_pure),
        cmocka_unit_test(no_configuration_is_the_default),
        cmocka_unit_test(minimal_memory_is_not_more),
        cmocka_unit_test(null_is_reported),
        cmocka_unit_test(closed_model_is_reported),
        cmocka_unit_test(misaligned_storage_is_reported),
        cmocka_unit_test(short_storage_is_reported),
        cmocka_unit_test(configuration_is_checked),
        cmocka_unit_test(exact_posterior_is_limited),
        cmocka_unit_test(storage_is_respected),
        cmocka_unit_test(storage_may_hold_anything),
        cmocka_unit_test(model_and_configuration_may_be_discarded),
        cmocka_unit_test(structure_damaged_after_opening),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
