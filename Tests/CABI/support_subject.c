/* SPDX-License-Identifier: Apache-2.0 */
#include "subject.h"

subject_t *subject_make(uint64_t seed) {
    subject_t *subject = calloc(1, sizeof *subject);
    assert_non_null(subject);
    uint64_t random = seed;
    subject->sites = 1 + (uint32_t)(image_random(&random) % SITES_MAX);
    image_layer_t layers[SITES_MAX];
    for (uint32_t i = 0; i < subject->sites; i++) {
        layers[i] = (image_layer_t){6, 2, 1 + (uint32_t)(image_random(&random) % 40000)};
    }
    image_spec_t spec = {.height = 1,
                         .width = ELEMENTS,
                         .channels = 1,
                         .maximum = MAXIMUM,
                         .layers = layers,
                         .layer_count = subject->sites,
                         .classes = CLASSES,
                         .seed = seed,
                         .scale_spread_q16 = 130000};
    subject->image = image_make(&spec);
    subject->model = model_open(subject->image);
    subject->network = naive_network_read(subject->image.data, subject->image.bytes);
    assert_non_null(subject->network);
    input_random(&random, subject->input, ELEMENTS, MAXIMUM);
    for (uint32_t mask = 0; mask < 1u << subject->sites; mask++) {
        naive_leaf_t *leaf = naive_leaf_evaluate(subject->network, subject->input, mask);
        subject->mass[mask] = naive_mass(subject->network, mask);
        for (uint32_t k = 0; k < CLASSES; k++) {
            subject->probability[mask][k] = leaf->probability_q31[k];
            uint32_t top = subject->vote[mask];
            subject->vote[mask] = leaf->probability_q31[k] > leaf->probability_q31[top] ? k : top;
        }
        naive_leaf_free(subject->network, leaf);
    }
    return subject;
}

void subject_free(subject_t *subject) {
    naive_network_free(subject->network);
    image_free(subject->image);
    free(subject);
}

baynn_prediction_t subject_predict(const subject_t *subject, const baynn_session_config_t *config) {
    room_t room = room_make(&subject->model, config);
    baynn_prediction_t prediction = {.struct_bytes = sizeof prediction};
    assert_int_equal(baynn_infer(room.session, subject->input, ELEMENTS, &prediction), BAYNN_OK);
    room_free(room);
    return prediction;
}

baynn_session_config_t subject_config(uint32_t posterior) {
    return (baynn_session_config_t){.struct_bytes = sizeof(baynn_session_config_t),
                                    .posterior = posterior,
                                    .stop = BAYNN_STOP_SETTLED};
}

uint32_t subject_top(const uint64_t sums[CLASSES], uint64_t total) {
    uint32_t top = 0;
    for (uint32_t k = 1; k < CLASSES; k++) {
        top = sums[k] / total > sums[top] / total ? k : top;
    }
    return top;
}
