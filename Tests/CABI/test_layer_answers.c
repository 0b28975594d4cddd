/* SPDX-License-Identifier: Apache-2.0 */
#include "image_edit.h"
#include "vectors.h"

/* The self-test of every kind of model: known answers of labels, maps, values and drawn layers. */

static baynn_status_t run_self_test(const vector_network_t *network, image_t image,
                                    baynn_self_test_report_t *report) {
    baynn_model_t model = model_open(image);
    size_t bytes = 0;
    assert_of(network, baynn_self_test_storage_bytes(&model, &bytes) == BAYNN_OK);
    fence_t fence = fence_make(bytes, BAYNN_STORAGE_ALIGNMENT);
    memset(report, 0, sizeof *report);
    report->struct_bytes = sizeof *report;
    baynn_self_test_config_t config = {.struct_bytes = sizeof config,
                                       .tests = BAYNN_TEST_IMAGE | BAYNN_TEST_MODEL};
    baynn_status_t status = baynn_self_test(fence.memory, bytes, &model, &config, report);
    fence_check(&fence);
    fence_free(fence);
    return status;
}

static void every_network_passes(void **state) {
    (void)state;
    uint32_t count;
    uint32_t answers = 0;
    const vector_network_t *networks = vector_networks(&count);
    for (uint32_t i = 0; i < count; i++) {
        baynn_self_test_report_t report;
        baynn_model_t model = model_open(networks[i].image);
        answers += model_info(&model).known_answers;
        assert_of(&networks[i],
                  run_self_test(&networks[i], networks[i].image, &report) == BAYNN_OK);
        uint32_t untested = model_info(&model).known_answers == 0 ? BAYNN_TEST_MODEL : 0;
        assert_of(&networks[i], report.failed == 0);
        assert_of(&networks[i], report.completed == (report.requested & ~untested));
    }
    assert_true(answers > 30);
}

/* Offset of the first answer's label in the image, and the words of results from there on. */
static size_t answer_words(image_t image, const baynn_model_info_t *info, uint32_t *words) {
    uint32_t positions = info->positions_height * info->positions_width;
    *words = 3 + (info->outputs == 0 && positions == 1 ? info->classes : 1);
    size_t input_bytes = ((size_t)info->input_elements + 3) / 4 * 4;
    return image_section(image.data, IMAGE_ANSWERS, 0) + 8 + 4 + input_bytes;
}

/* Every word of an answer counts, whatever the head. */
static void every_word_of_an_answer_counts(void **state) {
    (void)state;
    uint32_t count;
    uint32_t maps = 0;
    uint32_t regressions = 0;
    uint32_t drawn = 0;
    const vector_network_t *networks = vector_networks(&count);
    for (uint32_t i = 0; i < count; i++) {
        const vector_network_t *network = &networks[i];
        baynn_model_t model = model_open(network->image);
        baynn_model_info_t info = model_info(&model);
        if (info.known_answers == 0) {
            continue;
        }
        maps += info.positions_height * info.positions_width > 1;
        regressions += info.outputs > 0;
        drawn += info.sampled_layers > 0;
        uint32_t words;
        size_t offset = answer_words(network->image, &info, &words);
        for (uint32_t word = 0; word < words; word++) {
            image_t copy = image_copy(network->image);
            edit_flip(&copy, offset + 4 * (size_t)word, word == 0 ? 0 : 11 * word % 32);
            image_reseal(copy.data);
            uint32_t label = image_read_u32(copy.data, offset);
            baynn_status_t status =
                baynn_model_open(&model, copy.data, copy.bytes, baynn_parts_all);
            uint32_t labels = info.classes > 0 ? info.classes : 1;
            /* A regression has neither label nor entropies. */
            int possible = label < labels && (info.outputs == 0 || word > 2);
            assert_of(network, status == (possible ? BAYNN_OK : BAYNN_ERROR_IMAGE_VALUE));
            if (status == BAYNN_OK) {
                baynn_self_test_report_t report;
                assert_of(network, run_self_test(network, copy, &report) == BAYNN_ERROR_SELF_TEST);
                assert_of(network, report.failed == BAYNN_TEST_MODEL);
                assert_of(network, report.first_failed == BAYNN_TEST_MODEL);
                assert_of(network, report.first_index == 0);
                assert_of(network, report.first_actual != report.first_expected);
            }
            image_free(copy);
        }
    }
    assert_true(maps >= 1 && regressions >= 1 && drawn >= 1);
}

/* An answer that another input gives: a model that has changed without a trace in its sums. */
static void another_input_is_found(void **state) {
    (void)state;
    uint32_t count;
    uint32_t found = 0;
    const vector_network_t *networks = vector_networks(&count);
    for (uint32_t i = 0; i < count; i++) {
        const vector_network_t *network = &networks[i];
        baynn_model_t model = model_open(network->image);
        baynn_model_info_t info = model_info(&model);
        if (info.known_answers == 0) {
            continue;
        }
        image_t copy = image_copy(network->image);
        uint8_t *input = copy.data + image_section(copy.data, IMAGE_ANSWERS, 0) + 8 + 4;
        for (uint32_t e = 0; e < info.input_elements; e++) {
            input[e] = (uint8_t)(info.input_maximum - input[e]);
        }
        image_reseal(copy.data);
        baynn_self_test_report_t report;
        found += run_self_test(network, copy, &report) == BAYNN_ERROR_SELF_TEST;
        image_free(copy);
    }
    assert_true(found > 20);
}

/* Known answers are for models that can be checked in reasonable time. */
static void wrong_sizes_of_answers_are_refused(void **state) {
    (void)state;
    uint32_t count;
    const vector_network_t *networks = vector_networks(&count);
    for (uint32_t i = 0; i < count; i++) {
        const vector_network_t *network = &networks[i];
        if (image_section(network->image.data, IMAGE_ANSWERS, 0) == 0) {
            continue;
        }
        baynn_model_t model;
        image_t longer = image_copy(network->image);
        edit_grow_section(&longer, IMAGE_ANSWERS, 4);
        image_reseal(longer.data);
        assert_of(network, baynn_model_open(&model, longer.data, longer.bytes, baynn_parts_all) ==
                               BAYNN_ERROR_IMAGE_SECTION);
        image_free(longer);
        image_t shorter = image_copy(network->image);
        edit_shrink_section(&shorter, IMAGE_ANSWERS, 4);
        image_reseal(shorter.data);
        assert_of(network, baynn_model_open(&model, shorter.data, shorter.bytes, baynn_parts_all) ==
                               BAYNN_ERROR_IMAGE_SECTION);
        image_free(shorter);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_network_passes),
        cmocka_unit_test(every_word_of_an_answer_counts),
        cmocka_unit_test(another_input_is_found),
        cmocka_unit_test(wrong_sizes_of_answers_are_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
