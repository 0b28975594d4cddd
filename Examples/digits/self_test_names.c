/* SPDX-License-Identifier: Apache-2.0 */
#include "self_test_names.h"

#include "baynn.h"

const self_test_name_t self_test_names[SELF_TEST_COUNT] = {
    {BAYNN_TEST_STORAGE, "storage", "byte"},      {BAYNN_TEST_RANDOM, "random", "vector"},
    {BAYNN_TEST_KERNELS, "kernels", "lane bits"}, {BAYNN_TEST_IMAGE, "image", "status"},
    {BAYNN_TEST_MODEL, "model", "answer"},
};

const self_test_name_t *self_test_name(uint32_t test) {
    static const self_test_name_t unknown = {0, "unknown", "index"};
    for (int i = 0; i < SELF_TEST_COUNT; i += 1) {
        if (self_test_names[i].test == test) {
            return &self_test_names[i];
        }
    }
    return &unknown;
}
