/* SPDX-License-Identifier: Apache-2.0 */
#include "pool.h"

#include <stdint.h>

#include "baynn.h"

static uint64_t memory[1536]; /* 12 KiB */
static size_t taken;

_Static_assert(sizeof memory[0] == BAYNN_STORAGE_ALIGNMENT, "each part is aligned");

void *pool_whole(size_t *bytes) {
    *bytes = sizeof memory;
    return memory;
}

void *pool_take(size_t bytes) {
    const size_t words = (bytes + sizeof memory[0] - 1) / sizeof memory[0];
    if (bytes > sizeof memory - taken) {
        return NULL;
    }
    void *part = memory + taken / sizeof memory[0];
    taken += words * sizeof memory[0];
    return part;
}

size_t pool_taken(void) {
    return taken;
}
