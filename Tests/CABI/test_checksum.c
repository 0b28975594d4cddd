/* SPDX-License-Identifier: Apache-2.0 */
#include "support.h"

static void published_check_value(void **state) {
    (void)state;
    assert_int_equal(baynn_crc32(0, "123456789", 9), 0xCBF43926u);
}

static void nothing_changes_nothing(void **state) {
    (void)state;
    assert_int_equal(baynn_crc32(0, NULL, 0), 0);
    assert_int_equal(baynn_crc32(0x12345678u, NULL, 0), 0x12345678u);
    assert_int_equal(baynn_crc32(0x12345678u, "x", 0), 0x12345678u);
}

static void absurd_size_counts_as_nothing(void **state) {
    (void)state;
    assert_int_equal(baynn_crc32(7, "x", (size_t)PTRDIFF_MAX + 1), 7);
    assert_int_equal(baynn_crc32(7, "x", SIZE_MAX), 7);
}

/* Every length and alignment, against the definition. */
static void every_length_and_alignment(void **state) {
    (void)state;
    uint64_t random = 1;
    uint8_t data[160];
    for (size_t i = 0; i < sizeof data; i++) {
        data[i] = (uint8_t)image_random(&random);
    }
    for (size_t start = 0; start < 16; start++) {
        for (size_t bytes = 0; start + bytes <= sizeof data; bytes++) {
            assert_int_equal(baynn_crc32(0, data + start, bytes), image_crc32(data + start, bytes));
        }
    }
}

static void every_cut_gives_the_same(void **state) {
    (void)state;
    const char *text = "The quick brown fox jumps over the lazy dog";
    size_t bytes = strlen(text);
    for (size_t cut = 0; cut <= bytes; cut++) {
        uint32_t crc = baynn_crc32(0, text, cut);
        assert_int_equal(baynn_crc32(crc, text + cut, bytes - cut), 0x414FA339u);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(published_check_value),
        cmocka_unit_test(nothing_changes_nothing),
        cmocka_unit_test(absurd_size_counts_as_nothing),
        cmocka_unit_test(every_length_and_alignment),
        cmocka_unit_test(every_cut_gives_the_same),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
