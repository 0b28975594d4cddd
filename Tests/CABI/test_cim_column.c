/* SPDX-License-Identifier: Apache-2.0 */
#include <dirent.h>
#include <math.h>
#include <stdio.h>

#include "support_cim_emulator.h"
#include "synthetic_inputs.h"
#include "vectors.h"

/* Sessions whose sums have the errors of reads, column by column. */

static const baynn_cim_emulator_config_t published = {.struct_bytes = sizeof published,
                                                      .parallel_deviation_ns = 5500,
                                                      .antiparallel_deviation_ns = 2500};

static fence_t column_make(const baynn_model_t *model, const baynn_session_config_t *config,
                           const baynn_cim_emulator_config_t *emulator, baynn_session_t **session) {
    size_t bytes = 0;
    assert_int_equal(baynn_cim_column_session_storage_bytes(model, config, emulator, &bytes),
                     BAYNN_OK);
    fence_t fence = fence_make(bytes, BAYNN_STORAGE_ALIGNMENT);
    assert_int_equal(
        baynn_cim_column_session_init(fence.memory, bytes - 1, model, config, emulator, session),
        BAYNN_ERROR_STORAGE);
    assert_int_equal(
        baynn_cim_column_session_init(fence.memory, bytes, model, config, emulator, session),
        BAYNN_OK);
    assert_ptr_equal(*session, fence.memory);
    return fence;
}

static void column_free(fence_t fence) {
    fence_check(&fence);
    fence_free(fence);
}

/* Without effects: what the reference gives, for every layer and method. */
static void ideal_is_native(void **state) {
    (void)state;
    uint32_t count;
    const vector_network_t *networks = vector_networks(&count);
    for (uint32_t i = 0; i < count; i++) {
        const vector_network_t *network = &networks[i];
        baynn_model_t model = model_open(network->image);
        for (uint32_t run = 0; run < network->run_count; run++) {
            for (uint32_t memory = 0; memory < 2; memory++) {
                baynn_session_config_t config = network->runs[run].config;
                config.memory = memory;
                baynn_session_t *session;
                fence_t fence = column_make(&model, &config, NULL, &session);
                baynn_prediction_t prediction = {.struct_bytes = sizeof prediction};
                assert_of(network, baynn_infer(session, network->inputs[network->runs[run].input],
                                               network->input_bytes, &prediction) == BAYNN_OK);
                assert_vector_result(network, &network->runs[run], session);
                column_free(fence);
            }
        }
    }
}

/* All that there is to know about one inference, in a few numbers. */
static uint32_t outcome(const baynn_model_info_t *info, const baynn_session_t *session) {
    uint32_t crc = 0;
    if (info->outputs > 0) {
        for (uint32_t i = 0; i < info->outputs; i++) {
            baynn_value_t value = {.struct_bytes = sizeof value};
            assert_int_equal(baynn_infer_value(session, i, &value), BAYNN_OK);
            crc = baynn_crc32(crc, &value, sizeof value);
        }
        return crc;
    }
    uint32_t count = info->classes * info->positions_height * info->positions_width;
    uint32_t *probabilities = malloc(count * sizeof *probabilities);
    assert_int_equal(baynn_infer_probabilities(session, probabilities, count), BAYNN_OK);
    crc = baynn_crc32(0, probabilities, count * sizeof *probabilities);
    free(probabilities);
    return crc;
}

/* Hard reads in every network: always a result, the same for the same seed whatever the steps,
 * and another one for another seed or call. */
static void function_of_seed_and_past(void **state) {
    (void)state;
    uint32_t count, differ = 0;
    const vector_network_t *networks = vector_networks(&count);
    for (uint32_t i = 0; i < count; i++) {
        const vector_network_t *network = &networks[i];
        baynn_model_t model = model_open(network->image);
        baynn_model_info_t info = model_info(&model);
        uint32_t crc[4][2];
        for (uint32_t variant = 0; variant < 4; variant++) {
            baynn_session_config_t config = {.struct_bytes = sizeof config,
                                             .posterior = BAYNN_POSTERIOR_DETERMINISTIC,
                                             .call = variant == 2};
            baynn_cim_emulator_config_t emulator = published;
            emulator.active_rows_max = 40;
            emulator.converter_codes = 81;
            emulator.converter_offset_q8 = 40;
            emulator.seed = variant == 3 ? 9 : 8;
            baynn_session_t *session;
            fence_t fence = column_make(&model, &config, &emulator, &session);
            for (uint32_t input = 0; input < 2; input++) {
                uint32_t finished = 0;
                assert_of(network, baynn_infer_begin(session, network->inputs[input],
                                                     network->input_bytes) == BAYNN_OK);
                while (!finished) {
                    assert_of(network, baynn_infer_step(session, variant == 1 ? 1 : UINT32_MAX,
                                                        &finished) == BAYNN_OK);
                }
                crc[variant][input] = outcome(&info, session);
            }
            column_free(fence);
        }
        assert_of(network, crc[0][0] == crc[1][0] && crc[0][1] == crc[1][1]);
        differ += crc[0][0] != crc[2][0] && crc[0][0] != crc[3][0];
    }
    /* Many of them are too small for a wrong count to be seen. */
    assert_true(differ > count / 3);
}

/* Every published model, whose folder the variable BAYNN_MODELS names. */
static void ideal_models_are_native(void **state) {
    (void)state;
    const char *folder = getenv("BAYNN_MODELS");
    if (folder == NULL) {
        skip();
        return;
    }
    DIR *directory = opendir(folder);
    assert_non_null(directory);
    uint32_t models = 0;
    for (struct dirent *entry; (entry = readdir(directory)) != NULL;) {
        char path[4096];
        snprintf(path, sizeof path, "%s/%s/%s.baynn", folder, entry->d_name, entry->d_name);
        image_t image = file_at(path);
        if (image.data == NULL) {
            continue;
        }
        baynn_model_t model = model_open(image);
        baynn_model_info_t info = model_info(&model);
        baynn_session_config_t config = {
            .struct_bytes = sizeof config, .posterior = BAYNN_POSTERIOR_SAMPLED, .passes = 2};
        room_t native = room_make(&model, &config);
        baynn_session_t *session;
        fence_t fence = column_make(&model, &config, NULL, &session);
        uint8_t *input = malloc(info.input_elements);
        synthetic_input(5, 0, info.input_maximum, input, info.input_elements);
        baynn_prediction_t a = {.struct_bytes = sizeof a}, b = a;
        assert_int_equal(baynn_infer(native.session, input, info.input_elements, &a), BAYNN_OK);
        assert_int_equal(baynn_infer(session, input, info.input_elements, &b), BAYNN_OK);
        assert_memory_equal(&a, &b, sizeof a);
        assert_int_equal(outcome(&info, native.session), outcome(&info, session));
        models += 1;
        free(input);
        column_free(fence);
        room_free(native);
        image_free(image);
    }
    closedir(directory);
    assert_in_range(models, 1, UINT32_MAX);
}

/* A small network, in which about every other inference has a wrong count. */
enum { INPUTS = 24, CLASSES = 16, CALLS = 20, DEVICES = 60 };

static image_t image_of_reads(void) {
    static const image_layer_t layers[] = {{64, 1, 0}};
    image_spec_t spec = {.height = 1,
                         .width = INPUTS,
                         .channels = 1,
                         .maximum = 1,
                         .layers = layers,
                         .layer_count = 1,
                         .classes = CLASSES,
                         .seed = 11};
    return image_make(&spec);
}

/* How many of CALLS inferences differ from those without errors. */
static uint32_t changed(const baynn_model_t *model, baynn_session_t *session) {
    uint64_t random = 3;
    uint32_t count = 0;
    uint32_t ideal[CLASSES], actual[CLASSES];
    baynn_session_config_t config = {.struct_bytes = sizeof config,
                                     .posterior = BAYNN_POSTERIOR_DETERMINISTIC};
    room_t native = room_make(model, &config);
    for (uint32_t call = 0; call < CALLS; call++) {
        uint8_t input[INPUTS];
        for (uint32_t i = 0; i < INPUTS; i++) {
            input[i] = (uint8_t)(image_random(&random) >> 40 & 1);
        }
        baynn_prediction_t prediction = {.struct_bytes = sizeof prediction};
        assert_int_equal(baynn_infer(native.session, input, INPUTS, &prediction), BAYNN_OK);
        assert_int_equal(baynn_infer_probabilities(native.session, ideal, CLASSES), BAYNN_OK);
        assert_int_equal(baynn_infer(session, input, INPUTS, &prediction), BAYNN_OK);
        assert_int_equal(baynn_infer_probabilities(session, actual, CLASSES), BAYNN_OK);
        count += memcmp(ideal, actual, sizeof ideal) != 0;
    }
    room_free(native);
    return count;
}

/* Over many devices, column by column gives as many wrong inferences as cell by cell, within five
 * deviations of the mean as the devices show them: for noise from read to read, and for spread
 * from cell to cell, with and without codes of the converter. */
static void as_often_as_on_devices(void **state) {
    (void)state;
    image_t image = image_of_reads();
    baynn_model_t model = model_open(image);
    baynn_session_config_t config = {.struct_bytes = sizeof config,
                                     .posterior = BAYNN_POSTERIOR_DETERMINISTIC};
    const baynn_cim_emulator_config_t configs[] = {
        {.read_deviation_ns = 17000},
        {.parallel_deviation_ns = 5500, .antiparallel_deviation_ns = 2500},
        {.parallel_deviation_ns = 5000, .antiparallel_deviation_ns = 2500, .converter_codes = 33},
        {.read_deviation_ppm = 10000, .column_deviation_ppm = 5000, .write_deviation_ppm = 20000},
        {.converter_offset_q8 = 50, .read_deviation_ns = 14000},
    };
    for (size_t i = 0; i < COUNT(configs); i++) {
        double sum[2] = {0}, squares[2] = {0};
        for (uint32_t seed = 0; seed < DEVICES; seed++) {
            baynn_cim_emulator_config_t emulator = configs[i];
            emulator.struct_bytes = sizeof emulator;
            emulator.arrays = 1;
            emulator.seed = seed;
            emulated_t *device = emulated_make(&model, &emulator, &config);
            baynn_session_t *session;
            fence_t fence = column_make(&model, &config, &emulator, &session);
            double counts[2] = {changed(&model, device->session), changed(&model, session)};
            for (int k = 0; k < 2; k++) {
                sum[k] += counts[k] / CALLS;
                squares[k] += counts[k] * counts[k] / CALLS / CALLS;
            }
            column_free(fence);
            emulated_free(device);
        }
        double mean[2], variance = 0;
        for (int k = 0; k < 2; k++) {
            mean[k] = sum[k] / DEVICES;
            variance += (squares[k] / DEVICES - mean[k] * mean[k]) / DEVICES;
        }
        print_message("wrong inferences: %.3f by cells, %.3f by columns, deviation %.3f\n", mean[0],
                      mean[1], sqrt(variance));
        assert_true(mean[1] > 0.05 && mean[1] < 0.95);
        assert_true(fabs(mean[0] - mean[1]) < 5 * sqrt(variance));
    }
    image_free(image);
}

static void refusals(void **state) {
    (void)state;
    image_t image = image_small();
    baynn_model_t model = model_open(image), closed = {{0}};
    size_t bytes = 0;
    baynn_session_t *session = NULL;
    assert_int_equal(baynn_cim_column_session_storage_bytes(NULL, NULL, NULL, &bytes),
                     BAYNN_ERROR_NULL);
    assert_int_equal(baynn_cim_column_session_storage_bytes(&model, NULL, NULL, NULL),
                     BAYNN_ERROR_NULL);
    assert_int_equal(baynn_cim_column_session_storage_bytes(&closed, NULL, NULL, &bytes),
                     BAYNN_ERROR_STATE);
    baynn_session_config_t config = {.struct_bytes = sizeof config, .reserved = 1};
    assert_int_equal(baynn_cim_column_session_storage_bytes(&model, &config, NULL, &bytes),
                     BAYNN_ERROR_ARGUMENT);
    const baynn_cim_emulator_config_t bad[] = {
        {.struct_bytes = sizeof *bad - 1},
        {.struct_bytes = sizeof *bad, .reserved = 1},
        {.struct_bytes = sizeof *bad, .active_rows_max = 4097},
        {.struct_bytes = sizeof *bad, .parallel_ns = 262141},
        {.struct_bytes = sizeof *bad, .parallel_ns = 100, .antiparallel_ns = 100},
        {.struct_bytes = sizeof *bad, .parallel_deviation_ns = 262141},
        {.struct_bytes = sizeof *bad, .write_deviation_ppm = 1000001},
        {.struct_bytes = sizeof *bad, .read_deviation_ns = 1000001},
        {.struct_bytes = sizeof *bad, .column_deviation_ppm = 1000001},
        {.struct_bytes = sizeof *bad, .converter_codes = 1},
        {.struct_bytes = sizeof *bad, .converter_codes = 65537},
        {.struct_bytes = sizeof *bad, .converter_offset_q8 = INT32_MIN},
        {.struct_bytes = sizeof *bad, .converter_gain_error_ppm = -500001},
    };
    for (size_t i = 0; i < COUNT(bad); i++) {
        assert_int_equal(baynn_cim_column_session_storage_bytes(&model, NULL, &bad[i], &bytes),
                         BAYNN_ERROR_ARGUMENT);
        assert_int_equal(bytes, 0);
    }
    assert_int_equal(baynn_cim_column_session_storage_bytes(&model, NULL, NULL, &bytes), BAYNN_OK);
    uint64_t *storage = malloc(bytes + 8);
    assert_int_equal(baynn_cim_column_session_init(NULL, bytes, &model, NULL, NULL, &session),
                     BAYNN_ERROR_NULL);
    assert_int_equal(baynn_cim_column_session_init(storage, bytes, &model, NULL, NULL, NULL),
                     BAYNN_ERROR_NULL);
    assert_int_equal(baynn_cim_column_session_init(storage, bytes, &closed, NULL, NULL, &session),
                     BAYNN_ERROR_STATE);
    assert_int_equal(
        baynn_cim_column_session_init((uint8_t *)storage + 4, bytes, &model, NULL, NULL, &session),
        BAYNN_ERROR_ALIGNMENT);
    assert_int_equal(baynn_cim_column_session_init(storage, bytes, &model, NULL, &bad[2], &session),
                     BAYNN_ERROR_ARGUMENT);
    assert_null(session);
    free(storage);
    image_free(image);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(ideal_is_native),
        cmocka_unit_test(function_of_seed_and_past),
        cmocka_unit_test(ideal_models_are_native),
        cmocka_unit_test(as_often_as_on_devices),
        cmocka_unit_test(refusals),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
