/* SPDX-License-Identifier: Apache-2.0 */
#include "vectors.h"

/* Configurations of sessions, for every kind of model. */

static baynn_session_config_t config_of(uint32_t posterior) {
    return (baynn_session_config_t){.struct_bytes = sizeof(baynn_session_config_t),
                                    .posterior = posterior};
}

/* Both calls that take a configuration say the same, and an error writes nothing. */
static void expect_config(const vector_network_t *network, const baynn_model_t *model,
                          const baynn_session_config_t *config, baynn_status_t expected) {
    static uint64_t storage[1 << 16];
    size_t bytes = 12345;
    assert_of(network, baynn_session_storage_bytes(model, config, &bytes) == expected);
    assert_of(network, expected == BAYNN_OK || bytes == 12345);
    baynn_session_t *session = NULL;
    assert_of(network,
              baynn_session_init(storage, sizeof storage, model, config, &session) == expected);
    assert_of(network, (session != NULL) == (expected == BAYNN_OK));
}

/* Exact and certified need decisions that can be enumerated. */
static void posteriors_fit_the_methods(void **state) {
    (void)state;
    uint32_t count;
    const vector_network_t *networks = vector_networks(&count);
    for (uint32_t i = 0; i < count; i++) {
        baynn_model_t model = model_open(networks[i].image);
        baynn_status_t expected =
            model_info(&model).sampled_layers > 0 ? BAYNN_ERROR_POSTERIOR : BAYNN_OK;
        for (uint32_t posterior = 0; posterior <= BAYNN_POSTERIOR_DETERMINISTIC; posterior++) {
            baynn_session_config_t config = config_of(posterior);
            int enumerates =
                posterior == BAYNN_POSTERIOR_EXACT || posterior == BAYNN_POSTERIOR_CERTIFIED;
            expect_config(&networks[i], &model, &config, enumerates ? expected : BAYNN_OK);
        }
    }
}

/* Only one label can be settled: not those of a map, nor values. */
static void stopping_needs_one_label(void **state) {
    (void)state;
    uint32_t count;
    uint32_t refused = 0;
    const vector_network_t *networks = vector_networks(&count);
    for (uint32_t i = 0; i < count; i++) {
        baynn_model_t model = model_open(networks[i].image);
        baynn_model_info_t info = model_info(&model);
        int one_label = info.outputs == 0 && info.positions_height * info.positions_width == 1;
        static const uint32_t posteriors[] = {BAYNN_POSTERIOR_DEFAULT, BAYNN_POSTERIOR_SAMPLED,
                                              BAYNN_POSTERIOR_DETERMINISTIC};
        for (size_t p = 0; p < COUNT(posteriors); p++) {
            baynn_session_config_t config = config_of(posteriors[p]);
            config.stop = BAYNN_STOP_SETTLED;
            expect_config(&networks[i], &model, &config,
                          one_label ? BAYNN_OK : BAYNN_ERROR_ARGUMENT);
        }
        refused += !one_label;
    }
    assert_true(refused > 10);
}

static void members_are_checked(void **state) {
    (void)state;
    static const char *const names[] = {"Scale Dropout", "SpinDrop, bits", "segmentation",
                                        "regression, 3 outputs, method 5"};
    for (size_t i = 0; i < COUNT(names); i++) {
        const vector_network_t *network = vector_network(names[i]);
        baynn_model_t model = model_open(network->image);
        baynn_session_config_t config = config_of(BAYNN_POSTERIOR_DEFAULT);
        config.stop_error_q31 = 1u << 30;
        expect_config(network, &model, &config, BAYNN_OK);
        config.stop_error_q31 = (1u << 30) + 1;
        expect_config(network, &model, &config, BAYNN_ERROR_ARGUMENT);
        config.stop_error_q31 = UINT32_MAX;
        expect_config(network, &model, &config, BAYNN_ERROR_ARGUMENT);
        config.stop_error_q31 = 0;
        for (uint32_t bit = 0; bit < 32; bit++) {
            config.reserved = 1u << bit;
            expect_config(network, &model, &config, BAYNN_ERROR_ARGUMENT);
        }
        config.reserved = 0;
        config.stop = 2;
        expect_config(network, &model, &config, BAYNN_ERROR_ARGUMENT);
        config.stop = UINT32_MAX;
        expect_config(network, &model, &config, BAYNN_ERROR_ARGUMENT);
        config.stop = BAYNN_STOP_NEVER;
        config.passes = BAYNN_PASSES_MAX;
        expect_config(network, &model, &config, BAYNN_OK);
        config.passes = BAYNN_PASSES_MAX + 1;
        expect_config(network, &model, &config, BAYNN_ERROR_ARGUMENT);
        config.passes = 0;
        config.memory = 2;
        expect_config(network, &model, &config, BAYNN_ERROR_ARGUMENT);
        config.memory = 0;
        for (uint32_t bytes = 0; bytes < sizeof config; bytes += 4) {
            config.struct_bytes = bytes;
            expect_config(network, &model, &config, BAYNN_ERROR_ARGUMENT);
        }
    }
}

/* A checksum over a prediction and all that belongs to it. */
static uint32_t digest(const vector_network_t *network, const baynn_model_t *model,
                       const baynn_session_config_t *config) {
    baynn_model_info_t info = model_info(model);
    room_t room = room_make(model, config);
    baynn_prediction_t prediction = {.struct_bytes = sizeof prediction};
    assert_of(network, baynn_infer(room.session, network->inputs[0], network->input_bytes,
                                   &prediction) == BAYNN_OK);
    uint32_t crc = baynn_crc32(0, &prediction, sizeof prediction);
    uint32_t count = info.positions_height * info.positions_width * info.classes;
    uint32_t *probability = calloc(count + 1, sizeof(uint32_t));
    assert_non_null(probability);
    assert_of(network, baynn_infer_probabilities(room.session, probability, count) == BAYNN_OK);
    crc = baynn_crc32(crc, probability, count * sizeof(uint32_t));
    for (uint32_t i = 0; i < info.outputs; i++) {
        baynn_value_t value = {.struct_bytes = sizeof value};
        assert_of(network, baynn_infer_value(room.session, i, &value) == BAYNN_OK);
        crc = baynn_crc32(crc, &value, sizeof value);
    }
    free(probability);
    room_free(room);
    return crc;
}

/* Sampled with 20 passes if a layer draws, else exact up to 10 sites, else certified. */
static void the_default_posterior_follows_the_model(void **state) {
    (void)state;
    uint32_t count;
    const vector_network_t *networks = vector_networks(&count);
    for (uint32_t i = 0; i < count; i++) {
        const vector_network_t *network = &networks[i];
        baynn_model_t model = model_open(network->image);
        baynn_model_info_t info = model_info(&model);
        uint32_t default_digest = digest(network, &model, NULL);
        baynn_session_config_t config = config_of(BAYNN_POSTERIOR_DEFAULT);
        assert_of(network, digest(network, &model, &config) == default_digest);
        config.posterior = info.sampled_layers > 0 ? BAYNN_POSTERIOR_SAMPLED
                           : info.sites <= 10      ? BAYNN_POSTERIOR_EXACT
                                                   : BAYNN_POSTERIOR_CERTIFIED;
        config.passes = 20;
        config.cut_q31 = 1u << 21;
        assert_of(network, digest(network, &model, &config) == default_digest);
        /* Passes and seed of the default posterior count if it samples. */
        if (info.sampled_layers > 0) {
            config.passes = 9;
            config.seed = 77;
            uint32_t sampled = digest(network, &model, &config);
            config.posterior = BAYNN_POSTERIOR_DEFAULT;
            assert_of(network, digest(network, &model, &config) == sampled);
        }
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(posteriors_fit_the_methods),
        cmocka_unit_test(stopping_needs_one_label),
        cmocka_unit_test(members_are_checked),
        cmocka_unit_test(the_default_posterior_follows_the_model),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
