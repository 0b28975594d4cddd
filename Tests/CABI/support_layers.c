/* SPDX-License-Identifier: Apache-2.0 */
#include "vectors.h"

/* Reads the layers of an image as SPEC.md, section 3, lays them out. */

uint32_t vector_header_words(uint32_t kind) {
    static const uint32_t words[] = {6, 19, 6, 8, 10, 2, 2, 3, 6};
    assert_in_range(kind, IMAGE_DENSE, IMAGE_LSTM);
    return words[kind - IMAGE_DENSE];
}

uint32_t vector_word(image_t image, const vector_layer_t *layer, uint32_t word) {
    return image_read_u32(image.data, layer->section + 8 + 4 * (size_t)word);
}

/* Channels that a layer makes. */
static uint32_t output_channels(image_t image, const vector_layer_t *layer,
                                const uint32_t channels[]) {
    switch (layer->kind) {
    case IMAGE_DENSE:
    case IMAGE_LSTM:
        return vector_word(image, layer, 1);
    case IMAGE_CONVOLUTION:
        return vector_word(image, layer, 11);
    case IMAGE_CONCATENATE:
        return channels[vector_word(image, layer, 0)] + channels[vector_word(image, layer, 1)];
    default:
        return layer->source_channels;
    }
}

uint32_t vector_layers(image_t image, vector_layer_t layers[VECTOR_LAYERS_MAX]) {
    uint32_t channels[VECTOR_LAYERS_MAX + 1];
    uint32_t count = 0;
    size_t offset = image_section(image.data, IMAGE_INPUT, 0);
    channels[0] = image_read_u32(image.data, offset + 8 + 16);
    offset += 8 + image_read_u32(image.data, offset + 4);
    for (;;) {
        uint32_t kind = image_read_u16(image.data, offset);
        if (kind < IMAGE_DENSE || kind > IMAGE_LSTM) {
            return count;
        }
        assert_true(count < VECTOR_LAYERS_MAX);
        vector_layer_t *layer = &layers[count];
        *layer = (vector_layer_t){.kind = kind, .tensor = count + 1, .section = offset};
        uint32_t source = kind == IMAGE_DENSE ? count : vector_word(image, layer, 0);
        assert_true(source <= count);
        layer->source_channels = channels[source];
        layer->channels = output_channels(image, layer, channels);
        channels[++count] = layer->channels;
        offset += 8 + image_read_u32(image.data, offset + 4);
    }
}
