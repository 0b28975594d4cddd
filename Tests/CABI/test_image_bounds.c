/* SPDX-License-Identifier: Apache-2.0 */
#define _DEFAULT_SOURCE /* for MAP_ANONYMOUS */

#include <sys/mman.h>
#include <unistd.h>

#include "support.h"

/* Images that end where readable memory ends: a byte read too far is a crash, not a value
 * that happens to be harmless. */

static size_t page;
static uint8_t *pages;
enum { PAGES = 16 };

static int map_pages(void **state) {
    (void)state;
    page = (size_t)sysconf(_SC_PAGESIZE);
    pages =
        mmap(NULL, (PAGES + 1) * page, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    return pages == MAP_FAILED || mprotect(pages + PAGES * page, page, PROT_NONE) != 0;
}

static int unmap_pages(void **state) {
    (void)state;
    return munmap(pages, (PAGES + 1) * page);
}

/* Opens a copy that ends with the last mapped page. */
static baynn_status_t open_at_the_end(image_t image, baynn_model_t *model, uint8_t **copy) {
    assert_true(image.bytes <= PAGES * page && image.bytes % 4 == 0);
    *copy = pages + PAGES * page - image.bytes;
    memcpy(*copy, image.data, image.bytes);
    return baynn_model_open(model, *copy, image.bytes, baynn_parts_all);
}

/* Every word of the image takes large, small and nearby values, under a right checksum. */
static void any_field_stays_inside(void **state) {
    (void)state;
    static const uint32_t values[] = {0,      1,          4,          0xFFFF,     0x10000,
                                      0xFFFC, 0x7FFFFFFC, 0x80000000, 0xFFFFFFFC, 0xFFFFFFFF};
    image_t image = image_small();
    static uint64_t storage[4096];
    for (size_t offset = 0; offset < image.bytes - 4; offset += 4) {
        uint32_t original = image_read_u32(image.data, offset);
        for (size_t i = 0; i < COUNT(values) + 2; i++) {
            uint32_t value = i < COUNT(values) ? values[i] : original + (i & 1 ? 4u : -4u);
            image_write_u32(image.data, offset, value);
            if (image_read_u32(image.data, 8) == image.bytes) {
                image_reseal(image.data);
            }
            baynn_model_t model;
            uint8_t *copy;
            if (open_at_the_end(image, &model, &copy) == BAYNN_OK) {
                baynn_session_t *session;
                baynn_prediction_t prediction = {.struct_bytes = sizeof prediction};
                uint8_t input[9] = {0, 1, 2, 3, 4, 0, 1, 2, 3};
                baynn_model_info_t info = model_info(&model);
                const char *name;
                for (uint32_t label = 0; label < info.classes; label++) {
                    assert_int_equal(baynn_model_class_name(&model, label, &name), BAYNN_OK);
                    assert_true(strlen(name) > 0);
                }
                if (baynn_session_init(storage, sizeof storage, &model, NULL, &session) ==
                    BAYNN_OK) {
                    (void)baynn_infer(session, input, sizeof input, &prediction);
                }
            }
            image_write_u32(image.data, offset, original);
        }
    }
    image_free(image);
}

/* The same damage after the image was opened: sessions and self-test stay inside. */
static void any_field_damaged_later_stays_inside(void **state) {
    (void)state;
    static const uint32_t values[] = {0, 1, 0xFFFF, 0x10000, 0x7FFFFFFC, 0xFFFFFFFF};
    image_t image = image_small();
    static uint64_t storage[4096];
    baynn_model_t model;
    uint8_t *copy;
    assert_int_equal(open_at_the_end(image, &model, &copy), BAYNN_OK);
    for (size_t offset = 0; offset < image.bytes; offset += 4) {
        for (size_t i = 0; i < COUNT(values); i++) {
            image_write_u32(copy, offset, values[i]);
            baynn_session_t *session;
            baynn_prediction_t prediction = {.struct_bytes = sizeof prediction};
            uint8_t input[9] = {4, 4, 4, 4, 4, 4, 4, 4, 4};
            if (baynn_session_init(storage, sizeof storage, &model, NULL, &session) == BAYNN_OK) {
                (void)baynn_infer(session, input, sizeof input, &prediction);
            }
            baynn_self_test_config_t config = {.struct_bytes = sizeof config,
                                               .tests = BAYNN_TEST_IMAGE | BAYNN_TEST_MODEL};
            baynn_self_test_report_t report = {.struct_bytes = sizeof report};
            (void)baynn_self_test(storage, sizeof storage, &model, &config, &report);
        }
        image_write_u32(copy, offset, image_read_u32(image.data, offset));
    }
    image_free(image);
}

/* Cut off anywhere, with a size and a checksum that agree: some section is too long. */
static void shortened_images_are_refused(void **state) {
    (void)state;
    image_t image = image_small();
    for (size_t bytes = 20; bytes < image.bytes; bytes += 4) {
        image_t cut = {malloc(bytes), bytes};
        assert_non_null(cut.data);
        memcpy(cut.data, image.data, bytes);
        image_write_u32(cut.data, 8, (uint32_t)bytes);
        image_reseal(cut.data);
        baynn_model_t model;
        uint8_t *copy;
        assert_int_equal(open_at_the_end(cut, &model, &copy), BAYNN_ERROR_IMAGE_SECTION);
        image_free(cut);
    }
    image_free(image);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(any_field_stays_inside),
        cmocka_unit_test(shortened_images_are_refused),
        cmocka_unit_test(any_field_damaged_later_stays_inside),
    };
    return cmocka_run_group_tests(tests, map_pages, unmap_pages);
}
