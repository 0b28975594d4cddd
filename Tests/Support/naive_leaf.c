/* SPDX-License-Identifier: Apache-2.0 */
#include <stdlib.h>

#include "naive_layout.h"

/* One leaf: SPEC.md, sections 3.2 and 3.3. */

/* v_j = sum_i w_ij x_i */
static void evaluate_sums(const naive_layer_t *layer, const uint8_t *x, int32_t *v) {
    for (uint32_t j = 0; j < layer->outputs; j++) {
        v[j] = 0;
    }
    for (uint32_t i = 0; i < layer->inputs; i++) {
        const int8_t *w = layer->weights + (size_t)i * layer->outputs;
        for (uint32_t j = 0; j < layer->outputs; j++) {
            v[j] += w[j] * x[i];
        }
    }
}

/* output_j = (v_j + K >= A_j) XOR inversion_j */
static void evaluate_bits(const naive_layer_t *layer, uint32_t state, const int32_t *v,
                          uint8_t *bits) {
    for (uint32_t j = 0; j < layer->outputs; j++) {
        size_t at = (size_t)state * layer->outputs + j;
        int reached = (int64_t)v[j] + layer->bound >= layer->thresholds[at];
        bits[j] = (uint8_t)((reached ? 1u : 0u) ^ layer->inversions[at]);
    }
}

naive_leaf_t *naive_leaf_evaluate(const naive_network_t *network, const uint8_t *input,
                                  uint32_t mask) {
    naive_leaf_t *leaf = naive_allocate(1, sizeof *leaf);
    leaf->sums = naive_allocate(network->layer_count, sizeof(int32_t *));
    leaf->bits = naive_allocate(network->layer_count, sizeof(uint8_t *));
    const uint8_t *x = input;
    uint32_t site = 0;
    for (uint32_t i = 0; i < network->layer_count; i++) {
        const naive_layer_t *layer = &network->layers[i];
        uint32_t state = 0;
        if (layer->states == 2) {
            state = mask >> (network->sites - 1 - site) & 1u;
            site++;
        }
        leaf->sums[i] = naive_allocate(layer->outputs, sizeof(int32_t));
        leaf->bits[i] = naive_allocate(layer->outputs, 1);
        evaluate_sums(layer, x, leaf->sums[i]);
        evaluate_bits(layer, state, leaf->sums[i], leaf->bits[i]);
        x = leaf->bits[i];
    }
    uint32_t classes = network->head.outputs;
    leaf->head_sums = naive_allocate(classes, sizeof(int32_t));
    leaf->logits = naive_allocate(classes, sizeof(int32_t));
    leaf->probability_q31 = naive_allocate(classes, sizeof(uint32_t));
    evaluate_sums(&network->head, x, leaf->head_sums);
    for (uint32_t k = 0; k < classes; k++) {
        leaf->logits[k] =
            (int32_t)((int64_t)network->scales[k] * leaf->head_sums[k] + network->biases[k]);
    }
    naive_softmax(leaf->logits, classes, leaf->probability_q31, &leaf->entropy_q27);
    return leaf;
}

void naive_leaf_free(const naive_network_t *network, naive_leaf_t *leaf) {
    for (uint32_t i = 0; i < network->layer_count; i++) {
        free(leaf->sums[i]);
        free(leaf->bits[i]);
    }
    free(leaf->sums);
    free(leaf->bits);
    free(leaf->head_sums);
    free(leaf->logits);
    free(leaf->probability_q31);
    free(leaf);
}
