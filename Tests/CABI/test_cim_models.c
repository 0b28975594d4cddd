/* SPDX-License-Identifier: Apache-2.0 */
#include <dirent.h>
#include <stdio.h>
#include <time.h>

#include "support_cim_emulator.h"
#include "synthetic_inputs.h"

/* Every published model, on an ideal emulated device behind its bus, says what it says without
 * arrays. The variable BAYNN_MODELS names the folder of models. */

static void assert_same_values(const baynn_session_t *a, const baynn_session_t *b,
                               const baynn_model_info_t *info) {
    const uint32_t count = info->classes * info->positions_height * info->positions_width;
    uint32_t *p = malloc(count * sizeof *p + 1);
    uint32_t *q = malloc(count * sizeof *q + 1);
    if (count > 0) {
        assert_int_equal(baynn_infer_probabilities(a, p, count), BAYNN_OK);
        assert_int_equal(baynn_infer_probabilities(b, q, count), BAYNN_OK);
        assert_memory_equal(p, q, count * sizeof *p);
    }
    for (uint32_t output = 0; output < info->outputs; output++) {
        baynn_value_t x = {.struct_bytes = sizeof x};
        baynn_value_t y = {.struct_bytes = sizeof y};
        assert_int_equal(baynn_infer_value(a, output, &x), BAYNN_OK);
        assert_int_equal(baynn_infer_value(b, output, &y), BAYNN_OK);
        assert_memory_equal(&x, &y, sizeof x);
    }
    free(p);
    free(q);
}

static void check_model(const char *path, uint32_t mapping) {
    image_t image = file_at(path);
    assert_non_null(image.data);

    baynn_model_t model = model_open(image);
    baynn_model_info_t info = model_info(&model);
    baynn_cim_emulator_config_t config = {.struct_bytes = sizeof config, .arrays = 300};
    baynn_session_config_t deterministic = {.struct_bytes = sizeof deterministic,
                                            .posterior = BAYNN_POSTERIOR_DETERMINISTIC};
    room_t native = room_make(&model, &deterministic);
    emulated_t *device =
        emulated_make_as(&model, &config, &deterministic, (baynn_cim_config_t){.mapping = mapping});
    baynn_session_t *session = device->session;
    uint8_t *input = malloc(info.input_elements);
    clock_t start = clock();
    for (uint32_t i = 0; i < 2; i++) {
        synthetic_input(5, i, info.input_maximum, input, info.input_elements);
        baynn_prediction_t a = {.struct_bytes = sizeof a};
        baynn_prediction_t b = {.struct_bytes = sizeof b};
        assert_int_equal(baynn_infer(native.session, input, info.input_elements, &a), BAYNN_OK);
        assert_int_equal(baynn_infer(session, input, info.input_elements, &b), BAYNN_OK);
        assert_memory_equal(&a, &b, sizeof a);
        assert_same_values(native.session, session, &info);
    }
    baynn_cim_info_t used = {.struct_bytes = sizeof used};
    assert_int_equal(baynn_cim_info(&device->cim, &used), BAYNN_OK);
    baynn_cim_ledger_t ledger = {.struct_bytes = sizeof ledger};
    assert_int_equal(baynn_cim_ledger(&device->cim, &ledger), BAYNN_OK);
    print_message("%s: %u arrays, %llu reads, %.2f s\n", strrchr(path, '/') + 1, used.arrays,
                  (unsigned long long)ledger.macs, (double)(clock() - start) / CLOCKS_PER_SEC);
    free(input);
    room_free(native);
    emulated_free(device);
    image_free(image);
}

static void models_are_the_same_on_ideal_devices(void **state) {
    (void)state;
    const char *folder = getenv("BAYNN_MODELS");
    if (folder == NULL) {
        skip();
    }
    DIR *models = opendir(folder);
    assert_non_null(models);
    uint32_t count = 0;
    for (struct dirent *entry = readdir(models); entry != NULL; entry = readdir(models)) {
        if (entry->d_name[0] != '.') {
            char path[4096];
            snprintf(path, sizeof path, "%s/%s/%s.baynn", folder, entry->d_name, entry->d_name);
            check_model(path, count++ % 2 ? BAYNN_CIM_MAPPING_SPLIT : BAYNN_CIM_MAPPING_UNROLLED);
        }
    }
    closedir(models);
    assert_true(count >= 8);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(models_are_the_same_on_ideal_devices),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
