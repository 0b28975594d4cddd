/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SUPPORT_H
#define SUPPORT_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "baynn.h"
#include "image_builder.h"
#include "naive_network.h"

/* What the test programs share. */

#define COUNT(array) (sizeof(array) / sizeof(array)[0])

/** An image on the heap, in a block of exactly its size. */
typedef struct image {
    uint8_t *data;
    size_t bytes;
} image_t;

/* The content of a file, and a 0 behind it; no data if it cannot be opened. */
image_t file_at(const char *path);

/* The same of a file in the folder that an environment variable names. A test without the
 * variable is skipped; one without the file fails. */
image_t file_read(const char *variable, const char *name);

static inline image_t image_make(const image_spec_t *spec) {
    image_t image = {NULL, image_builder_bytes(spec)};
    image.data = malloc(image.bytes);
    assert_non_null(image.data);
    assert_int_equal(image_builder_build(spec, image.data, image.bytes), image.bytes);
    return image;
}

static inline image_t image_copy(image_t image) {
    image_t copy = {malloc(image.bytes), image.bytes};
    assert_non_null(copy.data);
    memcpy(copy.data, image.data, image.bytes);
    return copy;
}

static inline void image_free(image_t image) {
    free(image.data);
}

/** A small image with every kind of section: two sites, padding lanes everywhere. */
static inline image_t image_small(void) {
    static const image_layer_t layers[] = {{40, 2, 9830}, {33, 2, 20000}, {7, 1, 0}};
    image_spec_t spec = {.height = 3,
                         .width = 3,
                         .channels = 1,
                         .maximum = 4,
                         .layers = layers,
                         .layer_count = 3,
                         .classes = 3,
                         .seed = 1,
                         .scale_spread_q16 = 80000,
                         .policy_measure = 1,
                         .policy_threshold_q16 = 60000,
                         .policy_rate_q16 = 3277,
                         .policy_samples = 1000,
                         .name = "small",
                         .answer_count = 3,
                         .answer = naive_answer};
    return image_make(&spec);
}

static inline baynn_model_t model_open(image_t image) {
    baynn_model_t model;
    memset(&model, 0, sizeof model);
    assert_int_equal(baynn_model_open(&model, image.data, image.bytes, baynn_parts_all), BAYNN_OK);
    return model;
}

/** Opens an image that may be damaged; trusted, it gives the same status unless that is one of
 *  content, and never one of content. */
static inline baynn_status_t model_open_damaged(const void *image, size_t bytes) {
    baynn_model_t model;
    baynn_status_t status = baynn_model_open(&model, image, bytes, baynn_parts_all);
    baynn_status_t trusted = baynn_model_open_trusted(&model, image, bytes, baynn_parts_all);
    if (status == BAYNN_ERROR_IMAGE_CRC || status == BAYNN_ERROR_IMAGE_WEIGHTS) {
        assert_true(trusted != BAYNN_ERROR_IMAGE_CRC && trusted != BAYNN_ERROR_IMAGE_WEIGHTS);
    } else {
        assert_int_equal(trusted, status);
    }
    return status;
}

static inline baynn_model_info_t model_info(const baynn_model_t *model) {
    baynn_model_info_t info = {.struct_bytes = sizeof info};
    assert_int_equal(baynn_model_info(model, &info), BAYNN_OK);
    return info;
}

/** A session in storage of exactly the size asked for. */
typedef struct room {
    void *storage;
    size_t bytes;
    baynn_session_t *session;
} room_t;

static inline room_t room_make(const baynn_model_t *model, const baynn_session_config_t *config) {
    room_t room = {NULL, 0, NULL};
    assert_int_equal(baynn_session_storage_bytes(model, config, &room.bytes), BAYNN_OK);
    room.storage = malloc(room.bytes);
    assert_non_null(room.storage);
    memset(room.storage, 0xA5, room.bytes);
    assert_int_equal(baynn_session_init(room.storage, room.bytes, model, config, &room.session),
                     BAYNN_OK);
    return room;
}

static inline void room_free(room_t room) {
    free(room.storage);
}

/** An input with elements uniform in 0 ... maximum; every eighth input only has 0 and the
 *  maximum, and every sixteenth is constant. */
static inline void input_random(uint64_t *random, uint8_t *input, size_t bytes, uint32_t maximum) {
    uint64_t kind = image_random(random) % 16;
    for (size_t i = 0; i < bytes; i++) {
        uint64_t value = image_random(random) % (maximum + 1);
        value = kind == 1 ? value % 2 * maximum : kind == 2 ? maximum : kind == 3 ? 0 : value;
        input[i] = (uint8_t)value;
    }
}

/** The leaves that a session configuration stands for, with every default filled in. */
static inline naive_config_t naive_config(const naive_network_t *network,
                                          const baynn_session_config_t *config) {
    naive_config_t naive = {.posterior = NAIVE_EXACT, .cut_q31 = 1u << 21, .passes = 20};
    if (naive_network_sites(network) > 10) {
        naive.posterior = NAIVE_CERTIFIED;
    }
    if (config == NULL) {
        return naive;
    }
    if (config->posterior != BAYNN_POSTERIOR_DEFAULT) {
        naive.posterior = (naive_posterior_t)config->posterior;
    }
    naive.cut_q31 = config->cut_q31 != 0 ? config->cut_q31 : naive.cut_q31;
    naive.passes = config->passes != 0 ? config->passes : naive.passes;
    naive.seed = config->seed;
    naive.call = config->call;
    return naive;
}

static inline void assert_prediction(const baynn_prediction_t *actual,
                                     const naive_prediction_t *expected) {
    uint32_t flags = (expected->abstain ? BAYNN_PREDICTION_ABSTAIN : 0) |
                     (expected->complete ? BAYNN_PREDICTION_COMPLETE : 0);
    assert_int_equal(actual->label, expected->label);
    assert_int_equal(actual->leaves, expected->leaves);
    assert_int_equal(actual->samples, expected->samples);
    assert_int_equal(actual->probability_q31, expected->probability_q31);
    assert_int_equal(actual->entropy_q16, expected->entropy_q16);
    assert_int_equal(actual->mutual_information_q16, expected->mutual_information_q16);
    assert_int_equal(actual->mass_q31, expected->mass_q31);
    assert_int_equal(actual->flags, flags);
}

/** The session's result is the naive network's, for all classes. */
static inline void assert_result(const baynn_session_t *session, const naive_network_t *network,
                                 const uint8_t *input, const naive_config_t *config) {
    uint32_t classes = naive_network_classes(network);
    uint32_t *actual = malloc(classes * sizeof(uint32_t));
    uint32_t *expected = malloc(classes * sizeof(uint32_t));
    naive_prediction_t naive;
    naive_predict(network, input, config, &naive, expected);
    baynn_prediction_t prediction = {.struct_bytes = sizeof prediction};
    assert_int_equal(baynn_infer_result(session, &prediction), BAYNN_OK);
    assert_prediction(&prediction, &naive);
    assert_int_equal(baynn_infer_probabilities(session, actual, classes), BAYNN_OK);
    assert_memory_equal(actual, expected, classes * sizeof(uint32_t));
    free(actual);
    free(expected);
}

#endif
