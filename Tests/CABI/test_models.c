/* SPDX-License-Identifier: Apache-2.0 */
#include <inttypes.h>
#include <stdio.h>

#include "synthetic_inputs.h"
#include "vectors.h"

/* Every prediction of every published model for synthetic inputs is that of the Python
 * reference: Tests/Vectors/models.json, of which the variable BAYNN_VECTORS names the folder,
 * against the images in BAYNN_MODELS. Without the variables the tests are skipped. The tensors
 * in between are compared by ModelVectorsTests.swift. */

typedef struct run {
    const char *name;
    uint32_t posterior;
} run_t;

static const run_t runs[] = {
    {"deterministic", BAYNN_POSTERIOR_DETERMINISTIC},
    {"sampled", BAYNN_POSTERIOR_SAMPLED},
};

static const char *folder(const char *variable) {
    const char *value = getenv(variable);
    if (value == NULL) {
        skip();
    }
    return value;
}

/* The number after a name and a colon, in an entry written by json.dumps. */
static uint32_t number(const char *entry, const char *name) {
    char key[64];
    snprintf(key, sizeof key, "\"%s\": ", name);
    const char *found = strstr(entry, key);
    if (found == NULL) {
        fail_msg("no %s in: %s", name, entry);
        return 0;
    }
    return (uint32_t)strtoul(found + strlen(key), NULL, 10);
}

static image_t image_read(const char *name) {
    char path[256];
    snprintf(path, sizeof path, "%s/%s.baynn", name, name);
    return file_read("BAYNN_MODELS", path);
}

static uint32_t continue_crc(uint32_t crc, uint32_t word) {
    return baynn_crc32(crc, &word, sizeof word);
}

/* CRC-32 over what there is to know about the last input, as Tests/Vectors/README.md says. */
static uint32_t continue_outputs(uint32_t crc, const baynn_session_t *session,
                                 const baynn_prediction_t *prediction,
                                 const baynn_model_info_t *info, uint32_t *probabilities) {
    const uint32_t count = info->positions_height * info->positions_width * info->classes;
    if (info->head == BAYNN_HEAD_CLASSIFICATION) {
        crc = continue_crc(crc, prediction->label);
        crc = continue_crc(crc, prediction->entropy_q16);
        crc = continue_crc(crc, prediction->mutual_information_q16);
        assert_int_equal(baynn_infer_probabilities(session, probabilities, count), BAYNN_OK);
        return baynn_crc32(crc, probabilities, count * sizeof *probabilities);
    }
    for (uint32_t output = 0; output < info->outputs; output++) {
        baynn_value_t value = {.struct_bytes = sizeof value};
        assert_int_equal(baynn_infer_value(session, output, &value), BAYNN_OK);
        crc = continue_crc(crc, (uint32_t)value.mean_q16);
        crc = continue_crc(crc, value.deviation_q16);
    }
    return crc;
}

static uint32_t outputs_crc(const baynn_model_t *model, uint32_t posterior, uint32_t count,
                            uint32_t seed) {
    const baynn_model_info_t info = model_info(model);
    const baynn_session_config_t config = {
        .struct_bytes = sizeof config, .posterior = posterior, .passes = 1, .seed = seed};
    size_t bytes = 0;
    assert_int_equal(baynn_session_storage_bytes(model, &config, &bytes), BAYNN_OK);
    void *storage = malloc(bytes);
    uint8_t *input = malloc(info.input_elements);
    uint32_t *probabilities =
        malloc(sizeof(uint32_t) * info.positions_height * info.positions_width * info.classes + 1);
    assert_true(storage != NULL && input != NULL && probabilities != NULL);
    baynn_session_t *session = NULL;
    assert_int_equal(baynn_session_init(storage, bytes, model, &config, &session), BAYNN_OK);
    uint32_t crc = 0;
    for (uint32_t i = 0; i < count; i++) {
        baynn_prediction_t prediction = {.struct_bytes = sizeof prediction};
        synthetic_input(seed, i, info.input_maximum, input, info.input_elements);
        assert_int_equal(baynn_infer(session, input, info.input_elements, &prediction), BAYNN_OK);
        crc = continue_outputs(crc, session, &prediction, &info, probabilities);
    }
    free(probabilities);
    free(input);
    free(storage);
    return crc;
}

/* Some configuration that takes little time. */
static const baynn_session_config_t quick = {.struct_bytes = sizeof quick,
                                             .posterior = BAYNN_POSTERIOR_DETERMINISTIC};

/* The address of an input makes no difference, and nothing is read around it: it ends where
 * memory ends, and lies at any distance from a multiple of 8. */
static void check_addresses(const char *name, const baynn_model_t *model) {
    const baynn_model_info_t info = model_info(model);
    const size_t bytes = info.input_elements;
    room_t room = room_make(model, &quick);
    uint8_t *input = malloc(bytes);
    assert_non_null(input);
    synthetic_input(1, 2, info.input_maximum, input, bytes);
    baynn_prediction_t expected = {.struct_bytes = sizeof expected};
    assert_int_equal(baynn_infer(room.session, input, bytes, &expected), BAYNN_OK);
    for (size_t offset = 0; offset <= 8; offset++) {
        fence_t fence = offset < 8 ? fence_make(bytes + offset, 8) : fence_make(bytes, 1);
        uint8_t *place = fence.memory + (offset < 8 ? offset : 0);
        memcpy(place, input, bytes);
        baynn_prediction_t actual = {.struct_bytes = sizeof actual};
        assert_int_equal(baynn_infer(room.session, place, bytes, &actual), BAYNN_OK);
        if (memcmp(&actual, &expected, sizeof actual) != 0) {
            fail_msg("%s: another prediction at offset %zu", name, offset);
        }
        fence_free(fence);
    }
    free(input);
    room_free(room);
}

static void check_entry(const char *entry) {
    char name[64];
    assert_int_equal(sscanf(entry, "{\"model\": \"%63[^\"]", name), 1);
    image_t image = image_read(name);
    const baynn_model_t model = model_open(image);
    if (model_info(&model).image_crc != number(entry, "image_crc32")) {
        fail_msg("%s: models.json was written for another image; write it again", name);
    }
    for (size_t r = 0; r < COUNT(runs); r++) {
        const char *run = strstr(entry, runs[r].name);
        assert_non_null(run);
        const uint32_t actual =
            outputs_crc(&model, runs[r].posterior, number(entry, "count"), number(entry, "seed"));
        const uint32_t expected = number(run, "outputs_crc32");
        if (actual != expected) {
            fail_msg("%s, %s: outputs have checksum %" PRIu32 ", not %" PRIu32, name, runs[r].name,
                     actual, expected);
        }
    }
    check_addresses(name, &model);
    image_free(image);
}

static void outputs_are_those_of_the_reference(void **state) {
    (void)state;
    char path[4096];
    snprintf(path, sizeof path, "%s/models.json", folder("BAYNN_VECTORS"));
    FILE *stream = fopen(path, "r");
    if (stream == NULL) {
        fail_msg("cannot open %s", path);
    }
    char line[4096];
    unsigned entries = 0;
    while (fgets(line, sizeof line, stream) != NULL) {
        if (line[0] == '{') {
            check_entry(line);
            entries++;
        }
    }
    fclose(stream);
    assert_true(entries > 0);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(outputs_are_those_of_the_reference),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
