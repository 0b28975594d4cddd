/* SPDX-License-Identifier: Apache-2.0
 *
 * The library's functions on a host, as GNU indirect functions: the dynamic linker asks each
 * resolver once which of three builds of the library to bind to. All functions of a program come
 * from the same build, and all builds give the same bits.
 *
 * Programs with another C library than glibc may start without asking, and crash at their first
 * call. So each resolver has a call of a function of glibc, and jumps over it: elsewhere linkers
 * say that the function is not there.
 *
 * functions.inc is FUNCTION(name) for each line of Packaging/abi.txt; archive.sh writes it.
 */
#include "cpu_level.h"

typedef void function_t(void);

#define FUNCTION(name)                                                                             \
    extern function_t name##_v1 __attribute__((visibility("hidden")));                             \
    extern function_t name##_v3 __attribute__((visibility("hidden")));                             \
    extern function_t name##_v4 __attribute__((visibility("hidden")));                             \
    static function_t *resolve_##name(void) {                                                      \
        __asm__ volatile("jmp 1f\n\tcall gnu_get_libc_version@PLT\n1:");                           \
        const int level = cpu_level();                                                             \
        return level == 4 ? name##_v4 : level == 3 ? name##_v3 : name##_v1;                        \
    }                                                                                              \
    extern function_t name __attribute__((ifunc("resolve_" #name)));

#include "functions.inc"
