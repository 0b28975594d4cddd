/* SPDX-License-Identifier: Apache-2.0 */
#include "vectors.h"

/* What the header says about work: a pass takes at most pass_work_max units, and a piece of it,
 * which is what a call with work_max 0 takes, piece_work_max. */

typedef struct subject {
    const char *name;
    image_t image;
    const uint8_t *input;
    uint32_t input_bytes;
    baynn_session_t *session;
} subject_t;

/* Begins anew, and works off so many pieces. */
static void begin(const subject_t *subject, uint32_t pieces) {
    uint32_t finished = 0;
    assert_of(subject, baynn_infer_begin(subject->session, subject->input, subject->input_bytes) ==
                           BAYNN_OK);
    for (uint32_t i = 0; i < pieces; i++) {
        assert_of(subject, baynn_infer_step(subject->session, 0, &finished) == BAYNN_OK);
    }
    assert_of(subject, !finished);
}

static uint32_t count_pieces(const subject_t *subject) {
    uint32_t finished = 0;
    begin(subject, 0);
    for (uint32_t pieces = 0;; pieces++) {
        if (finished) {
            return pieces;
        }
        assert_of(subject, baynn_infer_step(subject->session, 0, &finished) == BAYNN_OK);
    }
}

/* The work that is left after so many pieces, but for that of the last piece: the smallest
 * work_max, less 1, with which one call comes to the end. At least low, at most high. */
static uint64_t work_left(const subject_t *subject, uint32_t pieces, uint64_t low, uint64_t high) {
    while (low < high) {
        uint64_t middle = low + (high - low) / 2;
        uint32_t finished = 0;
        begin(subject, pieces);
        assert_of(subject,
                  baynn_infer_step(subject->session, (uint32_t)middle + 1, &finished) == BAYNN_OK);
        if (finished) {
            high = middle;
        } else {
            low = middle + 1;
        }
    }
    return low;
}

/* Measures the pieces of an inference from one number up to another, or to the last. */
static void check_work(subject_t *subject, const baynn_session_config_t *config, uint32_t first,
                       uint32_t end) {
    baynn_model_t model = model_open(subject->image);
    baynn_model_info_t info = model_info(&model);
    room_t room = room_make(&model, config);
    subject->session = room.session;
    uint32_t pieces = count_pieces(subject);
    baynn_prediction_t prediction = {.struct_bytes = sizeof prediction};
    assert_of(subject, baynn_infer_result(room.session, &prediction) == BAYNN_OK);
    uint64_t most = prediction.leaves * info.pass_work_max;
    uint64_t left = work_left(subject, first, 0, most);
    assert_of(subject, left < most);
    for (uint32_t done = first + 1; done < pieces && done < end; done++) {
        uint64_t low = left > info.piece_work_max ? left - info.piece_work_max : 0;
        uint64_t next = work_left(subject, done, low, left);
        assert_of(subject, next < left);
        /* A larger piece leaves less than low, so that a call with low comes to the end. */
        uint32_t finished = 0;
        begin(subject, done);
        assert_of(subject, baynn_infer_step(room.session, (uint32_t)next, &finished) == BAYNN_OK);
        assert_of(subject, next == 0 || !finished);
        left = next;
    }
    assert_of(subject, left == 0 || end <= pieces);
    room_free(room);
}

static void work_is_bounded(void **state) {
    (void)state;
    uint32_t count;
    const vector_network_t *networks = vector_networks(&count);
    uint8_t input[65536];
    for (uint32_t i = 0; i < count; i++) {
        subject_t subject = {networks[i].name, networks[i].image, networks[i].inputs[0],
                             networks[i].input_bytes, NULL};
        baynn_model_t model = model_open(networks[i].image);
        baynn_model_info_t info = model_info(&model);
        baynn_session_config_t config = {.struct_bytes = sizeof config,
                                         .posterior = BAYNN_POSTERIOR_DETERMINISTIC};
        for (config.memory = 0; config.memory < 2; config.memory++) {
            check_work(&subject, &config, 0, UINT32_MAX);
        }
        memset(input, (int)info.input_maximum, info.input_elements);
        subject.input = input;
        /* Draws would differ from one begin to the next. */
        if (info.sampled_layers == 0 && info.sites <= 2) {
            config.posterior = BAYNN_POSTERIOR_EXACT;
        }
        config.memory = BAYNN_MEMORY_FAST;
        check_work(&subject, &config, 0, UINT32_MAX);
    }
}

/* A convolution with two states over a tall map, of which little goes on: that a session keeps
 * the outputs of both states must not make one large piece. */
static void tall_maps_come_in_small_pieces(void **state) {
    (void)state;
    enum { HEIGHT = 2000 };
    const vector_network_t *network = vector_network("classification, 2 classes, 4 x 4 positions");
    image_t image = image_copy(network->image);
    vector_layer_t layers[VECTOR_LAYERS_MAX];
    vector_layers(image, layers);
    assert_int_equal(layers[0].kind, IMAGE_CONVOLUTION);
    assert_int_equal(vector_word(image, &layers[0], 14), 1);
    assert_int_equal(layers[1].kind, IMAGE_CONVOLUTION);
    size_t input = image_section(image.data, IMAGE_INPUT, 0) + 8;
    uint32_t elements =
        HEIGHT * image_read_u32(image.data, input) / image_read_u32(image.data, input + 8);
    image_write_u32(image.data, input, elements);
    image_write_u32(image.data, input + 8, HEIGHT);
    image_write_u32(image.data, layers[0].section + 8 + 4 * 9, HEIGHT);
    /* Every 255th row goes on. */
    image_write_u32(image.data, layers[1].section + 8 + 4 * 3, 255);
    image_write_u32(image.data, layers[1].section + 8 + 4 * 9, (HEIGHT + 254) / 255);
    image_reseal(image.data);
    uint8_t *bytes = calloc(elements, 1);
    assert_non_null(bytes);
    subject_t subject = {"tall map", image, bytes, elements, NULL};
    baynn_session_config_t config = {.struct_bytes = sizeof config,
                                     .posterior = BAYNN_POSTERIOR_EXACT};
    for (config.memory = 0; config.memory < 2; config.memory++) {
        check_work(&subject, &config, HEIGHT - 2, HEIGHT + 20);
    }
    free(bytes);
    image_free(image);
}

/* Long lists of rows are padded several times. */
static void wide_layers_keep_their_bound(void **state) {
    (void)state;
    static const uint32_t elements[] = {1500, 6000, 12000, 48000, 65535};
    static const image_layer_t layers[] = {{32, 1, 0}};
    for (size_t i = 0; i < COUNT(elements); i++) {
        image_spec_t spec = {.height = 1,
                             .width = elements[i],
                             .channels = 1,
                             .maximum = 1,
                             .layers = layers,
                             .layer_count = 1,
                             .classes = 2};
        image_t image = image_make(&spec);
        uint8_t *input = malloc(elements[i]);
        assert_non_null(input);
        for (uint64_t seed = 0; seed < 4; seed++) {
            uint64_t random = seed;
            for (uint32_t e = 0; e < elements[i]; e++) {
                input[e] = image_random(&random) >> 40 & 1;
            }
            subject_t subject = {"wide layer", image, input, elements[i], NULL};
            baynn_session_config_t config = {.struct_bytes = sizeof config};
            check_work(&subject, &config, 0, UINT32_MAX);
        }
        free(input);
        image_free(image);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(work_is_bounded),
        cmocka_unit_test(tall_maps_come_in_small_pieces),
        cmocka_unit_test(wide_layers_keep_their_bound),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
