/* SPDX-License-Identifier: Apache-2.0 */
#include "image_edit.h"

static void library_has_the_version_of_the_headers(void **state) {
    (void)state;
    assert_int_equal(baynn_version(), BAYNN_VERSION);
}

static void version_has_three_parts(void **state) {
    (void)state;
    assert_int_equal(BAYNN_VERSION, (uint32_t)BAYNN_VERSION_MAJOR << 16 |
                                        (uint32_t)BAYNN_VERSION_MINOR << 8 |
                                        (uint32_t)BAYNN_VERSION_PATCH);
    assert_in_range(BAYNN_VERSION_MINOR, 0, 255);
    assert_in_range(BAYNN_VERSION_PATCH, 0, 255);
}

/* Images have the format of the headers, and the library reads no other. */
static void library_reads_the_format_of_the_headers(void **state) {
    (void)state;
    image_t image = image_small();
    baynn_model_t model = model_open(image);
    assert_int_equal(model_info(&model).format, BAYNN_FORMAT);
    const uint32_t word = image_read_u32(image.data, 4);
    assert_int_equal(word & 0xFFFF, BAYNN_FORMAT);
    for (uint32_t format = 0; format < 65536; format++) {
        image_write_u32(image.data, 4, (word & ~0xFFFFu) | format);
        image_reseal(image.data);
        assert_int_equal(model_open_damaged(image.data, image.bytes),
                         format == BAYNN_FORMAT ? BAYNN_OK : BAYNN_ERROR_IMAGE_FORMAT);
    }
    image_free(image);
}

#define QUOTE(text) #text
#define SYMBOL(abi) "baynn_model_open_abi_" QUOTE(abi)

/* The number in the symbols that headers refer to. */
static void symbols_have_the_version_of_the_interface(void **state) {
    (void)state;
    baynn_status_t (*const open)(baynn_model_t *, const void *, size_t, baynn_parts_t *) =
        baynn_model_open_abi_1;
    assert_non_null(open);
    assert_string_equal(SYMBOL(BAYNN_ABI), "baynn_model_open_abi_1");
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(library_has_the_version_of_the_headers),
        cmocka_unit_test(version_has_three_parts),
        cmocka_unit_test(library_reads_the_format_of_the_headers),
        cmocka_unit_test(symbols_have_the_version_of_the_interface),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
