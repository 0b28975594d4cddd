/* SPDX-License-Identifier: Apache-2.0 */
#include "support.h"

static void library_has_the_version_of_the_headers(void **state) {
    (void)state;
    assert_int_equal(baynn_version(), BAYNN_VERSION);
}

static void version_has_three_parts(void **state) {
    (void)state;
    assert_int_equal(baynn_version() >> 24, 0);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(library_has_the_version_of_the_headers),
        cmocka_unit_test(version_has_three_parts),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
