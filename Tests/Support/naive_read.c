/* SPDX-License-Identifier: Apache-2.0 */
#include <stdlib.h>

#include "naive_layout.h"

/* SPEC.md, sections 1 to 3: from an image to plain arrays. */

void *naive_allocate(size_t count, size_t bytes) {
    void *memory = calloc(count + 1, bytes);
    if (memory == NULL) {
        abort();
    }
    return memory;
}

/* A section's payload, and how much of it has been read. */
typedef struct reader {
    const uint8_t *bytes;
    size_t offset;
    size_t end;
    int overrun;
} reader_t;

static uint32_t next_u32(reader_t *reader) {
    if (reader->end - reader->offset < 4) {
        reader->overrun = 1;
        return 0;
    }
    uint32_t value = image_read_u32(reader->bytes, reader->offset);
    reader->offset += 4;
    return value;
}

/* Takes a bit matrix and returns its offset. */
static size_t next_matrix(reader_t *reader, size_t rows, uint32_t lanes) {
    size_t offset = reader->offset;
    size_t bytes = rows * (((size_t)lanes + 31) / 32 * 4);
    if (reader->end - reader->offset < bytes) {
        reader->overrun = 1;
        return offset;
    }
    reader->offset += bytes;
    return offset;
}

static uint32_t matrix_bit(const reader_t *reader, size_t matrix, uint32_t lanes, size_t row,
                           uint32_t lane) {
    size_t words = ((size_t)lanes + 31) / 32;
    uint32_t word = image_read_u32(reader->bytes, matrix + (row * words + lane / 32) * 4);
    return word >> lane % 32 & 1u;
}

static uint32_t matrix_planes(const reader_t *reader, size_t matrix, uint32_t lanes,
                              size_t first_row, uint32_t planes, uint32_t lane) {
    uint32_t value = 0;
    for (uint32_t p = 0; p < planes; p++) {
        value |= matrix_bit(reader, matrix, lanes, first_row + p, lane) << p;
    }
    return value;
}

static void read_weights(const reader_t *reader, size_t matrix, naive_layer_t *layer) {
    layer->weights = naive_allocate((size_t)layer->inputs * layer->outputs, 1);
    for (uint32_t i = 0; i < layer->inputs; i++) {
        for (uint32_t j = 0; j < layer->outputs; j++) {
            uint32_t bit = matrix_bit(reader, matrix, layer->outputs, i, j);
            layer->weights[(size_t)i * layer->outputs + j] = bit != 0 ? 1 : -1;
        }
    }
}

static int read_dense(reader_t *reader, naive_layer_t *layer, uint32_t inputs, uint32_t maximum) {
    layer->inputs = next_u32(reader);
    layer->outputs = next_u32(reader);
    layer->states = next_u32(reader);
    layer->drop_probability = next_u32(reader);
    uint32_t planes = next_u32(reader);
    next_u32(reader);
    if (layer->inputs != inputs || layer->outputs < 1 || layer->outputs > 65535 ||
        layer->states < 1 || layer->states > 2) {
        return 0;
    }
    layer->bound = inputs * maximum;
    if (planes != image_width(layer->bound)) {
        return 0;
    }
    uint32_t lanes = layer->outputs;
    size_t weights = next_matrix(reader, (size_t)inputs + 1, lanes);
    next_matrix(reader, maximum == 1 ? image_width(inputs) : 0, lanes);
    size_t thresholds = next_matrix(reader, (size_t)layer->states * (planes + 1), lanes);
    size_t inversions = next_matrix(reader, layer->states, lanes);
    if (reader->overrun) {
        return 0;
    }
    read_weights(reader, weights, layer);
    layer->thresholds = naive_allocate((size_t)layer->states * lanes, sizeof(uint32_t));
    layer->inversions = naive_allocate((size_t)layer->states * lanes, 1);
    for (uint32_t state = 0; state < layer->states; state++) {
        for (uint32_t j = 0; j < lanes; j++) {
            size_t at = (size_t)state * lanes + j;
            layer->thresholds[at] = matrix_planes(reader, thresholds, lanes,
                                                  (size_t)state * (planes + 1), planes + 1, j);
            layer->inversions[at] = (uint8_t)matrix_bit(reader, inversions, lanes, state, j);
        }
    }
    return 1;
}

static int read_softmax(reader_t *reader, naive_network_t *network, uint32_t inputs) {
    naive_layer_t *head = &network->head;
    head->inputs = next_u32(reader);
    head->outputs = next_u32(reader);
    next_u32(reader);
    next_u32(reader);
    if (head->inputs != inputs || head->outputs < 2 || head->outputs > 65535) {
        return 0;
    }
    size_t weights = next_matrix(reader, (size_t)inputs + 1, head->outputs);
    next_matrix(reader, image_width(inputs), head->outputs);
    if (reader->overrun || (reader->end - reader->offset) / 8 < head->outputs) {
        return 0;
    }
    read_weights(reader, weights, head);
    network->scales = naive_allocate(head->outputs, sizeof(int32_t));
    network->biases = naive_allocate(head->outputs, sizeof(int32_t));
    for (uint32_t k = 0; k < head->outputs; k++) {
        network->scales[k] = (int32_t)next_u32(reader);
        network->biases[k] = (int32_t)next_u32(reader);
    }
    return 1;
}

static int read_section(naive_network_t *network, uint32_t kind, reader_t *reader) {
    uint32_t count = network->layer_count;
    uint32_t inputs = count == 0 ? network->inputs : network->layers[count - 1].outputs;
    uint32_t maximum = count == 0 ? network->maximum : 1;
    switch (kind) {
    case IMAGE_INPUT:
        network->inputs = next_u32(reader);
        network->maximum = next_u32(reader);
        return network->inputs >= 1 && network->inputs <= 65535 && network->maximum >= 1 &&
               network->maximum <= 255;
    case IMAGE_DENSE: {
        if (count == 64 || network->inputs == 0) {
            return 0;
        }
        naive_layer_t *layer = &network->layers[count];
        network->layer_count++;
        if (!read_dense(reader, layer, inputs, maximum)) {
            return 0;
        }
        if (layer->states == 2) {
            if (network->sites == 32) {
                return 0;
            }
            network->drop_probability[network->sites++] = layer->drop_probability;
        }
        return 1;
    }
    case IMAGE_SOFTMAX:
        return count > 0 && network->head.weights == NULL && read_softmax(reader, network, inputs);
    case IMAGE_POLICY:
        network->policy_measure = next_u32(reader);
        network->policy_threshold_q16 = next_u32(reader);
        return 1;
    default:
        return 1;
    }
}

naive_network_t *naive_network_read(const void *image, size_t bytes) {
    if (bytes < 20 || image_read_u32(image, 0) != 0x1A4E4E42u || image_read_u32(image, 8) < 20 ||
        image_read_u32(image, 8) > bytes) {
        return NULL;
    }
    naive_network_t *network = naive_allocate(1, sizeof *network);
    size_t end = (size_t)image_read_u32(image, 8) - 4;
    size_t offset = 16;
    while (offset < end) {
        size_t rest = end - offset;
        if (rest < 8 || image_read_u32(image, offset + 4) > rest - 8) {
            naive_network_free(network);
            return NULL;
        }
        reader_t reader = {image, offset + 8, offset + 8, 0};
        reader.end += image_read_u32(image, offset + 4);
        if (!read_section(network, image_read_u16(image, offset), &reader)) {
            naive_network_free(network);
            return NULL;
        }
        offset = reader.end;
    }
    if (network->head.weights == NULL) {
        naive_network_free(network);
        return NULL;
    }
    return network;
}

static void free_layer(naive_layer_t *layer) {
    free(layer->weights);
    free(layer->thresholds);
    free(layer->inversions);
}

void naive_network_free(naive_network_t *network) {
    if (network == NULL) {
        return;
    }
    for (uint32_t i = 0; i < network->layer_count; i++) {
        free_layer(&network->layers[i]);
    }
    free_layer(&network->head);
    free(network->scales);
    free(network->biases);
    free(network);
}

uint32_t naive_network_inputs(const naive_network_t *network) {
    return network->inputs;
}

uint32_t naive_network_maximum(const naive_network_t *network) {
    return network->maximum;
}

uint32_t naive_network_classes(const naive_network_t *network) {
    return network->head.outputs;
}

uint32_t naive_network_layers(const naive_network_t *network) {
    return network->layer_count;
}

uint32_t naive_network_outputs(const naive_network_t *network, uint32_t layer) {
    return network->layers[layer].outputs;
}

uint32_t naive_network_sites(const naive_network_t *network) {
    return network->sites;
}
