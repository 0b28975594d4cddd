/* SPDX-License-Identifier: Apache-2.0 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "fuzz.h"
#include "fuzz_work.h"
#include "image_builder.h"

/* A libFuzzer target: any bytes as an image, everything that the library does with it, and
 * the same again after the image has been damaged while open.
 *
 * The data is an image followed by a control block. Postconditions of the contract that do
 * not hold end in abort(). */

void require_at(int condition, const char *text, const char *file, int line) {
    if (!condition) {
        fprintf(stderr, "%s:%d: does not hold: %s\n", file, line, text);
        abort();
    }
}

void *block(size_t bytes) {
    void *memory = malloc(bytes + (bytes == 0));
    require(memory != NULL);
    return memory;
}

int is_image_error(baynn_status_t status) {
    return status <= BAYNN_ERROR_IMAGE_TRUNCATED && status >= BAYNN_ERROR_IMAGE_WEIGHTS;
}

uint64_t whole_work(const baynn_model_info_t *info, const baynn_session_config_t *config) {
    uint64_t passes = config->passes != 0 ? config->passes : 20;
    uint64_t leaves = info->sites <= 10 ? 1ull << info->sites : 1ull << 16;
    if (config->posterior == BAYNN_POSTERIOR_DETERMINISTIC) {
        leaves = 1;
    } else if (config->posterior == BAYNN_POSTERIOR_SAMPLED || info->sampled_layers > 0) {
        leaves = passes;
    }
    return leaves * info->pass_work_max;
}

/* ---- Sessions ---- */

static uint8_t *make_input(const baynn_model_info_t *info, const control_t *control) {
    uint8_t *input = block(info->input_elements);
    uint64_t random = control->input_seed;
    for (uint32_t i = 0; i < info->input_elements; i++) {
        uint64_t value = image_random(&random) % (info->input_maximum + 1);
        value = control->input_kind % 4 == 1   ? info->input_maximum
                : control->input_kind % 4 == 2 ? value % 2 * info->input_maximum
                                               : value;
        input[i] = (uint8_t)value;
    }
    return input;
}

static baynn_session_config_t make_config(const control_t *control) {
    baynn_session_config_t config = {.struct_bytes = sizeof config,
                                     .posterior = control->posterior % 6,
                                     .memory = control->memory % 16 % 3,
                                     .passes = control->passes,
                                     .seed = control->input_seed,
                                     .call = control->damage_offset};
    config.cut_q31 = control->cut_shift % 33 == 32 ? 0 : 1u << control->cut_shift % 33;
    config.stop = control->memory == 255 ? 2 : control->memory / 16 % 2;
    config.stop_error_q31 = control->passes % 2 == 0 ? 0 : 1u << control->input_seed % 32;
    return config;
}

/* What the contract says to a configuration. */
static baynn_status_t expected_status(const baynn_model_info_t *info,
                                      const baynn_session_config_t *config) {
    if (config->posterior > BAYNN_POSTERIOR_DETERMINISTIC ||
        config->memory > BAYNN_MEMORY_MINIMAL || config->stop > BAYNN_STOP_SETTLED ||
        config->stop_error_q31 > 1u << 30) {
        return BAYNN_ERROR_ARGUMENT;
    }
    int one_label = info->head == BAYNN_HEAD_CLASSIFICATION && info->positions_height == 1 &&
                    info->positions_width == 1;
    if (config->stop == BAYNN_STOP_SETTLED && !one_label) {
        return BAYNN_ERROR_ARGUMENT;
    }
    int enumerates = config->posterior == BAYNN_POSTERIOR_EXACT ||
                     config->posterior == BAYNN_POSTERIOR_CERTIFIED;
    if ((enumerates && info->sampled_layers > 0) ||
        (config->posterior == BAYNN_POSTERIOR_EXACT && info->sites > BAYNN_EXACT_SITES_MAX)) {
        return BAYNN_ERROR_POSTERIOR;
    }
    return BAYNN_OK;
}

/* A session, or NULL if the configuration is refused or too large. */
static baynn_session_t *make_session(const baynn_model_t *model, const baynn_model_info_t *info,
                                     const baynn_session_config_t *config, void **storage) {
    size_t bytes = 0;
    *storage = NULL;
    baynn_status_t status = baynn_session_storage_bytes(model, config, &bytes);
    require(status == expected_status(info, config));
    if (status != BAYNN_OK || bytes > STORAGE_MAX) {
        return NULL;
    }
    *storage = block(bytes);
    baynn_session_t *session = NULL;
    require(baynn_session_init(*storage, bytes - 1, model, config, &session) ==
            BAYNN_ERROR_STORAGE);
    require(baynn_session_init(*storage, bytes, model, config, &session) == BAYNN_OK);
    require(session != NULL);
    return session;
}

/* One step: no more than the header says of a call, with what the model's description says of a
 * piece. The posterior of leaves to come may be searched between two of them. */
static void step(baynn_session_t *session, const baynn_model_info_t *info, uint32_t work_max,
                 uint32_t *finished) {
    uint64_t before = work_count();
    require(baynn_infer_step(session, work_max, finished) == BAYNN_OK);
    require(*finished <= 1);
    uint64_t units = (uint64_t)work_max + info->piece_work_max;
    require(work_count() - before <= units * COMPARISONS_OF_UNIT + COMPARISONS_OF_CALL);
}

/* Steps up to the end, or to so much work; returns whether there is a result. */
static int infer(baynn_session_t *session, const baynn_model_info_t *info, const uint8_t *input,
                 const control_t *control, int intact) {
    require(baynn_infer_begin(session, input, info->input_elements) == BAYNN_OK);
    uint32_t work_max = 1u << control->work_shift % 16;
    uint32_t finished = 0;
    uint32_t leaves = 0;
    uint32_t passes = 0;
    uint64_t calls = 0;
    while (!finished && calls * (work_max + info->piece_work_max / 4) < WORK_MAX) {
        step(session, info, work_max, &finished);
        calls++;
        baynn_prediction_t prediction = {.struct_bytes = sizeof prediction};
        baynn_status_t status = baynn_infer_result(session, &prediction);
        require(status == BAYNN_OK || (status == BAYNN_ERROR_NO_RESULT && leaves == 0));
        require(status != BAYNN_OK || prediction.leaves >= leaves);
        leaves = status == BAYNN_OK ? prediction.leaves : 0;
        passes = prediction.samples;
    }
    if (finished && intact && leaves > 0) {
        /* All calls but the last one take at least work_max units. */
        require((calls - 1) * work_max <= passes * info->pass_work_max);
    }
    return leaves > 0;
}

/* Inputs that are refused. */
static void refuse_inputs(baynn_session_t *session, const baynn_model_info_t *info,
                          uint8_t *input) {
    baynn_prediction_t prediction = {.struct_bytes = sizeof prediction};
    require(baynn_infer_begin(session, input, info->input_elements - 1) == BAYNN_ERROR_INPUT_SIZE);
    if (info->input_maximum < 255) {
        uint8_t *element = &input[info->input_elements / 2];
        uint8_t before = *element;
        *element = (uint8_t)(info->input_maximum + 1);
        require(baynn_infer(session, input, info->input_elements, &prediction) ==
                BAYNN_ERROR_INPUT_RANGE);
        *element = before;
    }
}

/* ---- The model as a whole ---- */

static void check_names(const baynn_model_t *model, const baynn_model_info_t *info,
                        const uint8_t *image) {
    const char *name = NULL;
    require(baynn_model_name(model, &name) == BAYNN_OK);
    require(strlen(name) < info->image_bytes);
    uint32_t names = info->classes + info->outputs;
    for (uint32_t label = 0; label < names; label++) {
        require(baynn_model_class_name(model, label, &name) == BAYNN_OK);
        const uint8_t *text = (const uint8_t *)name;
        require(text >= image && text < image + info->image_bytes);
        require(strlen(name) >= 1);
        /* Each name is found from the start of the section. */
        label += label >= 100 ? names / 16 : 0;
    }
    require(baynn_model_class_name(model, names, &name) == BAYNN_ERROR_ARGUMENT);
}

static void check_info(const baynn_model_info_t *info, const uint8_t *image) {
    int is_regression = info->head == BAYNN_HEAD_REGRESSION;
    require(is_regression || info->head == BAYNN_HEAD_CLASSIFICATION);
    require(is_regression == (info->classes == 0) && is_regression == (info->outputs > 0));
    require(info->classes != 1 && info->classes <= 65535 && info->outputs <= 65535);
    require(info->positions_height >= 1 && info->positions_width >= 1);
    require(!is_regression || info->positions_height * info->positions_width == 1);
    require(info->input_elements ==
            (uint64_t)info->input_height * info->input_width * info->input_channels);
    require(info->input_maximum >= 1 && info->input_maximum <= 255);
    require(info->sites <= 32 && info->sampled_layers <= 64);
    require(info->random_bits >= info->sites && info->random_units <= info->random_bits);
    require((info->random_units == 0) == (info->random_bits == 0));
    /* SPEC, limits of work. */
    require(info->piece_work_max < UINT32_MAX);
    require(info->piece_work_max >= 1 && info->piece_work_max <= info->pass_work_max);
    require(info->image_crc == image_read_u32(image, info->image_bytes - 4));
}

/* Whether an image that has been damaged may be evaluated in time: the size of a pool's window,
 * say, has no trace in the storage. */
static int is_short(const uint8_t *image, size_t bytes) {
    uint8_t *copy = block(bytes);
    memcpy(copy, image, bytes);
    image_write_u32(copy, 8, (uint32_t)bytes);
    image_reseal(copy);
    baynn_model_t model;
    baynn_model_info_t info = {.struct_bytes = sizeof info};
    if (baynn_model_open(&model, copy, bytes, baynn_parts_all) == BAYNN_OK) {
        require(baynn_model_info(&model, &info) == BAYNN_OK);
    }
    free(copy);
    return info.pass_work_max <= PASS_WORK_MAX;
}

/* Names of a damaged image end within it, or are refused. */
static void check_damaged_names(const baynn_model_t *model, const baynn_model_info_t *info) {
    const uint32_t labels[] = {0, (info->classes + info->outputs) / 2,
                               info->classes + info->outputs - 1};
    for (size_t i = 0; i <= sizeof labels / sizeof labels[0]; i++) {
        const char *name = NULL;
        baynn_status_t status = i == 0 ? baynn_model_name(model, &name)
                                       : baynn_model_class_name(model, labels[i - 1], &name);
        require(status == BAYNN_OK || is_image_error(status));
        require(status != BAYNN_OK || strlen(name) < info->image_bytes);
    }
}

/* What an image that is damaged while open may still do: give a status, in finite time. */
static void use_damaged(const baynn_model_t *model, const baynn_model_info_t *info,
                        const uint8_t *image, const baynn_session_config_t *config,
                        baynn_session_t *session, const uint8_t *input, const control_t *control) {
    baynn_prediction_t prediction;
    uint32_t finished = 0;
    require(baynn_infer_step(session, 1u << control->work_shift % 16, &finished) == BAYNN_OK);
    if (infer(session, info, input, control, 0)) {
        check_result(session, info, 0, &prediction);
    }
    baynn_model_info_t again = {.struct_bytes = sizeof again};
    (void)baynn_model_info(model, &again);
    check_damaged_names(model, info);
    size_t bytes = 0;
    baynn_status_t status = baynn_session_storage_bytes(model, config, &bytes);
    require(status == BAYNN_OK || status == BAYNN_ERROR_POSTERIOR || is_image_error(status));
    if (status != BAYNN_OK || bytes > STORAGE_MAX || !is_short(image, info->image_bytes)) {
        return;
    }
    void *storage = block(bytes);
    status = baynn_session_init(storage, bytes, model, config, &session);
    require(status == BAYNN_OK || is_image_error(status));
    require(status != BAYNN_OK || baynn_model_info(model, &again) == BAYNN_OK);
    if (status == BAYNN_OK && infer(session, &again, input, control, 0)) {
        check_result(session, info, 0, &prediction);
    }
    free(storage);
    if (info->pass_work_max <= SELF_TEST_WORK_MAX && info->sites <= 5 && info->known_answers <= 8) {
        self_test(model, 0, 1u << control->work_shift % 16);
    }
}

static void use_intact(const baynn_model_t *model, const baynn_model_info_t *info,
                       const baynn_session_config_t *config, baynn_session_t *session,
                       const uint8_t *image, uint8_t *input, const control_t *control) {
    if (infer(session, info, input, control, 1)) {
        baynn_prediction_t prediction;
        check_result(session, info, 1, &prediction);
        int enumerable = info->sites <= 12 || config->posterior == BAYNN_POSTERIOR_SAMPLED ||
                         config->posterior == BAYNN_POSTERIOR_DETERMINISTIC;
        if (info->weights <= NAIVE_WEIGHTS_MAX && prediction.leaves <= NAIVE_LEAVES_MAX &&
            enumerable && config->stop == BAYNN_STOP_NEVER) {
            compare_with_naive(image, info->image_bytes, input, config, &prediction);
        }
        check_repetition(model, info, config, input, &prediction);
    }
    refuse_inputs(session, info, input);
    if (info->pass_work_max <= SELF_TEST_WORK_MAX && info->sites <= 5 && info->known_answers <= 8) {
        self_test(model, 1, 1u << control->work_shift % 16);
    }
}

/* One byte of an open image changes, or up to four. */
static void damage(uint8_t *image, size_t bytes, const control_t *control) {
    uint64_t random = control->damage_offset;
    size_t at = control->damage_offset % bytes;
    for (uint32_t flips = 0; flips <= control->input_kind / 64u; flips++) {
        image[at] = (uint8_t)(image[at] ^ control->damage_value);
        at = image_random(&random) % bytes;
    }
}

static void use_model(const baynn_model_t *model, uint8_t *image, const control_t *control) {
    baynn_model_info_t info = {.struct_bytes = sizeof info};
    require(baynn_model_info(model, &info) == BAYNN_OK);
    check_info(&info, image);
    check_names(model, &info, image);
    baynn_session_config_t config = make_config(control);
    if (info.pass_work_max > PASS_WORK_MAX) {
        return;
    }
    void *storage = NULL;
    baynn_session_t *session = make_session(model, &info, &config, &storage);
    if (session == NULL) {
        return;
    }
    uint8_t *input = make_input(&info, control);
    use_intact(model, &info, &config, session, image, input, control);
    if (control->damage_value != 0) {
        /* An inference is under way. */
        require(baynn_infer_begin(session, input, info.input_elements) == BAYNN_OK);
        damage(image, info.image_bytes, control);
        use_damaged(model, &info, image, &config, session, input, control);
    }
    free(input);
    free(storage);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t bytes);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t bytes) {
    control_t control;
    memset(&control, 0, sizeof control);
    size_t image_bytes = bytes;
    if (bytes >= sizeof control) {
        image_bytes -= sizeof control;
        memcpy(&control, data + image_bytes, sizeof control);
    }
    uint8_t *image = block(image_bytes);
    memcpy(image, data, image_bytes);
    if (control.reseal % 2 == 1) {
        reseal(image, image_bytes);
    }
    baynn_model_t model;
    memset(&model, 0, sizeof model);
    uint64_t before = work_count();
    baynn_status_t status = baynn_model_open(&model, image, image_bytes, baynn_parts_all);
    require(status == BAYNN_OK || is_image_error(status));
    require(work_count() - before <= image_bytes * COMPARISONS_OF_BYTE + COMPARISONS_OF_CALL);
    if (status == BAYNN_OK) {
        use_model(&model, image, &control);
    }
    free(image);
    return 0;
}
