/* SPDX-License-Identifier: Apache-2.0 */
#ifndef NAIVE_NETWORK_H
#define NAIVE_NETWORK_H

#include <stddef.h>
#include <stdint.h>

#include "image_builder.h"

#ifdef __cplusplus
extern "C" {
#endif

/* The arithmetic of SPEC.md, sections 3 to 5, written down as plainly as it is stated:
 * one integer at a time, every leaf on its own, every draw on its own. It shares no code
 * with the library and is what the library is compared with. For hosts: it allocates, and
 * aborts when out of memory. */

/** A network as read from an image. */
typedef struct naive_network naive_network_t;

/** Reads an image. Copies what it needs.
 *
 *  @return NULL if the image is not even in a state to be evaluated; that is no complete
 *          validation */
naive_network_t *naive_network_read(const void *image, size_t bytes);
void naive_network_free(naive_network_t *network);

uint32_t naive_network_inputs(const naive_network_t *network);
uint32_t naive_network_maximum(const naive_network_t *network);
uint32_t naive_network_classes(const naive_network_t *network);
/** Number of layers with states 1 or 2, without the head. */
uint32_t naive_network_layers(const naive_network_t *network);
/** Number of outputs of a layer. */
uint32_t naive_network_outputs(const naive_network_t *network, uint32_t layer);
uint32_t naive_network_sites(const naive_network_t *network);

/** The mass of a leaf, Q0.31. Bit sites - 1 of the mask is site 0; 1 drops. */
uint32_t naive_mass(const naive_network_t *network, uint32_t mask);

/** Everything that one leaf computes. The pointers belong to the leaf. */
typedef struct naive_leaf {
    /** sums[i][j], bits[i][j]: sum v_j and output j of layer i. */
    int32_t **sums;
    uint8_t **bits;
    /** Of the head, by class: sum, logit (Q11.20), probability (Q0.31). */
    int32_t *head_sums;
    int32_t *logits;
    uint32_t *probability_q31;
    uint32_t entropy_q27;
} naive_leaf_t;

/** Evaluates one leaf for one input, which must be in range. */
naive_leaf_t *naive_leaf_evaluate(const naive_network_t *network, const uint8_t *input,
                                  uint32_t mask);
void naive_leaf_free(const naive_network_t *network, naive_leaf_t *leaf);

/** Probabilities and entropy of any logits (section 4). */
void naive_softmax(const int32_t *logits, uint32_t classes, uint32_t *probability_q31,
                   uint32_t *entropy_q27);

/** e(d) and f(v) of section 4. */
uint32_t naive_exponential(uint32_t d_q20);
uint32_t naive_logarithm(uint64_t v);

/** The four words of Philox4x32-10. */
void naive_philox(const uint32_t key[2], const uint32_t counter[4], uint32_t words[4]);

typedef enum naive_posterior {
    NAIVE_EXACT = 1,
    NAIVE_CERTIFIED = 2,
    NAIVE_SAMPLED = 3,
    NAIVE_DETERMINISTIC = 4
} naive_posterior_t;

/** Which leaves to average over, and with what weights. No member has a default. */
typedef struct naive_config {
    naive_posterior_t posterior;
    /** Certified. */
    uint32_t cut_q31;
    /** Sampled. */
    uint32_t passes;
    uint64_t seed;
    uint64_t call;
    /** Stops after so many leaves; 0 for all. */
    uint32_t leaves_max;
} naive_config_t;

typedef struct naive_prediction {
    uint32_t label;
    /** 1 or 0: the policy's verdict; all leaves evaluated. */
    uint32_t abstain;
    uint32_t complete;
    uint32_t leaves;
    uint32_t samples;
    uint32_t probability_q31;
    uint32_t entropy_q16;
    uint32_t mutual_information_q16;
    uint32_t mass_q31;
} naive_prediction_t;

/** Predicts one input. Enumerates all 2^sites masks, but for the deterministic posterior
 *  and the sampled one, so keep those networks below 20 sites or so.
 *
 *  @param probability_q31 one a class; NULL if not wanted */
void naive_predict(const naive_network_t *network, const uint8_t *input,
                   const naive_config_t *config, naive_prediction_t *prediction,
                   uint32_t *probability_q31);

/** An image_answer_function_t: the exact posterior of the image. The context is unused. */
void naive_answer(void *context, const void *image, size_t bytes, const uint8_t *input,
                  image_answer_t *answer);

#ifdef __cplusplus
}
#endif

#endif
