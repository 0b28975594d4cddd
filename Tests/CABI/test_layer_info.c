/* SPDX-License-Identifier: Apache-2.0 */
#include <stdio.h>

#include "vectors.h"

/* What baynn_model_info says of every kind of model, against sums over the fields of the image. */

typedef struct expected {
    uint32_t layers;
    uint64_t weights;
    uint32_t sites;
    uint64_t random_bits;
    uint64_t drawn;
    uint32_t sampled_layers;
} expected_t;

static void add_sites(expected_t *expected, uint32_t sites) {
    expected->sites += sites;
    expected->random_bits += sites;
}

/* Decisions that are drawn, of so many random bits each. */
static void add_drawn(expected_t *expected, uint64_t count, uint64_t bits) {
    expected->random_bits += count * bits;
    expected->drawn += count;
    expected->sampled_layers++;
}

static void add_weights(expected_t *expected, uint64_t weights) {
    expected->weights += weights;
    expected->layers++;
}

static void add_convolution(expected_t *expected, image_t image, const vector_layer_t *layer) {
    uint64_t rows = (uint64_t)vector_word(image, layer, 1) * vector_word(image, layer, 2) *
                    layer->source_channels;
    uint32_t copies = vector_word(image, layer, 16);
    add_weights(expected, rows * layer->channels * vector_word(image, layer, 12) * copies);
    switch (vector_word(image, layer, 14)) {
    case 1:
        add_sites(expected, 1);
        break;
    case 2:
        add_drawn(expected, rows, 1);
        break;
    case 3:
        add_drawn(expected, layer->source_channels, 1);
        break;
    case 4:
        add_sites(expected, image_width(copies) - 1);
        break;
    default:
        break;
    }
}

static void add_layer(expected_t *expected, image_t image, const vector_layer_t *layer) {
    uint32_t method = layer->kind >= IMAGE_AFFINE && layer->kind <= IMAGE_NORMALIZATION
                          ? vector_word(image, layer, 3)
                          : 0;
    switch (layer->kind) {
    case IMAGE_DENSE:
        add_weights(expected, (uint64_t)vector_word(image, layer, 0) * layer->channels);
        add_sites(expected, vector_word(image, layer, 2) == 2);
        break;
    case IMAGE_CONVOLUTION:
        add_convolution(expected, image, layer);
        break;
    case IMAGE_LSTM:
        add_weights(expected, 4 * (uint64_t)layer->channels * layer->channels);
        break;
    case IMAGE_AFFINE:
        add_sites(expected, method == 1);
        if (method == 5) {
            add_drawn(expected, layer->source_channels, 128);
        }
        break;
    case IMAGE_NORMALIZATION:
        add_sites(expected, method == 6 ? 2 : 0);
        break;
    default:
        break;
    }
}

static expected_t expect(image_t image) {
    expected_t expected;
    memset(&expected, 0, sizeof expected);
    vector_layer_t layers[VECTOR_LAYERS_MAX];
    uint32_t count = vector_layers(image, layers);
    for (uint32_t i = 0; i < count; i++) {
        add_layer(&expected, image, &layers[i]);
    }
    size_t softmax = image_section(image.data, IMAGE_SOFTMAX, 0);
    if (softmax != 0) {
        add_weights(&expected, (uint64_t)image_read_u32(image.data, softmax + 8) *
                                   image_read_u32(image.data, softmax + 12));
    }
    return expected;
}

static void counts_are_those_of_the_image(void **state) {
    (void)state;
    uint32_t count;
    uint32_t sampled = 0;
    const vector_network_t *networks = vector_networks(&count);
    for (uint32_t i = 0; i < count; i++) {
        const vector_network_t *network = &networks[i];
        baynn_model_t model = model_open(network->image);
        baynn_model_info_t info = model_info(&model);
        expected_t expected = expect(network->image);
        assert_of(network, info.layers == expected.layers);
        assert_of(network, info.weights == expected.weights);
        assert_of(network, info.sites == expected.sites);
        assert_of(network, info.random_bits == expected.random_bits);
        assert_of(network, info.random_units == expected.drawn + (expected.sites > 0));
        assert_of(network, info.sampled_layers == expected.sampled_layers);
        assert_of(network, info.piece_work_max >= 1);
        assert_of(network, info.pass_work_max >= info.piece_work_max);
        assert_of(network, info.input_elements == network->input_bytes);
        sampled += info.sampled_layers > 0;
    }
    assert_true(sampled > 10 && sampled < count);
}

/* One unit does for all layers with Scale Dropout, since they use it one after the other. */
static void scale_dropout_needs_one_random_unit(void **state) {
    (void)state;
    uint32_t outputs[] = {2, 65, 300};
    for (size_t i = 0; i < COUNT(outputs); i++) {
        image_layer_t layers[] = {
            {outputs[i], 2, 6554}, {outputs[i], 2, 6554}, {outputs[i], 2, 9830}};
        image_spec_t spec = {.height = 1,
                             .width = 1,
                             .channels = 5,
                             .maximum = 1,
                             .layers = layers,
                             .layer_count = 3,
                             .classes = 2};
        image_t image = image_make(&spec);
        baynn_model_t model = model_open(image);
        baynn_model_info_t info = model_info(&model);
        assert_int_equal(info.random_units, 1);
        assert_int_equal(info.random_bits, 3);
        assert_int_equal(info.sites, 3);
        assert_int_equal(info.sampled_layers, 0);
        image_free(image);
    }
}

/* The reference's own words: the first convolution of these has rows to drop, or channels. */
static void drawn_layers_count_each_decision(void **state) {
    (void)state;
    static const char *const names[] = {"SpinDrop, bits", "Spatial-SpinDrop, bits",
                                        "affine, Gaussian, integers to 8 bits, shift 5"};
    for (size_t i = 0; i < COUNT(names); i++) {
        const vector_network_t *network = vector_network(names[i]);
        baynn_model_t model = model_open(network->image);
        baynn_model_info_t info = model_info(&model);
        assert_of(network, info.sampled_layers == 1);
        assert_of(network, info.random_units > 1);
        assert_of(network, (info.random_bits - info.sites) / (i == 2 ? 128 : 1) ==
                               info.random_units - (info.sites > 0));
    }
}

static void expect_head(const char *name, uint32_t head, uint32_t classes, uint32_t height,
                        uint32_t width, uint32_t outputs) {
    const vector_network_t *network = vector_network(name);
    baynn_model_t model = model_open(network->image);
    baynn_model_info_t info = model_info(&model);
    assert_of(network, info.head == head);
    assert_of(network, info.classes == classes);
    assert_of(network, info.positions_height == height);
    assert_of(network, info.positions_width == width);
    assert_of(network, info.outputs == outputs);
}

static void heads_are_described(void **state) {
    (void)state;
    const uint32_t classification = BAYNN_HEAD_CLASSIFICATION;
    expect_head("classification, 2 classes, 1 x 1 positions", classification, 2, 1, 1, 0);
    expect_head("classification, 2 classes, 4 x 4 positions", classification, 2, 4, 4, 0);
    expect_head("classification, 3 classes, 2 x 2 positions", classification, 3, 2, 2, 0);
    expect_head("classification, 21 classes, 3 x 3 positions", classification, 21, 3, 3, 0);
    expect_head("classification, 33 classes, 1 x 1 positions", classification, 33, 1, 1, 0);
    expect_head("regression, 1 outputs, method 1", BAYNN_HEAD_REGRESSION, 0, 1, 1, 1);
    expect_head("regression, 3 outputs, method 5", BAYNN_HEAD_REGRESSION, 0, 1, 1, 3);
    expect_head("regression, 2 outputs, method 0", BAYNN_HEAD_REGRESSION, 0, 1, 1, 2);
}

/* Classes and outputs have names, and there are no more names than that. */
static void names_are_as_many_as_classes_or_outputs(void **state) {
    (void)state;
    uint32_t count;
    const vector_network_t *networks = vector_networks(&count);
    for (uint32_t i = 0; i < count; i++) {
        const vector_network_t *network = &networks[i];
        baynn_model_t model = model_open(network->image);
        baynn_model_info_t info = model_info(&model);
        size_t labels = image_section(network->image.data, IMAGE_LABELS, 0);
        const char *next = (const char *)network->image.data + labels + 8;
        for (uint32_t label = 0; label < info.classes + info.outputs; label++) {
            const char *name = NULL;
            assert_of(network, baynn_model_class_name(&model, label, &name) == BAYNN_OK);
            assert_of(network, name == next && strlen(name) >= 1);
            next += strlen(name) + 1;
        }
        const char *kept = next;
        assert_of(network, baynn_model_class_name(&model, info.classes + info.outputs, &kept) ==
                               BAYNN_ERROR_ARGUMENT);
        assert_of(network, kept == next);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(counts_are_those_of_the_image),
        cmocka_unit_test(scale_dropout_needs_one_random_unit),
        cmocka_unit_test(drawn_layers_count_each_decision),
        cmocka_unit_test(heads_are_described),
        cmocka_unit_test(names_are_as_many_as_classes_or_outputs),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
