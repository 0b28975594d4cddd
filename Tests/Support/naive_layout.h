/* SPDX-License-Identifier: Apache-2.0 */
#ifndef NAIVE_LAYOUT_H
#define NAIVE_LAYOUT_H

#include "include/naive_network.h"

/* What the files of the naive network share. */

typedef struct naive_layer {
    uint32_t inputs;
    uint32_t outputs;
    uint32_t states;
    uint32_t drop_probability;
    /** K: the largest magnitude of a sum. */
    uint32_t bound;
    /** weights[i * outputs + j]: +1 or -1. */
    int8_t *weights;
    /** Of the head: none. thresholds[state * outputs + j]: A_j; inversions likewise. */
    uint32_t *thresholds;
    uint8_t *inversions;
} naive_layer_t;

struct naive_network {
    uint32_t inputs;
    uint32_t maximum;
    uint32_t layer_count;
    naive_layer_t layers[64];
    naive_layer_t head;
    int32_t *scales;
    int32_t *biases;
    uint32_t sites;
    /** drop_probability of each site. */
    uint32_t drop_probability[32];
    /** 0 = none, 1 = entropy, 2 = mutual information. */
    uint32_t policy_measure;
    uint32_t policy_threshold_q16;
};

/** calloc that aborts rather than fail. */
void *naive_allocate(size_t count, size_t bytes);

#endif
