/* SPDX-License-Identifier: Apache-2.0 */
#include <stdio.h>

#include "vectors.h"

/* Sets of parts: a model opens with those that it needs, and with no others. */

/* ---- Sets of one part each ---- */

typedef struct part {
    uint32_t kind;
    baynn_parts_t *offer;
} part_t;

static const part_t layer_parts[] = {
    {IMAGE_DENSE, baynn_part_dense},
    {IMAGE_CONVOLUTION, baynn_part_convolution},
    {IMAGE_AFFINE, baynn_part_affine},
    {IMAGE_NORMALIZATION, baynn_part_normalization},
    {IMAGE_POOL, baynn_part_pool},
    {IMAGE_ADD, baynn_part_add},
    {IMAGE_CONCATENATE, baynn_part_concatenate},
    {IMAGE_UPSAMPLE, baynn_part_upsample},
    {IMAGE_LSTM, baynn_part_lstm},
    {IMAGE_SOFTMAX, baynn_part_softmax},
    {IMAGE_CLASSIFICATION, baynn_part_classification},
    {IMAGE_REGRESSION, baynn_part_regression},
};

static baynn_parts_t *const posterior_parts[] = {baynn_part_exact, baynn_part_certified,
                                                 baynn_part_sampled, baynn_part_deterministic};

/* What the set holds: bits by number in the tables above. */
static uint32_t layers_held;
static uint32_t posteriors_held;

/* A program's own set. */
static void own_parts(uint32_t kind, void *part) {
    for (size_t i = 0; i < COUNT(layer_parts); i++) {
        if (layers_held >> i & 1) {
            layer_parts[i].offer(kind, part);
        }
    }
    for (size_t i = 0; i < COUNT(posterior_parts); i++) {
        if (posteriors_held >> i & 1) {
            posterior_parts[i](kind, part);
        }
    }
}

/* The parts of layers and head that an image needs. */
static uint32_t needed_by(image_t image) {
    uint32_t needed = 0;
    for (size_t i = 0; i < COUNT(layer_parts); i++) {
        if (image_section(image.data, layer_parts[i].kind, 0) != 0) {
            needed |= 1u << i;
        }
    }
    return needed;
}

/* ---- Layers and heads ---- */

static void exactly_the_needed_parts_open_a_model(void **state) {
    (void)state;
    uint32_t count;
    uint32_t used = 0;
    const vector_network_t *networks = vector_networks(&count);
    for (uint32_t i = 0; i < count; i++) {
        const vector_network_t *network = &networks[i];
        const image_t image = network->image;
        const uint32_t needed = needed_by(image);
        used |= needed;
        baynn_model_t model;
        layers_held = needed;
        posteriors_held = 0;
        assert_of(network,
                  baynn_model_open(&model, image.data, image.bytes, own_parts) == BAYNN_OK);
        for (size_t part = 0; part < COUNT(layer_parts); part++) {
            const baynn_status_t expected = needed >> part & 1 ? BAYNN_ERROR_PART : BAYNN_OK;
            layers_held = ~(1u << part);
            assert_of(network,
                      baynn_model_open(&model, image.data, image.bytes, own_parts) == expected);
            assert_of(network, baynn_model_open_trusted(&model, image.data, image.bytes,
                                                        own_parts) == expected);
        }
    }
    assert_int_equal(used, (1u << COUNT(layer_parts)) - 1);
}

/* A model that was not opened is not open. */
static void a_refused_model_is_not_open(void **state) {
    (void)state;
    image_t image = image_small();
    baynn_model_t model;
    memset(&model, 0, sizeof model);
    layers_held = 1;
    assert_int_equal(baynn_model_open(&model, image.data, image.bytes, own_parts),
                     BAYNN_ERROR_PART);
    baynn_model_info_t info = {.struct_bytes = sizeof info};
    assert_int_equal(baynn_model_info(&model, &info), BAYNN_ERROR_STATE);
    image_free(image);
}

/* ---- Posteriors ---- */

static void a_session_needs_its_posterior(void **state) {
    (void)state;
    image_t image = image_small();
    layers_held = needed_by(image);
    baynn_model_t model;
    assert_int_equal(baynn_model_open(&model, image.data, image.bytes, own_parts), BAYNN_OK);
    for (uint32_t posterior = 1; posterior <= COUNT(posterior_parts); posterior++) {
        baynn_session_config_t config = {.struct_bytes = sizeof config, .posterior = posterior};
        for (uint32_t part = 0; part < COUNT(posterior_parts); part++) {
            posteriors_held = 1u << part;
            size_t bytes = 0;
            assert_int_equal(baynn_session_storage_bytes(&model, &config, &bytes), BAYNN_OK);
            void *storage = malloc(bytes);
            assert_non_null(storage);
            baynn_session_t *session = NULL;
            const baynn_status_t expected = part == posterior - 1 ? BAYNN_OK : BAYNN_ERROR_PART;
            assert_int_equal(baynn_session_init(storage, bytes, &model, &config, &session),
                             expected);
            assert_true((session != NULL) == (expected == BAYNN_OK));
            free(storage);
        }
    }
    image_free(image);
}

/* ---- A set of one's own gives the same ---- */

static void own_sets_give_the_same(void **state) {
    (void)state;
    uint32_t count;
    const vector_network_t *networks = vector_networks(&count);
    for (uint32_t i = 0; i < count; i++) {
        const vector_network_t *network = &networks[i];
        layers_held = needed_by(network->image);
        for (uint32_t r = 0; r < network->run_count; r++) {
            const vector_run_t *run = &network->runs[r];
            posteriors_held = 1u << (run->config.posterior - 1);
            baynn_model_t model;
            assert_of(network, baynn_model_open(&model, network->image.data, network->image.bytes,
                                                own_parts) == BAYNN_OK);
            room_t room = room_make(&model, &run->config);
            baynn_prediction_t prediction = {.struct_bytes = sizeof prediction};
            assert_of(network, baynn_infer(room.session, network->inputs[run->input],
                                           network->input_bytes, &prediction) == BAYNN_OK);
            assert_vector_result(network, run, room.session);
            room_free(room);
        }
    }
}

/* ---- The sets of the library ---- */

static void the_dense_set_is_of_dense_networks(void **state) {
    (void)state;
    uint32_t count;
    uint32_t opened = 0;
    const vector_network_t *networks = vector_networks(&count);
    for (uint32_t i = 0; i < count; i++) {
        const image_t image = networks[i].image;
        /* Dense layers and a softmax head. */
        const int is_dense = (needed_by(image) & ~(1u | 1u << 9)) == 0;
        baynn_model_t model;
        assert_of(&networks[i],
                  baynn_model_open(&model, image.data, image.bytes, baynn_parts_dense) ==
                      (is_dense ? BAYNN_OK : BAYNN_ERROR_PART));
        opened += is_dense;
    }
    assert_true(opened > 0 && opened < count);

    image_t image = image_small();
    baynn_model_t model;
    assert_int_equal(baynn_model_open(&model, image.data, image.bytes, baynn_parts_dense),
                     BAYNN_OK);
    for (uint32_t posterior = 0; posterior <= BAYNN_POSTERIOR_DETERMINISTIC; posterior++) {
        const int has =
            posterior != BAYNN_POSTERIOR_CERTIFIED && posterior != BAYNN_POSTERIOR_SAMPLED;
        baynn_session_config_t config = {.struct_bytes = sizeof config, .posterior = posterior};
        size_t bytes = 0;
        assert_int_equal(baynn_session_storage_bytes(&model, &config, &bytes), BAYNN_OK);
        void *storage = malloc(bytes);
        assert_non_null(storage);
        baynn_session_t *session = NULL;
        assert_int_equal(baynn_session_init(storage, bytes, &model, &config, &session),
                         has ? BAYNN_OK : BAYNN_ERROR_PART);
        free(storage);
    }
    image_free(image);
}

static void no_set_is_an_error(void **state) {
    (void)state;
    image_t image = image_small();
    baynn_model_t model;
    assert_int_equal(baynn_model_open(&model, image.data, image.bytes, NULL), BAYNN_ERROR_NULL);
    assert_int_equal(baynn_model_open_trusted(&model, image.data, image.bytes, NULL),
                     BAYNN_ERROR_NULL);
    image_free(image);
}

/* The line that the example prints of all predictions of the published model. */
static void the_dense_set_gives_the_published_hash(void **state) {
    (void)state;
    image_t line = file_read("BAYNN_VECTORS", "digits-line.txt");
    image_t image = file_read("BAYNN_MODELS", "digits/digits.baynn");
    image_t records = file_read("BAYNN_MODELS", "digits/digits-test.u8");
    baynn_model_t model;
    assert_int_equal(baynn_model_open(&model, image.data, image.bytes, baynn_parts_dense),
                     BAYNN_OK);
    room_t room = room_make(&model, NULL);
    uint32_t hash = 0;
    for (size_t i = 0; i + 65 <= records.bytes; i += 65) {
        baynn_prediction_t prediction = {.struct_bytes = sizeof prediction};
        assert_int_equal(baynn_infer(room.session, records.data + i, 64, &prediction), BAYNN_OK);
        hash = baynn_crc32(hash, &prediction, sizeof prediction);
    }
    char expected[32];
    snprintf(expected, sizeof expected, "hash %08x", (unsigned)hash);
    assert_non_null(strstr((const char *)line.data, expected));
    room_free(room);
    image_free(records);
    image_free(image);
    image_free(line);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(exactly_the_needed_parts_open_a_model),
        cmocka_unit_test(a_refused_model_is_not_open),
        cmocka_unit_test(a_session_needs_its_posterior),
        cmocka_unit_test(own_sets_give_the_same),
        cmocka_unit_test(the_dense_set_is_of_dense_networks),
        cmocka_unit_test(no_set_is_an_error),
        cmocka_unit_test(the_dense_set_gives_the_published_hash),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
