/* SPDX-License-Identifier: Apache-2.0 */
#include "vectors.h"

/* Names of a model whose image is damaged after it was opened: each is an error, or ends within the
 * image. A page that cannot be accessed begins where the image ends. */

enum { CLASSES_MAX = 16 };

typedef struct placed {
    fence_t fence;
    baynn_model_t model;
    uint32_t names;
} placed_t;

static placed_t placed_make(image_t image) {
    placed_t placed = {.fence = fence_make(image.bytes, BAYNN_MODEL_ALIGNMENT)};
    memcpy(placed.fence.memory, image.data, image.bytes);
    assert_int_equal(
        baynn_model_open(&placed.model, placed.fence.memory, image.bytes, baynn_parts_all),
        BAYNN_OK);
    const baynn_model_info_t info = model_info(&placed.model);
    placed.names = info.classes + info.outputs;
    assert_in_range(placed.names, 1, CLASSES_MAX);
    return placed;
}

/* 1 if there is a name, which ends before the checksum; 0 if it is refused. */
static uint32_t check_name(const placed_t *placed, baynn_status_t status, const char *name) {
    if (status == BAYNN_ERROR_IMAGE_VALUE) {
        assert_null(name);
        return 0;
    }
    assert_int_equal(status, BAYNN_OK);
    const char *first = (const char *)placed->fence.memory;
    const char *end = first + placed->fence.bytes - 4;
    assert_true(*name == '\0' || (name >= first && name < end));
    assert_true(*name == '\0' || memchr(name, 0, (size_t)(end - name)) != NULL);
    return 1;
}

/* How many of all names there are. */
static uint32_t check_names(const placed_t *placed) {
    const char *name = NULL;
    baynn_status_t status = baynn_model_name(&placed->model, &name);
    uint32_t count = check_name(placed, status, name);
    for (uint32_t label = 0; label < placed->names; label++) {
        name = NULL;
        status = baynn_model_class_name(&placed->model, label, &name);
        count += check_name(placed, status, name);
    }
    return count;
}

static void every_byte_may_change(void **state) {
    (void)state;
    image_t image = image_small();
    placed_t placed = placed_make(image);
    for (size_t k = 0; k < image.bytes; k++) {
        for (uint32_t bit = 0; bit < 8; bit++) {
            placed.fence.memory[k] ^= (uint8_t)(1u << bit);
            (void)check_names(&placed);
            placed.fence.memory[k] ^= (uint8_t)(1u << bit);
        }
    }
    assert_int_equal(check_names(&placed), placed.names + 1);
    fence_free(placed.fence);
    image_free(image);
}

/* No byte from some offset on is 0: what begins before has no end. */
static void no_name_may_end(void **state) {
    (void)state;
    image_t image = image_small();
    placed_t placed = placed_make(image);
    for (size_t k = image.bytes; k > 0; k--) {
        placed.fence.memory[k - 1] = 'x';
        (void)check_names(&placed);
    }
    assert_int_equal(check_names(&placed), 0);
    fence_free(placed.fence);
    image_free(image);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_byte_may_change),
        cmocka_unit_test(no_name_may_end),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
