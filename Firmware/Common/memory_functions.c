/* SPDX-License-Identifier: Apache-2.0
 *
 * The memory functions of C, with aligned accesses only. Those of a C library for this core read
 * and write words at any address, which traps if CCR.UNALIGN_TRP is set.
 */
#include <stddef.h>
#include <stdint.h>
#include <string.h>

/* The compiler would call the function that a loop stands for. */
#define AS_WRITTEN __attribute__((used, optimize("no-tree-loop-distribute-patterns")))

static int are_words(const void *a, const void *b, size_t bytes) {
    return (((uintptr_t)a | (uintptr_t)b | bytes) & 3) == 0;
}

AS_WRITTEN void *memcpy(void *restrict target, const void *restrict source, size_t bytes) {
    if (are_words(target, source, bytes)) {
        uint32_t *to = target;
        const uint32_t *from = source;
        for (size_t i = 0; i < bytes / 4; i++) {
            to[i] = from[i];
        }
        return target;
    }
    uint8_t *to = target;
    const uint8_t *from = source;
    for (size_t i = 0; i < bytes; i++) {
        to[i] = from[i];
    }
    return target;
}

AS_WRITTEN void *memmove(void *target, const void *source, size_t bytes) {
    uint8_t *to = target;
    const uint8_t *from = source;
    if ((uintptr_t)to <= (uintptr_t)from) {
        for (size_t i = 0; i < bytes; i++) {
            to[i] = from[i];
        }
    } else {
        for (size_t i = bytes; i > 0; i--) {
            to[i - 1] = from[i - 1];
        }
    }
    return target;
}

AS_WRITTEN void *memset(void *target, int value, size_t bytes) {
    if (are_words(target, target, bytes)) {
        uint32_t *to = target;
        const uint32_t word = (uint8_t)value * 0x01010101u;
        for (size_t i = 0; i < bytes / 4; i++) {
            to[i] = word;
        }
        return target;
    }
    uint8_t *to = target;
    for (size_t i = 0; i < bytes; i++) {
        to[i] = (uint8_t)value;
    }
    return target;
}
