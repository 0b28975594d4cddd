/* SPDX-License-Identifier: Apache-2.0 */
#include "convolution_network.h"
#include "image_edit.h"
#include "vectors.h"

/* Bounds that follow from values, at the last value that is allowed and the first that is not. */

#define VALUE BAYNN_ERROR_IMAGE_VALUE

static void expect_open(const char *defect, image_t image, baynn_status_t expected) {
    image_reseal(image.data);
    baynn_status_t status = model_open_damaged(image.data, image.bytes);
    if (status != expected) {
        print_error("%s: %s, expected %s\n", defect, baynn_status_name(status),
                    baynn_status_name(expected));
        fail();
    }
}

/* abs(m) B + abs(o) < 2^31, where B is the input's maximum. */
static void affine_sums_are_bounded(void **state) {
    (void)state;
    const vector_network_t *network = vector_network("affine, plain, input to 1 bits, shift 0");
    image_t image = image_copy(network->image);
    vector_layer_t layers[VECTOR_LAYERS_MAX];
    vector_layers(image, layers);
    assert_int_equal(vector_word(image, &layers[0], 0), 0);
    size_t input = image_section(image.data, IMAGE_INPUT, 0);
    uint32_t bound = image_read_u32(image.data, input + 8 + 4);
    size_t pair = layers[0].section + 8 + 24;
    static const uint32_t multipliers[] = {0, 1, UINT32_MAX, 1000, 0u - 1000u};
    for (size_t i = 0; i < COUNT(multipliers); i++) {
        uint32_t magnitude = (int32_t)multipliers[i] < 0 ? 0u - multipliers[i] : multipliers[i];
        uint32_t most = INT32_MAX - magnitude * bound;
        image_write_u32(image.data, pair, multipliers[i]);
        image_write_u32(image.data, pair + 4, most);
        expect_open("the largest offset", image, BAYNN_OK);
        image_write_u32(image.data, pair + 4, 0u - most);
        expect_open("the smallest offset", image, BAYNN_OK);
        image_write_u32(image.data, pair + 4, most + 1);
        expect_open("an offset too large", image, VALUE);
        image_write_u32(image.data, pair + 4, 0u - most - 1);
        expect_open("an offset too small", image, VALUE);
    }
    image_free(image);
}

/* Gaussian scales: sigma is not negative, and scale and bias stay within 2^31. */
static void gaussian_scales_are_bounded(void **state) {
    (void)state;
    const vector_network_t *network =
        vector_network("affine, Gaussian, integers to 8 bits, shift 5");
    vector_layer_t layers[VECTOR_LAYERS_MAX];
    uint32_t count = vector_layers(network->image, layers);
    for (uint32_t i = 0; i < count; i++) {
        if (layers[i].kind != IMAGE_AFFINE || vector_word(network->image, &layers[i], 3) != 5) {
            continue;
        }
        size_t triple = layers[i].section + 8 + 24 + 8 * (size_t)layers[i].channels;
        static const struct {
            size_t offset;
            uint32_t value;
        } edits[] = {{4, UINT32_MAX}, {4, 1u << 31}, {4, INT32_MAX}, {8, 1u << 31}, {8, INT32_MAX}};
        for (size_t e = 0; e < COUNT(edits); e++) {
            image_t copy = image_copy(network->image);
            image_write_u32(copy.data, triple + edits[e].offset, edits[e].value);
            expect_open("Gaussian scale", copy, VALUE);
            image_free(copy);
        }
    }
}

/* A drawn scale, abs(mu) + floor(sigma * 321052 / 2^16) + 1, is below 2^31 even where the product
 * that it scales is small. */
static void drawn_scales_are_bounded(void **state) {
    (void)state;
    const vector_network_t *network =
        vector_network("affine, Gaussian, integers to 8 bits, shift 5");
    vector_layer_t layers[VECTOR_LAYERS_MAX];
    uint32_t count = vector_layers(network->image, layers);
    uint32_t checked = 0;
    for (uint32_t i = 0; i < count; i++) {
        if (layers[i].kind != IMAGE_AFFINE || vector_word(network->image, &layers[i], 3) != 5) {
            continue;
        }
        image_t copy = image_copy(network->image);
        size_t pairs = layers[i].section + 8 + 24;
        for (uint32_t c = 0; c < layers[i].channels; c++) {
            image_write_u32(copy.data, pairs + 8 * (size_t)c, 0);
            image_write_u32(copy.data, pairs + 8 * (size_t)c + 4, 1);
        }
        size_t triple = pairs + 8 * (size_t)layers[i].channels;
        image_write_u32(copy.data, triple + 4, 1u << 16);
        image_write_u32(copy.data, triple, INT32_MAX - 321052 - 1);
        expect_open("the largest drawn scale", copy, BAYNN_OK);
        image_write_u32(copy.data, triple, INT32_MAX - 321052);
        expect_open("a drawn scale too large", copy, VALUE);
        image_free(copy);
        checked++;
    }
    assert_true(checked >= 1);
}

/* Every multiplier of an LSTM: source bound + abs(r) K < 2^31. */
static void recurrent_sums_are_bounded(void **state) {
    (void)state;
    const vector_network_t *network = vector_network("LSTM, 8 outputs, 8 bits, last step");
    vector_layer_t layers[VECTOR_LAYERS_MAX];
    uint32_t count = vector_layers(network->image, layers);
    for (uint32_t i = 0; i < count; i++) {
        size_t section = layers[i].section;
        size_t end = section + 8 + image_read_u32(network->image.data, section + 4);
        for (uint32_t gate = 0; layers[i].kind == IMAGE_LSTM && gate < 32; gate++) {
            image_t copy = image_copy(network->image);
            size_t multiplier = end - 4 * (32 - (size_t)gate);
            image_write_u32(copy.data, multiplier, 0);
            expect_open("no recurrence", copy, BAYNN_OK);
            /* K = 8 * 255; a source is bounded as well. */
            image_write_u32(copy.data, multiplier, INT32_MAX / (8 * 255) + 1);
            expect_open("recurrent sum too large", copy, VALUE);
            image_write_u32(copy.data, multiplier, 1u << 31);
            expect_open("recurrent multiplier too small", copy, VALUE);
            image_free(copy);
        }
    }
}

/* Values of a regression stay below 2^30, so that distances fit 32 bits. */
static void regressions_are_bounded(void **state) {
    (void)state;
    uint32_t count;
    uint32_t checked = 0;
    const vector_network_t *networks = vector_networks(&count);
    for (uint32_t i = 0; i < count; i++) {
        image_t image = networks[i].image;
        vector_layer_t layers[VECTOR_LAYERS_MAX];
        uint32_t layer_count = vector_layers(image, layers);
        const vector_layer_t *last = &layers[layer_count - 1];
        if (image_section(image.data, IMAGE_REGRESSION, 0) == 0 || last->kind != IMAGE_AFFINE ||
            vector_word(image, last, 3) == 5) {
            continue;
        }
        image_t copy = image_copy(image);
        size_t fields = last->section + 8;
        image_write_u32(copy.data, fields + 8, 0); /* no shift */
        image_write_u32(copy.data, fields + 24, 0);
        image_write_u32(copy.data, fields + 28, (1u << 30) - 1);
        expect_open("2^30 with its margin", copy, VALUE);
        /* The bound has a margin of 1. */
        image_write_u32(copy.data, fields + 28, (1u << 30) - 2);
        for (uint32_t c = 1; c < last->channels; c++) {
            image_write_u32(copy.data, fields + 24 + 8 * (size_t)c, 0);
        }
        if (vector_word(image, last, 3) == 0) {
            expect_open("just below 2^30", copy, BAYNN_OK);
        }
        image_free(copy);
        checked++;
    }
    assert_true(checked >= 3);
}

/* A pool looks at 2^27 elements at most, whatever its fields could say, so that one piece of work
 * ends: here an input of 1 x 1 x 1 becomes integers and is pooled. */
static void work_of_a_pool_is_bounded(void **state) {
    (void)state;
    const struct {
        uint32_t kernel, outputs, opens;
    } pools[] = {{11585, 1, 1}, {5792, 2, 1}, {11586, 1, 0}, {5793, 2, 0}, {65535, 1, 0}};
    for (size_t i = 0; i < COUNT(pools); i++) {
        uint32_t kernel = pools[i].kernel;
        uint32_t outputs = pools[i].outputs;
        const uint32_t words[] = {/* header */ 0x1A4E4E42,
                                  1,
                                  0,
                                  5,
                                  /* input */ 1,
                                  20,
                                  1,
                                  1,
                                  1,
                                  1,
                                  1,
                                  /* affine */ 18,
                                  32,
                                  0,
                                  0,
                                  0,
                                  0,
                                  0,
                                  0,
                                  1,
                                  0,
                                  /* pool, maximum */ 20,
                                  40,
                                  1,
                                  1,
                                  kernel,
                                  kernel,
                                  1,
                                  1,
                                  kernel - 1,
                                  kernel - 1,
                                  outputs,
                                  outputs};
        image_t image = {.bytes = sizeof words + 16 + 4 * (size_t)outputs * outputs};
        size_t names = ((size_t)outputs * outputs * 2 + 3) / 4 * 4;
        image.bytes += 8 + names + 4;
        image.data = calloc(1, image.bytes);
        assert_non_null(image.data);
        memcpy(image.data, words, sizeof words);
        image_write_u32(image.data, 8, (uint32_t)image.bytes);
        size_t at = sizeof words;
        image_write_u32(image.data, at, IMAGE_REGRESSION);
        image_write_u32(image.data, at + 4, 8 + 4 * outputs * outputs);
        image_write_u32(image.data, at + 8, outputs * outputs);
        at += 16 + 4 * (size_t)outputs * outputs;
        image_write_u32(image.data, at, IMAGE_LABELS);
        image_write_u32(image.data, at + 4, (uint32_t)names);
        for (uint32_t k = 0; k < outputs * outputs; k++) {
            image.data[at + 8 + 2 * (size_t)k] = 'v';
        }
        expect_open("a pool", image, pools[i].opens ? BAYNN_OK : BAYNN_ERROR_IMAGE_SHAPE);
        image_free(image);
    }
}

/* A row of positions of a convolution adds 2^27 rows to words at most. The row may be widened
 * without another byte of weights: what it sees beyond the source is out of range. */
static void work_of_a_row_is_bounded(void **state) {
    (void)state;
    const convolution_network_t network = {
        .height = 1,
        .width = 1,
        .channels = 1,
        .maximum = 255,
        .convolution = {.kernel_y = 64,
                        .kernel_x = 16,
                        .stride_y = 1,
                        .stride_x = 1,
                        .height = 1,
                        .width = 1,
                        .outputs = 32,
                        .states = 0},
    };
    image_t image = {.bytes = convolution_network_bytes(&network)};
    image.data = malloc(image.bytes);
    assert_non_null(image.data);
    assert_int_equal(convolution_network_build(&network, image.data, image.bytes), image.bytes);
    size_t fields = image_section(image.data, IMAGE_CONVOLUTION, 0) + 8;
    /* 1024 rows, 8 planes, a word and one more. */
    uint32_t most = (1u << 27) / (1024 * 8 * 2);
    image_write_u32(image.data, fields + 40, most);
    baynn_status_t status;
    baynn_model_t model;
    image_reseal(image.data);
    status = baynn_model_open(&model, image.data, image.bytes, baynn_parts_all);
    assert_int_equal(status, BAYNN_OK);
    assert_true(model_info(&model).piece_work_max < UINT32_MAX);
    image_write_u32(image.data, fields + 40, most + 1);
    expect_open("a row too wide", image, BAYNN_ERROR_IMAGE_SHAPE);
    image_free(image);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(affine_sums_are_bounded),  cmocka_unit_test(gaussian_scales_are_bounded),
        cmocka_unit_test(drawn_scales_are_bounded), cmocka_unit_test(recurrent_sums_are_bounded),
        cmocka_unit_test(regressions_are_bounded),  cmocka_unit_test(work_of_a_pool_is_bounded),
        cmocka_unit_test(work_of_a_row_is_bounded),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
