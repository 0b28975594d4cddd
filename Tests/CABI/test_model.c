/* SPDX-License-Identifier: Apache-2.0 */
#include "support.h"

static void open_reports_null(void **state) {
    (void)state;
    image_t image = image_small();
    baynn_model_t model;
    assert_int_equal(baynn_model_open(NULL, image.data, image.bytes, baynn_parts_all),
                     BAYNN_ERROR_NULL);
    assert_int_equal(baynn_model_open(&model, NULL, image.bytes, baynn_parts_all),
                     BAYNN_ERROR_NULL);
    image_free(image);
}

static void open_reports_misalignment(void **state) {
    (void)state;
    image_t image = image_small();
    uint32_t *block = malloc(image.bytes + 4);
    assert_non_null(block);
    baynn_model_t model;
    for (size_t shift = 0; shift <= 4; shift++) {
        uint8_t *shifted = (uint8_t *)block + shift;
        memcpy(shifted, image.data, image.bytes);
        assert_int_equal(baynn_model_open(&model, shifted, image.bytes, baynn_parts_all),
                         shift % BAYNN_MODEL_ALIGNMENT == 0 ? BAYNN_OK : BAYNN_ERROR_ALIGNMENT);
    }
    free(block);
    image_free(image);
}

static void bytes_behind_the_image_are_ignored(void **state) {
    (void)state;
    image_t image = image_small();
    uint8_t *partition = malloc(image.bytes + 100);
    assert_non_null(partition);
    memset(partition, 0xFF, image.bytes + 100);
    memcpy(partition, image.data, image.bytes);
    baynn_model_t model;
    for (size_t behind = 0; behind <= 100; behind++) {
        assert_int_equal(baynn_model_open(&model, partition, image.bytes + behind, baynn_parts_all),
                         BAYNN_OK);
        assert_int_equal(model_info(&model).image_bytes, image.bytes);
    }
    free(partition);
    image_free(image);
}

static void open_ignores_what_the_model_held(void **state) {
    (void)state;
    image_t image = image_small();
    baynn_model_t model;
    for (int fill = 0; fill < 256; fill += 51) {
        memset(&model, fill, sizeof model);
        assert_int_equal(baynn_model_open(&model, image.data, image.bytes, baynn_parts_all),
                         BAYNN_OK);
        assert_int_equal(model_info(&model).input_elements, 9);
    }
    image_free(image);
}

static void failed_open_leaves_the_model_as_it_was(void **state) {
    (void)state;
    image_t image = image_small();
    image_t damaged = image_copy(image);
    damaged.data[50] ^= 1;
    baynn_model_t model = model_open(image);
    baynn_model_t before = model;
    assert_int_equal(baynn_model_open(&model, damaged.data, damaged.bytes, baynn_parts_all),
                     BAYNN_ERROR_IMAGE_CRC);
    assert_int_equal(baynn_model_open(&model, damaged.data, 3, baynn_parts_all),
                     BAYNN_ERROR_IMAGE_TRUNCATED);
    assert_memory_equal(&model, &before, sizeof model);
    image_free(damaged);
    image_free(image);
}

static void open_writes_into_the_model_only(void **state) {
    (void)state;
    image_t image = image_small();
    image_t copy = image_copy(image);
    struct {
        uint64_t before;
        baynn_model_t model;
        uint64_t after;
    } guarded = {UINT64_C(0x1122334455667788), {{0}}, UINT64_C(0x8877665544332211)};
    assert_int_equal(baynn_model_open(&guarded.model, image.data, image.bytes, baynn_parts_all),
                     BAYNN_OK);
    assert_true(guarded.before == UINT64_C(0x1122334455667788));
    assert_true(guarded.after == UINT64_C(0x8877665544332211));
    assert_memory_equal(image.data, copy.data, image.bytes);
    image_free(copy);
    image_free(image);
}

static void info_describes_the_image(void **state) {
    (void)state;
    image_t image = image_small();
    baynn_model_t model = model_open(image);
    baynn_model_info_t info = model_info(&model);
    assert_int_equal(info.struct_bytes, sizeof info);
    assert_int_equal(info.format, 1);
    assert_int_equal(info.image_bytes, image.bytes);
    assert_int_equal(info.image_crc, image_read_u32(image.data, image.bytes - 4));
    assert_int_equal(info.image_crc, baynn_crc32(0, image.data, image.bytes - 4));
    assert_int_equal(info.input_elements, 9);
    assert_int_equal(info.input_height, 3);
    assert_int_equal(info.input_width, 3);
    assert_int_equal(info.input_channels, 1);
    assert_int_equal(info.input_maximum, 4);
    assert_int_equal(info.classes, 3);
    assert_int_equal(info.layers, 4);
    assert_int_equal(info.weights, 9 * 40 + 40 * 33 + 33 * 7 + 7 * 3);
    assert_int_equal(info.sites, 2);
    assert_int_equal(info.random_bits, 2);
    assert_int_equal(info.random_units, 1);
    assert_true(info.piece_work_max > 0);
    assert_true(info.pass_work_max >= info.piece_work_max);
    assert_int_equal(info.known_answers, 3);
    assert_int_equal(info.policy_measure, BAYNN_MEASURE_ENTROPY);
    assert_int_equal(info.policy_threshold_q16, 60000);
    assert_int_equal(info.policy_rate_q16, 3277);
    assert_int_equal(info.policy_samples, 1000);
    image_free(image);
}

static void info_of_a_model_without_options(void **state) {
    (void)state;
    static const image_layer_t layers[] = {{5, 1, 0}};
    image_spec_t spec = {.height = 2,
                         .width = 3,
                         .channels = 4,
                         .maximum = 255,
                         .layers = layers,
                         .layer_count = 1,
                         .classes = 2};
    image_t image = image_make(&spec);
    baynn_model_t model = model_open(image);
    baynn_model_info_t info = model_info(&model);
    assert_int_equal(info.input_elements, 24);
    assert_int_equal(info.input_height, 2);
    assert_int_equal(info.input_width, 3);
    assert_int_equal(info.input_channels, 4);
    assert_int_equal(info.layers, 2);
    assert_int_equal(info.sites, 0);
    assert_int_equal(info.random_bits, 0);
    assert_int_equal(info.random_units, 0);
    assert_int_equal(info.known_answers, 0);
    assert_int_equal(info.policy_measure, BAYNN_MEASURE_NONE);
    assert_int_equal(info.policy_threshold_q16, 0);
    assert_int_equal(info.policy_rate_q16, 0);
    assert_int_equal(info.policy_samples, 0);
    const char *name = NULL;
    assert_int_equal(baynn_model_name(&model, &name), BAYNN_OK);
    assert_string_equal(name, "");
    image_free(image);
}

static void names_lie_in_the_image(void **state) {
    (void)state;
    static const char *const labels[] = {"a", "bc", "d\xC3\xA9j\xC3\xA0 vu", "x"};
    static const image_layer_t layers[] = {{5, 1, 0}};
    image_spec_t spec = {.height = 1,
                         .width = 1,
                         .channels = 1,
                         .maximum = 1,
                         .layers = layers,
                         .layer_count = 1,
                         .classes = 4,
                         .name = "n",
                         .labels = labels};
    image_t image = image_make(&spec);
    baynn_model_t model = model_open(image);
    const char *name = NULL;
    assert_int_equal(baynn_model_name(&model, &name), BAYNN_OK);
    assert_string_equal(name, "n");
    assert_in_range((uintptr_t)name, (uintptr_t)image.data,
                    (uintptr_t)image.data + image.bytes - 1);
    for (uint32_t label = 0; label < 4; label++) {
        assert_int_equal(baynn_model_class_name(&model, label, &name), BAYNN_OK);
        assert_string_equal(name, labels[label]);
        assert_in_range((uintptr_t)name, (uintptr_t)image.data,
                        (uintptr_t)image.data + image.bytes - 1);
    }
    name = "kept";
    assert_int_equal(baynn_model_class_name(&model, 4, &name), BAYNN_ERROR_ARGUMENT);
    assert_int_equal(baynn_model_class_name(&model, UINT32_MAX, &name), BAYNN_ERROR_ARGUMENT);
    assert_string_equal(name, "kept");
    image_free(image);
}

/* Names of every length modulo 4, with 0 to 3 bytes of padding. */
static void names_of_every_length(void **state) {
    (void)state;
    static const char *const names[] = {"1", "12", "123", "1234", "12345", "123456"};
    static const image_layer_t layers[] = {{5, 1, 0}};
    for (size_t i = 0; i < COUNT(names); i++) {
        const char *labels[] = {names[i], "z"};
        image_spec_t spec = {.height = 1,
                             .width = 1,
                             .channels = 1,
                             .maximum = 1,
                             .layers = layers,
                             .layer_count = 1,
                             .classes = 2,
                             .name = names[i],
                             .labels = labels};
        image_t image = image_make(&spec);
        baynn_model_t model = model_open(image);
        const char *name = NULL;
        assert_int_equal(baynn_model_name(&model, &name), BAYNN_OK);
        assert_string_equal(name, names[i]);
        assert_int_equal(baynn_model_class_name(&model, 0, &name), BAYNN_OK);
        assert_string_equal(name, names[i]);
        assert_int_equal(baynn_model_class_name(&model, 1, &name), BAYNN_OK);
        assert_string_equal(name, "z");
        image_free(image);
    }
}

static void queries_report_null(void **state) {
    (void)state;
    image_t image = image_small();
    baynn_model_t model = model_open(image);
    baynn_model_info_t info = {.struct_bytes = sizeof info};
    const char *name = NULL;
    assert_int_equal(baynn_model_info(NULL, &info), BAYNN_ERROR_NULL);
    assert_int_equal(baynn_model_info(&model, NULL), BAYNN_ERROR_NULL);
    assert_int_equal(baynn_model_name(NULL, &name), BAYNN_ERROR_NULL);
    assert_int_equal(baynn_model_name(&model, NULL), BAYNN_ERROR_NULL);
    assert_int_equal(baynn_model_class_name(NULL, 0, &name), BAYNN_ERROR_NULL);
    assert_int_equal(baynn_model_class_name(&model, 0, NULL), BAYNN_ERROR_NULL);
    image_free(image);
}

static void queries_of_a_closed_model(void **state) {
    (void)state;
    baynn_model_t model;
    memset(&model, 0, sizeof model);
    baynn_model_info_t info = {.struct_bytes = sizeof info};
    const char *name = "kept";
    assert_int_equal(baynn_model_info(&model, &info), BAYNN_ERROR_STATE);
    assert_int_equal(baynn_model_name(&model, &name), BAYNN_ERROR_STATE);
    assert_int_equal(baynn_model_class_name(&model, 0, &name), BAYNN_ERROR_STATE);
    assert_string_equal(name, "kept");
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(open_reports_null),
        cmocka_unit_test(open_reports_misalignment),
        cmocka_unit_test(bytes_behind_the_image_are_ignored),
        cmocka_unit_test(open_ignores_what_the_model_held),
        cmocka_unit_test(failed_open_leaves_the_model_as_it_was),
        cmocka_unit_test(open_writes_into_the_model_only),
        cmocka_unit_test(info_describes_the_image),
        cmocka_unit_test(info_of_a_model_without_options),
        cmocka_unit_test(names_lie_in_the_image),
        cmocka_unit_test(names_of_every_length),
        cmocka_unit_test(queries_report_null),
        cmocka_unit_test(queries_of_a_closed_model),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
