/* SPDX-License-Identifier: Apache-2.0 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "baynn.h"
#include "image_builder.h"
#include "naive_network.h"

/* A libFuzzer target: any bytes as an image, everything that the library does with it, and
 * the same again after the image has been damaged while open.
 *
 * The data is an image followed by a control block. Postconditions of the contract that do
 * not hold end in abort(). */

enum {
    /* Bounds that keep one execution short. */
    STORAGE_MAX = 1 << 20,
    PASS_WORK_MAX = 1 << 16,
    STEPS_MAX = 64,
    SELF_TEST_WORK_MAX = 1 << 10,
    NAIVE_WEIGHTS_MAX = 1 << 13,
    NAIVE_LEAVES_MAX = 16
};

/* What to do with the image; the last bytes of the data. */
typedef struct control {
    uint8_t posterior;
    uint8_t memory;
    uint8_t passes;
    uint8_t cut_shift;
    uint8_t work_shift;
    /** Odd: make the checksum right. */
    uint8_t reseal;
    uint8_t damage_value;
    uint8_t input_kind;
    uint32_t input_seed;
    uint32_t damage_offset;
} control_t;

/* Ends the process, and says where. */
#define require(condition) require_at((condition), #condition, __LINE__)

static void require_at(int condition, const char *text, int line) {
    if (!condition) {
        fprintf(stderr, "fuzz_image.c:%d: does not hold: %s\n", line, text);
        abort();
    }
}

/* ---- Resealing ---- */

/* Makes size and checksum right, if there is room for them. */
static void reseal(uint8_t *image, size_t bytes) {
    if (bytes < 20) {
        return;
    }
    uint32_t image_bytes = image_read_u32(image, 8);
    if (image_bytes < 20 || image_bytes > bytes) {
        image_write_u32(image, 8, (uint32_t)(bytes & ~(size_t)3));
    }
    image_reseal(image);
}

size_t LLVMFuzzerMutate(uint8_t *data, size_t bytes, size_t bytes_max);
size_t LLVMFuzzerCustomMutator(uint8_t *data, size_t bytes, size_t bytes_max, unsigned int seed);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t bytes);

/* Without this hardly any mutation would get past the checksum. Every other one does. */
size_t LLVMFuzzerCustomMutator(uint8_t *data, size_t bytes, size_t bytes_max, unsigned int seed) {
    bytes = LLVMFuzzerMutate(data, bytes, bytes_max);
    if (seed % 2 == 0 && bytes > sizeof(control_t)) {
        reseal(data, bytes - sizeof(control_t));
    }
    return bytes;
}

/* ---- Inference ---- */

/* A block on the heap of exactly its size. */
static void *block(size_t bytes) {
    void *memory = malloc(bytes + (bytes == 0));
    require(memory != NULL);
    return memory;
}

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
                                     .memory = control->memory % 3,
                                     .passes = control->passes,
                                     .seed = control->input_seed,
                                     .call = control->damage_offset};
    config.cut_q31 = control->cut_shift % 33 == 32 ? 0 : 1u << control->cut_shift % 33;
    return config;
}

static int is_image_error(baynn_status_t status) {
    return status <= BAYNN_ERROR_IMAGE_TRUNCATED && status >= BAYNN_ERROR_IMAGE_WEIGHTS;
}

/* What holds of every result of an intact image; of a damaged one only that it is there. */
static void check_result(const baynn_session_t *session, const baynn_model_info_t *info, int intact,
                         baynn_prediction_t *prediction) {
    prediction->struct_bytes = sizeof *prediction;
    require(baynn_infer_result(session, prediction) == BAYNN_OK);
    uint32_t *probability = block(info->classes * sizeof(uint32_t));
    require(baynn_infer_probabilities(session, probability, info->classes) == BAYNN_OK);
    require(baynn_infer_probabilities(session, probability, info->classes + 1) ==
            BAYNN_ERROR_ARGUMENT);
    if (intact) {
        uint64_t sum = 0;
        for (uint32_t k = 0; k < info->classes; k++) {
            require(probability[k] <= prediction->probability_q31);
            sum += probability[k];
        }
        require(sum <= 1u << 31);
        require(sum > (uint64_t)(1u << 31) - info->classes);
        require(prediction->label < info->classes);
        require(prediction->probability_q31 == probability[prediction->label]);
        require(prediction->mass_q31 <= 1u << 31);
        require(prediction->leaves >= 1);
        require(prediction->samples >= prediction->leaves);
        require(prediction->mutual_information_q16 <= prediction->entropy_q16);
        require(prediction->flags <= 3);
    }
    free(probability);
}

static void compare_with_naive(const uint8_t *image, size_t bytes, const uint8_t *input,
                               const baynn_session_config_t *config,
                               const baynn_prediction_t *prediction) {
    naive_network_t *network = naive_network_read(image, bytes);
    require(network != NULL);
    uint32_t sites = naive_network_sites(network);
    naive_config_t naive = {.posterior = (naive_posterior_t)config->posterior,
                            .cut_q31 = config->cut_q31 != 0 ? config->cut_q31 : 1u << 21,
                            .passes = config->passes != 0 ? config->passes : 20,
                            .seed = config->seed,
                            .call = config->call,
                            .leaves_max = prediction->leaves};
    if (config->posterior == BAYNN_POSTERIOR_DEFAULT) {
        naive.posterior = sites <= 10 ? NAIVE_EXACT : NAIVE_CERTIFIED;
    }
    naive_prediction_t expected;
    naive_predict(network, input, &naive, &expected, NULL);
    require(prediction->label == expected.label);
    require(prediction->leaves == expected.leaves);
    require(prediction->samples == expected.samples);
    require(prediction->probability_q31 == expected.probability_q31);
    require(prediction->entropy_q16 == expected.entropy_q16);
    require(prediction->mutual_information_q16 == expected.mutual_information_q16);
    require(prediction->mass_q31 == expected.mass_q31);
    require((prediction->flags & BAYNN_PREDICTION_ABSTAIN) ==
            (expected.abstain ? BAYNN_PREDICTION_ABSTAIN : 0));
    require(((prediction->flags & BAYNN_PREDICTION_COMPLETE) != 0) == (expected.complete != 0));
    naive_network_free(network);
}

/* All of it in one call, if the leaves are few; and inputs that are refused. */
static void infer_at_once(baynn_session_t *session, const baynn_model_info_t *info,
                          uint8_t *input) {
    baynn_prediction_t prediction = {.struct_bytes = sizeof prediction};
    if (info->sites <= 5) {
        require(baynn_infer(session, input, info->input_elements, &prediction) == BAYNN_OK);
    }
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

/* Some steps; returns whether there is a result. */
static int infer(baynn_session_t *session, const baynn_model_info_t *info, const uint8_t *input,
                 const control_t *control) {
    require(baynn_infer_begin(session, input, info->input_elements) == BAYNN_OK);
    uint32_t finished = 0;
    uint32_t leaves = 0;
    for (int i = 0; i < STEPS_MAX && !finished; i++) {
        require(baynn_infer_step(session, 1u << control->work_shift % 16, &finished) == BAYNN_OK);
        require(finished <= 1);
        baynn_prediction_t prediction = {.struct_bytes = sizeof prediction};
        baynn_status_t status = baynn_infer_result(session, &prediction);
        require(status == BAYNN_OK || (status == BAYNN_ERROR_STATE && leaves == 0 && !finished));
        require(status != BAYNN_OK || prediction.leaves >= leaves);
        leaves = status == BAYNN_OK ? prediction.leaves : 0;
    }
    return leaves > 0;
}

/* ---- Self-test ---- */

/* What holds of the report of a finished self-test. */
static void check_report(const baynn_self_test_report_t *report, baynn_status_t status,
                         int intact) {
    const uint32_t machine = BAYNN_TEST_STORAGE | BAYNN_TEST_RANDOM | BAYNN_TEST_KERNELS;
    require(status == BAYNN_OK || status == BAYNN_ERROR_SELF_TEST);
    require((report->failed == 0) == (status == BAYNN_OK));
    require(report->completed == report->requested);
    require((report->failed & machine) == 0);
    require(intact == ((report->failed & BAYNN_TEST_IMAGE) == 0));
}

static void self_test_in_steps(const baynn_model_t *model, void *storage, size_t bytes,
                               const baynn_self_test_report_t *whole, uint32_t work_max) {
    baynn_self_test_t test;
    memset(&test, 0, sizeof test);
    require(baynn_self_test_begin(&test, storage, bytes, model, NULL) == BAYNN_OK);
    baynn_self_test_report_t report = {.struct_bytes = sizeof report};
    uint32_t finished = 0;
    while (!finished) {
        require(baynn_self_test_step(&test, work_max, &finished) == BAYNN_OK);
        baynn_status_t status = baynn_self_test_report(&test, &report);
        require(status == (report.failed == 0 ? BAYNN_OK : BAYNN_ERROR_SELF_TEST));
    }
    require(memcmp(&report, whole, sizeof report) == 0);
}

static void self_test(const baynn_model_t *model, int intact, uint32_t work_max) {
    size_t bytes = 0;
    require(baynn_self_test_storage_bytes(model, &bytes) == BAYNN_OK);
    if (bytes > STORAGE_MAX / 64) {
        return;
    }
    void *storage = block(bytes);
    baynn_self_test_report_t report = {.struct_bytes = sizeof report};
    baynn_status_t status = baynn_self_test(storage, bytes, model, NULL, &report);
    check_report(&report, status, intact);
    self_test_in_steps(model, storage, bytes, &report, work_max);
    free(storage);
}

/* ---- The model as a whole ---- */

static void check_names(const baynn_model_t *model, const baynn_model_info_t *info,
                        const uint8_t *image) {
    const char *name = NULL;
    require(baynn_model_name(model, &name) == BAYNN_OK);
    require(strlen(name) < info->image_bytes);
    for (uint32_t label = 0; label < info->classes; label++) {
        require(baynn_model_class_name(model, label, &name) == BAYNN_OK);
        const uint8_t *text = (const uint8_t *)name;
        require(text >= image && text < image + info->image_bytes);
        require(strlen(name) >= 1);
        /* Each name is found from the start of the section. */
        label += label >= 100 ? info->classes / 16 : 0;
    }
    require(baynn_model_class_name(model, info->classes, &name) == BAYNN_ERROR_ARGUMENT);
}

/* A session, or NULL if the configuration is refused or too large. */
static baynn_session_t *make_session(const baynn_model_t *model, const baynn_model_info_t *info,
                                     const baynn_session_config_t *config, void **storage) {
    size_t bytes = 0;
    *storage = NULL;
    baynn_status_t status = baynn_session_storage_bytes(model, config, &bytes);
    int valid = config->posterior <= BAYNN_POSTERIOR_DETERMINISTIC &&
                config->memory <= BAYNN_MEMORY_MINIMAL;
    if (!valid) {
        require(status == BAYNN_ERROR_ARGUMENT);
        return NULL;
    }
    if (config->posterior == BAYNN_POSTERIOR_EXACT && info->sites > BAYNN_EXACT_SITES_MAX) {
        require(status == BAYNN_ERROR_POSTERIOR);
        return NULL;
    }
    require(status == BAYNN_OK);
    if (bytes > STORAGE_MAX) {
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

/* What an image that is damaged while open may still do: give a status, in finite time. */
static void use_damaged(const baynn_model_t *model, const baynn_model_info_t *info,
                        const baynn_session_config_t *config, baynn_session_t *session,
                        const uint8_t *input, const control_t *control) {
    baynn_prediction_t prediction;
    if (infer(session, info, input, control)) {
        check_result(session, info, 0, &prediction);
    }
    baynn_model_info_t again = {.struct_bytes = sizeof again};
    const char *name = NULL;
    (void)baynn_model_info(model, &again);
    (void)baynn_model_name(model, &name);
    (void)baynn_model_class_name(model, info->classes - 1, &name);
    size_t bytes = 0;
    baynn_status_t status = baynn_session_storage_bytes(model, config, &bytes);
    require(status == BAYNN_OK || status == BAYNN_ERROR_POSTERIOR || is_image_error(status));
    if (status == BAYNN_OK && bytes <= STORAGE_MAX) {
        void *storage = block(bytes);
        status = baynn_session_init(storage, bytes, model, config, &session);
        require(status == BAYNN_OK || is_image_error(status));
        if (status == BAYNN_OK && infer(session, info, input, control)) {
            check_result(session, info, 0, &prediction);
        }
        free(storage);
    }
}

static void use_model(const baynn_model_t *model, uint8_t *image, const control_t *control) {
    baynn_model_info_t info = {.struct_bytes = sizeof info};
    require(baynn_model_info(model, &info) == BAYNN_OK);
    require(info.classes >= 2 && info.classes <= 65535);
    require(info.input_elements ==
            (uint64_t)info.input_height * info.input_width * info.input_channels);
    require(info.input_maximum >= 1 && info.input_maximum <= 255);
    require(info.image_crc == image_read_u32(image, info.image_bytes - 4));
    check_names(model, &info, image);
    if (info.pass_work_max > PASS_WORK_MAX) {
        return;
    }
    baynn_session_config_t config = make_config(control);
    void *storage = NULL;
    baynn_session_t *session = make_session(model, &info, &config, &storage);
    if (session == NULL) {
        free(storage);
        return;
    }
    uint8_t *input = make_input(&info, control);
    if (infer(session, &info, input, control)) {
        baynn_prediction_t prediction;
        check_result(session, &info, 1, &prediction);
        int enumerable = info.sites <= 12 || config.posterior == BAYNN_POSTERIOR_SAMPLED ||
                         config.posterior == BAYNN_POSTERIOR_DETERMINISTIC;
        if (info.weights <= NAIVE_WEIGHTS_MAX && prediction.leaves <= NAIVE_LEAVES_MAX &&
            enumerable) {
            compare_with_naive(image, info.image_bytes, input, &config, &prediction);
        }
    }
    infer_at_once(session, &info, input);
    int short_test =
        info.pass_work_max <= SELF_TEST_WORK_MAX && info.sites <= 5 && info.known_answers <= 8;
    if (short_test) {
        self_test(model, 1, 1u << control->work_shift % 16);
    }
    size_t at = control->damage_offset % info.image_bytes;
    if (control->damage_value != 0) {
        image[at] = (uint8_t)(image[at] ^ control->damage_value);
        use_damaged(model, &info, &config, session, input, control);
        if (short_test) {
            self_test(model, 0, 1u << control->work_shift % 16);
        }
    }
    free(input);
    free(storage);
}

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
    baynn_status_t status = baynn_model_open(&model, image, image_bytes);
    require(status == BAYNN_OK || is_image_error(status));
    if (status == BAYNN_OK) {
        use_model(&model, image, &control);
    }
    free(image);
    return 0;
}
