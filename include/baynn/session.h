/* SPDX-License-Identifier: Apache-2.0 */
#ifndef BAYNN_SESSION_H
#define BAYNN_SESSION_H

#include <stddef.h>
#include <stdint.h>

#include "model.h"
#include "status.h"

#ifdef __cplusplus
extern "C" {
#endif

/** Alignment in bytes of a session's storage. */
#define BAYNN_STORAGE_ALIGNMENT 8u

/** A session: one model being used, with all the memory that this takes. */
typedef struct baynn_session baynn_session_t;

/* Which networks a prediction averages over. A leaf is one network: one way to decide
 * everything that the stochastic layers decide. */

/** Exact up to 10 sites, certified above; sampled if the model has sampled_layers. */
#define BAYNN_POSTERIOR_DEFAULT 0u
/** All 2^sites leaves, each with its exact probability; no random numbers. */
#define BAYNN_POSTERIOR_EXACT 1u
/** The leaves whose probability is at least cut_q31, or the most probable one if there
 *  is none. No class probability is further from the exact one than 1 - mass. */
#define BAYNN_POSTERIOR_CERTIFIED 2u
/** passes random draws; equal draws are computed once. */
#define BAYNN_POSTERIOR_SAMPLED 3u
/** Only the leaf that drops nothing, with every Gaussian scale at its mean and the first
 *  copies of the weights: an ordinary network. */
#define BAYNN_POSTERIOR_DETERMINISTIC 4u

/* When to stop. */

/** After the last leaf. */
#define BAYNN_STOP_NEVER 0u
/** As soon as the label is settled. Exact and certified: no class can overtake it any more,
 *  whatever the leaves that are not evaluated say. Sampled: more than half of all networks
 *  choose it, but for an error probability of stop_error_q31 (under a uniform prior of that
 *  share, and at any time that one stops). The prediction's flags say which. For models
 *  with one label an input. */
#define BAYNN_STOP_SETTLED 1u

/* What to trade for speed. The results are the same. */

/** Keeps each layer's sums, so that a change costs only the bits that differ, and what makes
 *  convolutions fast. */
#define BAYNN_MEMORY_FAST 0u
/** One buffer of sums for all layers, which are then computed anew; convolutions take several
 *  times the instructions. */
#define BAYNN_MEMORY_MINIMAL 1u

/** The most draws of the sampled posterior. */
#define BAYNN_PASSES_MAX 4096u

/** How a session works. All zero but struct_bytes is a good choice. */
typedef struct baynn_session_config_t {
    /** sizeof(baynn_session_config_t). */
    uint32_t struct_bytes;
    /** BAYNN_POSTERIOR_... */
    uint32_t posterior;
    /** BAYNN_MEMORY_... */
    uint32_t memory;
    /** Sampled: draws per inference, 1 to BAYNN_PASSES_MAX; 0 means 20. */
    uint32_t passes;
    /** Certified: smallest probability of a leaf, 1 to 2^31; 0 means 2^21, which is
     *  1/1024, and so at most 1024 leaves. */
    uint32_t cut_q31;
    /** BAYNN_STOP_... */
    uint32_t stop;
    /** Sampled: the draws are a pure function of seed and call; call is that of the
     *  first inference that is begun, and each further one adds 1, modulo 2^64. */
    uint64_t seed;
    uint64_t call;
    /** Stop when settled, sampled: the error probability, 1 to 2^30; 0 means 2^31 / 20. */
    uint32_t stop_error_q31;
    /** Reserved, 0. */
    uint32_t reserved;
} baynn_session_config_t;

/** Bits of baynn_prediction_t.flags. */
/** The model's policy says: too uncertain, do not use the label. */
#define BAYNN_PREDICTION_ABSTAIN 1u
/** All leaves that the session was configured for have been evaluated. */
#define BAYNN_PREDICTION_COMPLETE 2u
/** Stopped early: no class can overtake the label any more. */
#define BAYNN_PREDICTION_CERTAIN 4u
/** Stopped early: the label holds but for the error probability that was asked for. */
#define BAYNN_PREDICTION_CONFIDENT 8u

/** What the network says, and how sure it is. Of a map: means over its positions, and the
 *  class that is most probable on average. Of a regression: flags, leaves, samples and mass;
 *  the rest is 0. */
typedef struct baynn_prediction_t {
    /** sizeof(baynn_prediction_t), set by the caller. */
    uint32_t struct_bytes;
    /** The most probable class. */
    uint32_t label;
    /** BAYNN_PREDICTION_... */
    uint32_t flags;
    /** Different networks evaluated. */
    uint32_t leaves;
    /** Samples averaged: draws for the sampled posterior, else leaves. */
    uint32_t samples;
    /** Probability of label. */
    uint32_t probability_q31;
    /** Predictive entropy in nats: the whole uncertainty. */
    uint32_t entropy_q16;
    /** Mutual information in nats: the part of it that comes from not knowing the
     *  network, which is large far from the training data. */
    uint32_t mutual_information_q16;
    /** Posterior probability of the leaves evaluated; 0 if the model has sampled_layers. */
    uint32_t mass_q31;
} baynn_prediction_t;

/** One output of a regression. */
typedef struct baynn_value_t {
    /** sizeof(baynn_value_t), set by the caller. */
    uint32_t struct_bytes;
    /** Mean over the networks, in 2^-16 of the output's unit. */
    int32_t mean_q16;
    /** Standard deviation: of the networks and of the noise together. */
    uint32_t deviation_q16;
    /** Standard deviation of the networks alone: large far from the training data. */
    uint32_t spread_q16;
} baynn_value_t;

/** The storage that a session needs. A pure function of its arguments, so that a host
 *  can ask on behalf of a target with pointers of the same size.
 *
 *  @param config optional
 *  @param bytes  receives the size
 *  @return BAYNN_OK, BAYNN_ERROR_STATE (model not open), BAYNN_ERROR_ARGUMENT (config),
 *          BAYNN_ERROR_POSTERIOR, BAYNN_ERROR_IMAGE_... (as baynn_session_init) */
baynn_status_t baynn_session_storage_bytes(const baynn_model_t *model,
                                           const baynn_session_config_t *config, size_t *bytes);

/** Makes a session in storage. The model may be discarded afterwards; its image may
 *  not.
 *
 *  @param storage aligned to BAYNN_STORAGE_ALIGNMENT
 *  @param bytes   its size, at least what baynn_session_storage_bytes says
 *  @param config  optional; read during the call only
 *  @param session receives the session; it lies in the storage
 *  @return as baynn_session_storage_bytes, or BAYNN_ERROR_ALIGNMENT,
 *          BAYNN_ERROR_STORAGE, or BAYNN_ERROR_IMAGE_... if the structure of the
 *          image has been damaged since it was opened;
 *          BAYNN_ERROR_PART if the program's set of parts has no such posterior. When it fails, the
 *          storage may have been written, nothing behind it */
baynn_status_t baynn_session_init(void *storage, size_t bytes, const baynn_model_t *model,
                                  const baynn_session_config_t *config, baynn_session_t **session);

/** Predicts one input: begin, step until finished, result.
 *
 *  @param input       one byte an element, each at most the model's input_maximum;
 *                     read during the call only
 *  @param bytes       the model's input_elements
 *  @param prediction  struct_bytes set; receives the prediction
 *  @return BAYNN_OK, BAYNN_ERROR_INPUT_SIZE, BAYNN_ERROR_INPUT_RANGE,
 *          BAYNN_ERROR_ARGUMENT (struct_bytes), BAYNN_ERROR_STATE (no session, or a damaged
 *          one: make it anew) */
baynn_status_t baynn_infer(baynn_session_t *session, const uint8_t *input, size_t bytes,
                           baynn_prediction_t *prediction);

/* The same in steps of bounded work:
 *
 *     begin -> step ... step (finished) -> result
 *
 * A result may be asked for from the first finished leaf on, any number of times; it
 * gets better until the last step. A new begin may come at any time. */

/** Begins an inference. The input is copied; the sampled posterior makes its draws.
 *  @return as baynn_infer; on an error the inference before stays as it was */
baynn_status_t baynn_infer_begin(baynn_session_t *session, const uint8_t *input, size_t bytes);

/** Goes on for about work_max units of work, and for at least one piece: some positions of a
 *  layer, some of the inputs of a dense layer, a group of a normalization, a step of an LSTM, or
 *  the head. A unit is 32 outputs that receive one input: 7 (dense layers) to 15 (small models)
 *  instructions on a Cortex-M4, with the archive that is built for speed. A call takes at most
 *  work_max + piece_work_max units (see baynn_model_info_t). Beside them it checks the state of
 *  the session and seals it again: about 1,000 instructions for a small model, 2,000 for one of
 *  four layers with convolutions.
 *
 *  @param work_max any value; from 2^31 on pieces are as large as is fastest. UINT32_MAX and
 *                  enough leaves may still need more calls
 *  @param finished receives 1 if there is nothing left to do, else 0
 *  @return BAYNN_OK; BAYNN_ERROR_STATE if nothing has been begun */
baynn_status_t baynn_infer_step(baynn_session_t *session, uint32_t work_max, uint32_t *finished);

/** The prediction from the leaves evaluated so far.
 *  @return BAYNN_OK; BAYNN_ERROR_STATE if nothing has been begun; BAYNN_ERROR_NO_RESULT before the
 *          first leaf (one that is less probable than 2^-31 does not count);
 *          BAYNN_ERROR_ARGUMENT (struct_bytes) */
baynn_status_t baynn_infer_result(const baynn_session_t *session, baynn_prediction_t *prediction);

/** The probabilities of all classes from the leaves evaluated so far, of one position of a
 *  map after the other, row by row. Those of a position sum to 2^31 but for rounding down, by
 *  less than one unit a class.
 *
 *  @param probability_q31 receives them
 *  @param count           how many to write, at most positions times classes, else
 *                         BAYNN_ERROR_ARGUMENT
 *  @return BAYNN_OK; BAYNN_ERROR_STATE; BAYNN_ERROR_NO_RESULT before the first leaf */
baynn_status_t baynn_infer_probabilities(const baynn_session_t *session, uint32_t *probability_q31,
                                         uint32_t count);

/** The prediction of one position of a map from the leaves evaluated so far. Its flags tell
 *  whether this position abstains.
 *
 *  @param position   row * positions_width + column, else BAYNN_ERROR_ARGUMENT
 *  @param prediction struct_bytes set; receives the prediction
 *  @return BAYNN_OK; BAYNN_ERROR_STATE; BAYNN_ERROR_NO_RESULT before the first leaf */
baynn_status_t baynn_infer_position(const baynn_session_t *session, uint32_t position,
                                    baynn_prediction_t *prediction);

/** An output of a regression from the leaves evaluated so far.
 *
 *  @param output 0 to outputs - 1, else BAYNN_ERROR_ARGUMENT
 *  @param value  struct_bytes set; receives the value
 *  @return BAYNN_OK; BAYNN_ERROR_STATE; BAYNN_ERROR_NO_RESULT before the first leaf */
baynn_status_t baynn_infer_value(const baynn_session_t *session, uint32_t output,
                                 baynn_value_t *value);

#ifdef __cplusplus
}
#endif

#endif
