/* SPDX-License-Identifier: Apache-2.0
 *
 * The level of the machine that chooses a build of the library is the one that the compiler's
 * own test finds.
 */
#include "support.h"

#if defined(__x86_64__)

#include "../../Packaging/dispatch/cpu_level.h"

static void level_is_what_the_compiler_finds(void **state) {
    (void)state;
    __builtin_cpu_init();
    const int expected = __builtin_cpu_supports("x86-64-v4")   ? 4
                         : __builtin_cpu_supports("x86-64-v3") ? 3
                                                               : 1;
    assert_int_equal(cpu_level(), expected);
}

int main(void) {
    const struct CMUnitTest tests[] = {cmocka_unit_test(level_is_what_the_compiler_finds)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}

#else

int main(void) {
    return 0;
}

#endif
