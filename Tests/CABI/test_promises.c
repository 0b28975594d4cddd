/* SPDX-License-Identifier: Apache-2.0 */
#define _DEFAULT_SOURCE /* for mprotect */

#include <sys/mman.h>

#include "soft_arrays.h"
#include "vectors.h"

/* What the contract in baynn.h says of memory that belongs to the caller: where the library only
 * reads, the page is read-only, and where it has read, the page is gone. */

enum { ELEMENTS = 9, CLASSES = 3 };

static const uint8_t sample[ELEMENTS] = {1, 0, 4, 2, 3, 0, 0, 1, 4};

static void protect(const fence_t *fence, int access) {
    /* All but the last page, which is never accessible. */
    const size_t pages = (size_t)(fence->memory + fence->bytes - fence->pages);
    assert_int_equal(mprotect(fence->pages, pages, access), 0);
}

static fence_t fence_of(const void *content, size_t bytes) {
    fence_t fence = fence_make((bytes + 7) / 8 * 8, 8);
    memcpy(fence.memory, content, bytes);
    return fence;
}

static baynn_prediction_t predict(baynn_session_t *session) {
    baynn_prediction_t prediction = {.struct_bytes = sizeof prediction};
    assert_int_equal(baynn_infer(session, sample, ELEMENTS, &prediction), BAYNN_OK);
    return prediction;
}

/* Everything that is done with a model, natively and on arrays. */
static void use(const baynn_model_t *model) {
    (void)model_info(model);
    const char *name;
    assert_int_equal(baynn_model_name(model, &name), BAYNN_OK);
    assert_int_equal(baynn_model_class_name(model, 0, &name), BAYNN_OK);
    room_t room = room_make(model, NULL);
    const baynn_prediction_t native = predict(room.session);
    baynn_self_test_report_t report = {.struct_bytes = sizeof report};
    size_t bytes;
    assert_int_equal(baynn_self_test_storage_bytes(model, &bytes), BAYNN_OK);
    void *storage = malloc(bytes);
    assert_int_equal(baynn_self_test(storage, bytes, model, NULL, &report), BAYNN_OK);
    free(storage);
    soft_arrays_t *soft = soft_arrays_make(3, 64, 64, 16, 0);
    const baynn_cim_config_t config = soft_config(soft);
    baynn_cim_t cim;
    assert_int_equal(baynn_cim_open(&cim, model, &config), BAYNN_OK);
    soft_program(&cim);
    baynn_cim_scrub_report_t scrubbed = {.struct_bytes = sizeof scrubbed};
    assert_int_equal(baynn_cim_scrub(&cim, UINT32_MAX, &scrubbed), BAYNN_OK);
    room_t on_arrays = soft_room(&cim, NULL);
    const baynn_prediction_t same = predict(on_arrays.session);
    assert_memory_equal(&same, &native, sizeof same);
    room_free(on_arrays);
    soft_arrays_free(soft);
    room_free(room);
}

static void images_are_only_read(void **state) {
    (void)state;
    image_t image = image_small();
    fence_t fence = fence_of(image.data, image.bytes);
    protect(&fence, PROT_READ);
    baynn_model_t model;
    assert_int_equal(baynn_model_open(&model, fence.memory, image.bytes, baynn_parts_all),
                     BAYNN_OK);
    use(&model);
    assert_int_equal(baynn_model_open_trusted(&model, fence.memory, image.bytes, baynn_parts_all),
                     BAYNN_OK);
    use(&model);
    fence_free(fence);
    image_free(image);
}

static void open_models_are_only_read(void **state) {
    (void)state;
    image_t image = image_small();
    const baynn_model_t model = model_open(image);
    fence_t fence = fence_of(&model, sizeof model);
    protect(&fence, PROT_READ);
    use((const baynn_model_t *)(const void *)fence.memory);
    fence_free(fence);
    image_free(image);
}

/* Results leave the session, which is const, as it is. */
static void results_only_read_the_session(void **state) {
    (void)state;
    image_t image = image_small();
    const baynn_model_t model = model_open(image);
    size_t bytes;
    assert_int_equal(baynn_session_storage_bytes(&model, NULL, &bytes), BAYNN_OK);
    fence_t fence = fence_make((bytes + 7) / 8 * 8, 8);
    baynn_session_t *session;
    assert_int_equal(baynn_session_init(fence.memory, bytes, &model, NULL, &session), BAYNN_OK);
    assert_ptr_equal(session, fence.memory);
    const baynn_prediction_t whole = predict(session);
    protect(&fence, PROT_READ);
    baynn_prediction_t prediction = {.struct_bytes = sizeof prediction};
    uint32_t probability[CLASSES];
    for (int round = 0; round < 2; round++) {
        assert_int_equal(baynn_infer_result(session, &prediction), BAYNN_OK);
        assert_memory_equal(&prediction, &whole, sizeof whole);
        assert_int_equal(baynn_infer_position(session, 0, &prediction), BAYNN_OK);
        assert_int_equal(baynn_infer_probabilities(session, probability, CLASSES), BAYNN_OK);
    }
    fence_free(fence);
    image_free(image);
}

/* The input, the configuration and the open model are no longer there when steps are made. */
static void arguments_are_read_during_the_call_only(void **state) {
    (void)state;
    image_t image = image_small();
    const baynn_model_t model = model_open(image);
    room_t reference = room_make(&model, NULL);
    const baynn_prediction_t expected = predict(reference.session);
    const baynn_session_config_t config = {.struct_bytes = sizeof config};
    fence_t fences[] = {fence_of(&model, sizeof model), fence_of(&config, sizeof config),
                        fence_of(sample, sizeof sample)};
    baynn_session_t *session;
    void *storage = malloc(reference.bytes);
    assert_int_equal(baynn_session_init(storage, reference.bytes, (const void *)fences[0].memory,
                                        (const void *)fences[1].memory, &session),
                     BAYNN_OK);
    protect(&fences[0], PROT_NONE);
    protect(&fences[1], PROT_NONE);
    assert_int_equal(baynn_infer_begin(session, fences[2].memory, ELEMENTS), BAYNN_OK);
    protect(&fences[2], PROT_NONE);
    uint32_t finished = 0;
    while (!finished) {
        assert_int_equal(baynn_infer_step(session, 1, &finished), BAYNN_OK);
    }
    baynn_prediction_t prediction = {.struct_bytes = sizeof prediction};
    assert_int_equal(baynn_infer_result(session, &prediction), BAYNN_OK);
    assert_memory_equal(&prediction, &expected, sizeof expected);
    for (size_t i = 0; i < COUNT(fences); i++) {
        fence_free(fences[i]);
    }
    free(storage);
    room_free(reference);
    image_free(image);
}

static int is_image_error(baynn_status_t status) {
    return status <= BAYNN_ERROR_IMAGE_TRUNCATED && status >= BAYNN_ERROR_IMAGE_WEIGHTS;
}

/* What reads the layers once more says that they are not what was opened. */
static void damaged_structure_is_reported(void **state) {
    (void)state;
    image_t image = image_small();
    const baynn_model_t model = model_open(image);
    const size_t layer = image_section(image.data, IMAGE_DENSE, 0);
    image_write_u32(image.data, layer + 4, 0x7FFFFFF0);
    baynn_model_info_t info = {.struct_bytes = sizeof info, .classes = 77};
    size_t bytes = 77;
    assert_true(is_image_error(baynn_model_info(&model, &info)));
    assert_true(is_image_error(baynn_session_storage_bytes(&model, NULL, &bytes)));
    assert_true(is_image_error(baynn_self_test_storage_bytes(&model, &bytes)));
    assert_true(info.classes == 77 && bytes == 77);
    image_free(image);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(images_are_only_read),
        cmocka_unit_test(open_models_are_only_read),
        cmocka_unit_test(results_only_read_the_session),
        cmocka_unit_test(arguments_are_read_during_the_call_only),
        cmocka_unit_test(damaged_structure_is_reported),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
