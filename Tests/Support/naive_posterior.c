/* SPDX-License-Identifier: Apache-2.0 */
#include <stdlib.h>

#include "naive_layout.h"

/* SPEC.md, section 5. */

uint32_t naive_mass(const naive_network_t *network, uint32_t mask) {
    uint64_t mass = (uint64_t)1 << 31;
    for (uint32_t s = 0; s < network->sites; s++) {
        uint64_t drop = mass * network->drop_probability[s] >> 16;
        mass = (mask >> (network->sites - 1 - s) & 1u) != 0 ? drop : mass - drop;
    }
    return (uint32_t)mass;
}

void naive_philox(const uint32_t key[2], const uint32_t counter[4], uint32_t words[4]) {
    uint32_t k0 = key[0];
    uint32_t k1 = key[1];
    uint32_t c0 = counter[0];
    uint32_t c1 = counter[1];
    uint32_t c2 = counter[2];
    uint32_t c3 = counter[3];
    for (int round = 0; round < 10; round++) {
        uint64_t a = (uint64_t)0xD2511F53u * c0;
        uint64_t b = (uint64_t)0xCD9E8D57u * c2;
        uint32_t n0 = (uint32_t)(b >> 32) ^ c1 ^ k0;
        uint32_t n2 = (uint32_t)(a >> 32) ^ c3 ^ k1;
        c1 = (uint32_t)b;
        c3 = (uint32_t)a;
        c0 = n0;
        c2 = n2;
        k0 += 0x9E3779B9u;
        k1 += 0xBB67AE85u;
    }
    words[0] = c0;
    words[1] = c1;
    words[2] = c2;
    words[3] = c3;
}

/* The mask of pass t of a call. */
static uint32_t draw(const naive_network_t *network, const naive_config_t *config, uint32_t t) {
    uint32_t key[2] = {(uint32_t)config->seed, (uint32_t)(config->seed >> 32)};
    uint32_t mask = 0;
    for (uint32_t s = 0; s < network->sites; s++) {
        uint32_t r = t * network->sites + s;
        uint32_t counter[4] = {r >> 2, 0, (uint32_t)config->call, (uint32_t)(config->call >> 32)};
        uint32_t words[4];
        naive_philox(key, counter, words);
        uint32_t drops = words[r % 4] >> 16 < network->drop_probability[s] ? 1 : 0;
        mask = mask << 1 | drops;
    }
    return mask;
}

/* The leaves of a posterior in ascending order of masks, with weights. */
typedef struct leaves {
    uint32_t *masks;
    uint64_t *weights;
    uint32_t count;
} leaves_t;

static leaves_t enumerate_masses(const naive_network_t *network, uint32_t cut) {
    uint64_t all = (uint64_t)1 << network->sites;
    uint32_t largest = 0;
    uint32_t first = 0;
    for (uint64_t mask = 0; mask < all; mask++) {
        uint32_t mass = naive_mass(network, (uint32_t)mask);
        first = mass > largest ? (uint32_t)mask : first;
        largest = mass > largest ? mass : largest;
    }
    leaves_t leaves = {naive_allocate(all, sizeof(uint32_t)), naive_allocate(all, sizeof(uint64_t)),
                       0};
    for (uint64_t mask = 0; mask < all; mask++) {
        uint32_t mass = naive_mass(network, (uint32_t)mask);
        if (mass >= cut || (largest < cut && mask == first)) {
            leaves.masks[leaves.count] = (uint32_t)mask;
            leaves.weights[leaves.count++] = mass;
        }
    }
    return leaves;
}

static int ascending(const void *a, const void *b) {
    uint32_t x = *(const uint32_t *)a;
    uint32_t y = *(const uint32_t *)b;
    return x < y ? -1 : x > y;
}

/* Every draw is a leaf of its own, in ascending order of masks. */
static leaves_t draw_leaves(const naive_network_t *network, const naive_config_t *config) {
    leaves_t leaves = {naive_allocate(config->passes, sizeof(uint32_t)),
                       naive_allocate(config->passes, sizeof(uint64_t)), config->passes};
    for (uint32_t t = 0; t < config->passes; t++) {
        leaves.masks[t] = draw(network, config, t);
        leaves.weights[t] = 1;
    }
    qsort(leaves.masks, leaves.count, sizeof(uint32_t), ascending);
    return leaves;
}

static leaves_t leaves_of(const naive_network_t *network, const naive_config_t *config) {
    if (config->posterior == NAIVE_EXACT) {
        return enumerate_masses(network, 0);
    }
    if (config->posterior == NAIVE_CERTIFIED) {
        return enumerate_masses(network, config->cut_q31);
    }
    if (config->posterior == NAIVE_SAMPLED) {
        return draw_leaves(network, config);
    }
    leaves_t leaves = {naive_allocate(1, sizeof(uint32_t)), naive_allocate(1, sizeof(uint64_t)), 1};
    leaves.weights[0] = 1;
    return leaves;
}

/* What has been added up: a_k, h, and the total weight. */
typedef struct sums {
    uint64_t *a;
    uint64_t h;
    uint64_t total;
} sums_t;

static void add_leaf(const naive_network_t *network, const uint8_t *input, uint32_t mask,
                     uint64_t weight, sums_t *sums) {
    naive_leaf_t *leaf = naive_leaf_evaluate(network, input, mask);
    for (uint32_t k = 0; k < network->head.outputs; k++) {
        sums->a[k] += weight * leaf->probability_q31[k];
    }
    sums->h += weight * leaf->entropy_q27;
    sums->total += weight;
    naive_leaf_free(network, leaf);
}

/* n(P): -ln of a probability P > 0 in Q31, Q27. */
static uint32_t negative_logarithm(uint32_t p) {
    uint32_t leading_zeros = 32 - image_width(p);
    return leading_zeros * 93032640u - naive_logarithm(p);
}

static void average(const naive_network_t *network, const sums_t *sums,
                    naive_prediction_t *prediction, uint32_t *probability_q31) {
    uint32_t label = 0;
    uint32_t label_probability = 0;
    uint64_t entropy = 0;
    for (uint32_t k = 0; k < network->head.outputs; k++) {
        uint32_t p = (uint32_t)(sums->a[k] / sums->total);
        if (probability_q31 != NULL) {
            probability_q31[k] = p;
        }
        if (k == 0 || p > label_probability) {
            label = k;
            label_probability = p;
        }
        if (p > 0) {
            entropy += (uint64_t)p * negative_logarithm(p);
        }
    }
    uint64_t f = entropy >> 31;
    uint64_t e = sums->h / sums->total;
    prediction->label = label;
    prediction->probability_q31 = label_probability;
    prediction->entropy_q16 = (uint32_t)((f + 1024) >> 11);
    prediction->mutual_information_q16 = (uint32_t)(((f > e ? f - e : 0) + 1024) >> 11);
}

void naive_predict(const naive_network_t *network, const uint8_t *input,
                   const naive_config_t *config, naive_prediction_t *prediction,
                   uint32_t *probability_q31) {
    leaves_t leaves = leaves_of(network, config);
    sums_t sums = {naive_allocate(network->head.outputs, sizeof(uint64_t)), 0, 0};
    *prediction = (naive_prediction_t){0};
    prediction->complete = 1;
    for (uint32_t i = 0; i < leaves.count; i++) {
        int again = i > 0 && leaves.masks[i] == leaves.masks[i - 1];
        if (!again) {
            if (config->leaves_max != 0 && prediction->leaves == config->leaves_max) {
                prediction->complete = 0;
                break;
            }
            prediction->leaves++;
            prediction->mass_q31 += naive_mass(network, leaves.masks[i]);
        }
        add_leaf(network, input, leaves.masks[i], leaves.weights[i], &sums);
        prediction->samples++;
    }
    average(network, &sums, prediction, probability_q31);
    uint32_t measure =
        network->policy_measure == 1 ? prediction->entropy_q16 : prediction->mutual_information_q16;
    prediction->abstain =
        network->policy_measure != 0 && measure > network->policy_threshold_q16 ? 1 : 0;
    free(sums.a);
    free(leaves.masks);
    free(leaves.weights);
}

void naive_answer(void *context, const void *image, size_t bytes, const uint8_t *input,
                  image_answer_t *answer) {
    (void)context;
    naive_network_t *network = naive_network_read(image, bytes);
    if (network == NULL) {
        abort();
    }
    naive_config_t config = {.posterior = NAIVE_EXACT};
    naive_prediction_t prediction;
    naive_predict(network, input, &config, &prediction, answer->probability_q31);
    answer->label = prediction.label;
    answer->entropy_q16 = prediction.entropy_q16;
    answer->mutual_information_q16 = prediction.mutual_information_q16;
    naive_network_free(network);
}
