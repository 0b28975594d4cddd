/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SELF_TEST_NAMES_H
#define SELF_TEST_NAMES_H

#include <stdint.h>

/** The tests that this program knows, in the order in which they run. */
enum { SELF_TEST_COUNT = 5 };

typedef struct self_test_name {
    /** BAYNN_TEST_... */
    uint32_t test;
    const char *name;
    /** What first_index counts when this test fails; for the image it is a status, negated. */
    const char *index;
} self_test_name_t;

extern const self_test_name_t self_test_names[SELF_TEST_COUNT];

/** The entry of a test; one that says "unknown" if the library is newer. */
const self_test_name_t *self_test_name(uint32_t test);

#endif
