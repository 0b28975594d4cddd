/* SPDX-License-Identifier: Apache-2.0 */
#include <errno.h>

#include "support.h"

/* The library allocates nothing: no call of the heap between opening a model and the last
 * result. The heap of glibc is wrapped to count; its own functions stay reachable. */

static volatile unsigned long heap_calls; /* compilers know that malloc changes no variable */

extern void *__libc_malloc(size_t bytes);
extern void *__libc_calloc(size_t count, size_t bytes);
extern void *__libc_realloc(void *memory, size_t bytes);
extern void *__libc_memalign(size_t alignment, size_t bytes);
extern void __libc_free(void *memory);

void *malloc(size_t bytes) {
    heap_calls++;
    return __libc_malloc(bytes);
}

void *calloc(size_t count, size_t bytes) {
    heap_calls++;
    return __libc_calloc(count, bytes);
}

void *realloc(void *memory, size_t bytes) {
    heap_calls++;
    return __libc_realloc(memory, bytes);
}

void *memalign(size_t alignment, size_t bytes) {
    heap_calls++;
    return __libc_memalign(alignment, bytes);
}

void *aligned_alloc(size_t alignment, size_t bytes) {
    return memalign(alignment, bytes);
}

int posix_memalign(void **memory, size_t alignment, size_t bytes) {
    *memory = memalign(alignment, bytes);
    return *memory != NULL ? 0 : ENOMEM;
}

void free(void *memory) {
    heap_calls++;
    __libc_free(memory);
}

/* ---- The test ---- */

static void wrapping_works(void **state) {
    (void)state;
    unsigned long before = heap_calls;
    void *volatile memory = malloc(10);
    free(memory);
    assert_int_equal(heap_calls - before, 2);
}

enum { STORAGE_BYTES = 65536, ELEMENTS = 9 };

static uint64_t storage[STORAGE_BYTES / 8];

/* Everything that the library can do. Asserts only afterwards: assertions may allocate. */
static uint32_t use_everything(image_t image, const baynn_session_config_t *config) {
    baynn_model_t model;
    baynn_model_info_t info = {.struct_bytes = sizeof info};
    baynn_self_test_report_t report = {.struct_bytes = sizeof report};
    baynn_prediction_t prediction = {.struct_bytes = sizeof prediction};
    baynn_session_t *session = NULL;
    baynn_self_test_t test;
    const char *name = NULL;
    size_t bytes = 0;
    uint32_t finished = 0;
    uint32_t probability[3];
    uint8_t input[ELEMENTS] = {0, 1, 2, 3, 4, 0, 1, 2, 3};
    uint32_t errors = 0;
    errors += baynn_model_open(&model, image.data, image.bytes, baynn_parts_all) != BAYNN_OK;
    errors += baynn_model_info(&model, &info) != BAYNN_OK;
    errors += baynn_model_name(&model, &name) != BAYNN_OK;
    errors += baynn_model_class_name(&model, 1, &name) != BAYNN_OK;
    errors += baynn_self_test_storage_bytes(&model, &bytes) != BAYNN_OK;
    errors += baynn_self_test(storage, bytes, &model, NULL, &report) != BAYNN_OK;
    errors += baynn_self_test_begin(&test, storage, bytes, &model, NULL) != BAYNN_OK;
    while (!finished) {
        errors += baynn_self_test_step(&test, 10, &finished) != BAYNN_OK;
    }
    errors += baynn_self_test_report(&test, &report) != BAYNN_OK;
    errors += baynn_session_storage_bytes(&model, config, &bytes) != BAYNN_OK;
    errors += baynn_session_init(storage, bytes, &model, config, &session) != BAYNN_OK;
    for (int i = 0; i < 20; i++) {
        input[i % ELEMENTS] = 2;
        errors += baynn_infer(session, input, ELEMENTS, &prediction) != BAYNN_OK;
        errors += baynn_infer_begin(session, input, ELEMENTS) != BAYNN_OK;
        finished = 0;
        while (!finished) {
            errors += baynn_infer_step(session, 1, &finished) != BAYNN_OK;
        }
        errors += baynn_infer_result(session, &prediction) != BAYNN_OK;
        errors += baynn_infer_probabilities(session, probability, 3) != BAYNN_OK;
        errors += baynn_infer(session, input, 1, &prediction) != BAYNN_ERROR_INPUT_SIZE;
    }
    errors += baynn_crc32(0, input, ELEMENTS) == 0;
    errors += baynn_status_name(BAYNN_OK) == NULL;
    errors += baynn_version() == 0;
    return errors;
}

static void nothing_is_allocated(void **state) {
    (void)state;
    image_t image = image_small();
    for (uint32_t posterior = 0; posterior <= BAYNN_POSTERIOR_DETERMINISTIC; posterior++) {
        for (uint32_t memory = 0; memory < 2; memory++) {
            baynn_session_config_t config = {
                .struct_bytes = sizeof config, .posterior = posterior, .memory = memory, .seed = 1};
            unsigned long before = heap_calls;
            uint32_t errors = use_everything(image, &config);
            unsigned long after = heap_calls;
            assert_int_equal(errors, 0);
            assert_int_equal(after - before, 0);
        }
    }
    image_free(image);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(wrapping_works),
        cmocka_unit_test(nothing_is_allocated),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
