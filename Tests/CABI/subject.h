/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SUBJECT_H
#define SUBJECT_H

#include "vectors.h"

/* Random networks of which every leaf is known, to see when an inference may stop early. */

enum { SITES_MAX = 7, LEAVES_MAX = 1 << SITES_MAX, CLASSES = 3, ELEMENTS = 5, MAXIMUM = 3 };

/** A network, and what each of its leaves says about one input. */
typedef struct subject {
    image_t image;
    baynn_model_t model;
    naive_network_t *network;
    uint32_t sites;
    uint8_t input[ELEMENTS];
    /** By mask: mass and probabilities in Q0.31, and the most probable class. */
    uint32_t mass[LEAVES_MAX];
    uint32_t probability[LEAVES_MAX][CLASSES];
    uint32_t vote[LEAVES_MAX];
} subject_t;

/** The network of a seed: one to seven sites, each of another probability. */
subject_t *subject_make(uint64_t seed);
void subject_free(subject_t *subject);

/** What a session of this configuration says. */
baynn_prediction_t subject_predict(const subject_t *subject, const baynn_session_config_t *config);

/** A configuration that stops when the label is settled. */
baynn_session_config_t subject_config(uint32_t posterior);

/** The lowest class with the largest quotient of its sum and the total, rounded down. */
uint32_t subject_top(const uint64_t sums[CLASSES], uint64_t total);

#endif
