/* SPDX-License-Identifier: Apache-2.0 */
#include "vectors.h"

/* Reads what make_layer_images.py writes. */

static vector_network_t *networks;
static uint32_t network_count;

typedef struct cursor {
    const uint8_t *bytes;
    size_t offset;
    size_t end;
} cursor_t;

static uint32_t next_u32(cursor_t *cursor) {
    assert_true(cursor->end - cursor->offset >= 4);
    cursor->offset += 4;
    return image_read_u32(cursor->bytes, cursor->offset - 4);
}

static uint64_t next_u64(cursor_t *cursor) {
    uint64_t low = next_u32(cursor);
    return low | (uint64_t)next_u32(cursor) << 32;
}

static const uint8_t *next_block(cursor_t *cursor, uint32_t *bytes) {
    *bytes = next_u32(cursor);
    size_t padded = ((size_t)*bytes + 3) / 4 * 4;
    assert_true(cursor->end - cursor->offset >= padded);
    cursor->offset += padded;
    return cursor->bytes + cursor->offset - padded;
}

static void read_run(cursor_t *cursor, vector_run_t *run) {
    memset(run, 0, sizeof *run);
    run->config.struct_bytes = sizeof run->config;
    run->config.posterior = next_u32(cursor);
    run->config.cut_q31 = next_u32(cursor);
    run->config.passes = next_u32(cursor);
    run->config.seed = next_u64(cursor);
    run->config.call = next_u64(cursor);
    run->input = next_u32(cursor);
    run->prediction.leaves = next_u32(cursor);
    run->prediction.samples = next_u32(cursor);
    run->prediction.mass_q31 = next_u32(cursor);
    run->prediction.label = next_u32(cursor);
    run->prediction.entropy_q16 = next_u32(cursor);
    run->prediction.mutual_information_q16 = next_u32(cursor);
    run->probability_crc32 = next_u32(cursor);
    run->outputs = next_u32(cursor);
    uint32_t *values = calloc(2 * (size_t)run->outputs + 1, sizeof(uint32_t));
    assert_non_null(values);
    for (uint32_t i = 0; i < 2 * run->outputs; i++) {
        values[i] = next_u32(cursor);
    }
    run->values = values;
}

static void read_network(cursor_t *cursor, vector_network_t *network) {
    uint32_t bytes;
    network->name = (const char *)next_block(cursor, &bytes);
    const uint8_t *image = next_block(cursor, &bytes);
    network->image = image_copy((image_t){(uint8_t *)(uintptr_t)image, bytes});
    network->inputs[0] = next_block(cursor, &network->input_bytes);
    network->inputs[1] = next_block(cursor, &bytes);
    assert_int_equal(bytes, network->input_bytes);
    network->run_count = next_u32(cursor);
    vector_run_t *runs = calloc(network->run_count, sizeof *runs);
    assert_non_null(runs);
    for (uint32_t i = 0; i < network->run_count; i++) {
        read_run(cursor, &runs[i]);
        assert_true(runs[i].input < 2);
    }
    network->runs = runs;
}

static cursor_t read_file(void) {
    const char *path = getenv("BAYNN_LAYERS");
    if (path == NULL) {
        fail_msg("BAYNN_LAYERS must name what make_layer_images.py has written");
    }
    image_t file = file_at(path);
    if (file.data == NULL) {
        fail_msg("%s cannot be opened: run make test-c", path);
    }
    return (cursor_t){file.data, 0, file.bytes};
}

const vector_network_t *vector_networks(uint32_t *count) {
    if (networks == NULL) {
        cursor_t cursor = read_file();
        assert_int_equal(next_u32(&cursor), 0x564E4E42u);
        network_count = next_u32(&cursor);
        assert_true(network_count > 100 && network_count < 10000);
        networks = calloc(network_count, sizeof *networks);
        assert_non_null(networks);
        for (uint32_t i = 0; i < network_count; i++) {
            read_network(&cursor, &networks[i]);
        }
        assert_int_equal(cursor.offset, cursor.end);
    }
    *count = network_count;
    return networks;
}

const vector_network_t *vector_network(const char *name) {
    uint32_t count;
    const vector_network_t *all = vector_networks(&count);
    for (uint32_t i = 0; i < count; i++) {
        if (strcmp(all[i].name, name) == 0) {
            return &all[i];
        }
    }
    fail_msg("there is no network \"%s\"", name);
    return NULL;
}

static void assert_probabilities(const vector_network_t *network, const vector_run_t *run,
                                 const baynn_session_t *session, const baynn_model_info_t *info) {
    uint32_t count = info->positions_height * info->positions_width * info->classes;
    uint32_t *probability = malloc(count * sizeof(uint32_t));
    assert_non_null(probability);
    assert_of(network, baynn_infer_probabilities(session, probability, count) == BAYNN_OK);
    assert_of(network,
              image_crc32(probability, count * sizeof(uint32_t)) == run->probability_crc32);
    free(probability);
}

static void assert_values(const vector_network_t *network, const vector_run_t *run,
                          const baynn_session_t *session) {
    for (uint32_t i = 0; i < run->outputs; i++) {
        baynn_value_t value = {.struct_bytes = sizeof value};
        assert_of(network, baynn_infer_value(session, i, &value) == BAYNN_OK);
        assert_of(network, (uint32_t)value.mean_q16 == run->values[2 * i]);
        assert_of(network, value.deviation_q16 == run->values[2 * i + 1]);
        assert_of(network, value.spread_q16 <= value.deviation_q16);
    }
}

void assert_vector_result(const vector_network_t *network, const vector_run_t *run,
                          const baynn_session_t *session) {
    baynn_prediction_t actual = {.struct_bytes = sizeof actual};
    const baynn_prediction_t *expected = &run->prediction;
    assert_of(network, baynn_infer_result(session, &actual) == BAYNN_OK);
    assert_of(network, actual.leaves == expected->leaves);
    assert_of(network, actual.samples == expected->samples);
    assert_of(network, actual.mass_q31 == expected->mass_q31);
    assert_of(network, actual.label == expected->label);
    assert_of(network, actual.entropy_q16 == expected->entropy_q16);
    assert_of(network, actual.mutual_information_q16 == expected->mutual_information_q16);
    baynn_model_t model = model_open(network->image);
    baynn_model_info_t info = model_info(&model);
    assert_of(network, info.outputs == run->outputs);
    if (run->outputs == 0) {
        assert_probabilities(network, run, session, &info);
    } else {
        assert_values(network, run, session);
    }
}
