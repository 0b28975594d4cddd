/* SPDX-License-Identifier: Apache-2.0 */
#include "image_edit.h"
#include "vectors.h"

/* Bits of convolutions and LSTMs that contradict each other: rows of zeros, totals, padding. */

/* Parts of a layer with weights; offsets from the start of the image. */
typedef struct parts {
    uint32_t rows;
    uint32_t lanes;
    /** Matrices of rows + 1 rows each: bits of all copies. */
    uint32_t matrices;
    uint32_t total_rows;
    /** Rows of thresholds, and of inversions. */
    uint32_t threshold_rows;
    uint32_t states;
    size_t row_bytes;
    size_t weights;
    size_t totals;
    size_t thresholds;
    size_t inversions;
} parts_t;

static parts_t parts_of(image_t image, const vector_layer_t *layer) {
    parts_t parts = {.matrices = 1};
    uint32_t header = vector_header_words(layer->kind);
    int has_totals = 1;
    if (layer->kind == IMAGE_CONVOLUTION) {
        parts.rows =
            vector_word(image, layer, 1) * vector_word(image, layer, 2) * layer->source_channels;
        parts.lanes = layer->channels;
        parts.matrices = vector_word(image, layer, 12) * vector_word(image, layer, 16);
        has_totals = vector_word(image, layer, 13) & 1;
        parts.states = vector_word(image, layer, 17);
        parts.threshold_rows = parts.states * (vector_word(image, layer, 18) + 1);
    } else {
        parts.rows = layer->channels;
        parts.lanes = 4 * layer->channels;
    }
    parts.total_rows = has_totals ? parts.matrices * image_width(parts.rows) : 0;
    parts.row_bytes = ((size_t)parts.lanes + 31) / 32 * 4;
    parts.weights = layer->section + 8 + 4 * (size_t)header;
    parts.totals = parts.weights + parts.matrices * (parts.rows + 1) * parts.row_bytes;
    parts.thresholds = parts.totals + parts.total_rows * parts.row_bytes;
    parts.inversions = parts.thresholds + parts.threshold_rows * parts.row_bytes;
    return parts;
}

static void expect_flipped(const vector_network_t *network, size_t row, uint32_t lane,
                           baynn_status_t expected) {
    image_t copy = image_copy(network->image);
    edit_flip(&copy, row + lane / 8, lane % 8);
    image_reseal(copy.data);
    baynn_model_t model;
    assert_of(network,
              baynn_model_open(&model, copy.data, copy.bytes, baynn_parts_all) == expected);
    image_free(copy);
}

/* Some lanes of a row: the first and the last output, and the first and the last of padding. */
static void flip_row(const vector_network_t *network, const parts_t *parts, size_t row,
                     baynn_status_t outputs, baynn_status_t padding) {
    expect_flipped(network, row, 0, outputs);
    expect_flipped(network, row, parts->lanes - 1, outputs);
    uint32_t lanes = (uint32_t)parts->row_bytes * 8;
    if (parts->lanes < lanes) {
        expect_flipped(network, row, parts->lanes, padding);
        expect_flipped(network, row, lanes - 1, padding);
    }
}

static void flip_layer(const vector_network_t *network, const parts_t *parts) {
    const baynn_status_t wrong = BAYNN_ERROR_IMAGE_WEIGHTS;
    for (uint32_t matrix = 0; matrix < parts->matrices; matrix++) {
        size_t first = parts->weights + matrix * (parts->rows + 1) * parts->row_bytes;
        size_t zeros = first + parts->rows * parts->row_bytes;
        baynn_status_t weight = parts->total_rows > 0 ? wrong : BAYNN_OK;
        flip_row(network, parts, first, weight, wrong);
        flip_row(network, parts, zeros - parts->row_bytes, weight, wrong);
        flip_row(network, parts, zeros, wrong, wrong);
    }
    for (uint32_t row = 0; row < parts->total_rows; row++) {
        flip_row(network, parts, parts->totals + row * parts->row_bytes, wrong, wrong);
    }
    for (uint32_t row = 0; row < parts->threshold_rows; row++) {
        flip_row(network, parts, parts->thresholds + row * parts->row_bytes, BAYNN_OK, wrong);
    }
    for (uint32_t row = 0; row < parts->states; row++) {
        flip_row(network, parts, parts->inversions + row * parts->row_bytes, BAYNN_OK, wrong);
    }
}

static void contradicting_bits_are_reported(void **state) {
    (void)state;
    uint32_t count;
    uint32_t checked = 0;
    const vector_network_t *networks = vector_networks(&count);
    for (uint32_t i = 0; i < count; i++) {
        vector_layer_t layers[VECTOR_LAYERS_MAX];
        uint32_t layer_count = vector_layers(networks[i].image, layers);
        for (uint32_t l = 0; l < layer_count; l++) {
            if (layers[l].kind != IMAGE_CONVOLUTION && layers[l].kind != IMAGE_LSTM) {
                continue;
            }
            parts_t parts = parts_of(networks[i].image, &layers[l]);
            size_t bytes = parts.inversions + parts.states * parts.row_bytes;
            bytes += layers[l].kind == IMAGE_LSTM ? 4 * (size_t)parts.lanes : 0;
            size_t end =
                layers[l].section + edit_section_bytes(&networks[i].image, layers[l].section);
            assert_of(&networks[i], bytes == end);
            flip_layer(&networks[i], &parts);
            checked++;
        }
    }
    assert_true(checked > 100);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(contradicting_bits_are_reported),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
