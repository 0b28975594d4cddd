/* SPDX-License-Identifier: Apache-2.0
 *
 * The memory functions of C and of the Arm run-time ABI, with aligned accesses only. Those of a C library for this core read
 * and write words at any address, which traps if CCR.UNALIGN_TRP is set.
 */
#include <stddef.h>
#include <stdint.h>
#include <string.h>

/* The compiler would call the function that a loop stands for; and memmove relies on memcpy
 * that copies from the first byte on. */
#define AS_WRITTEN __attribute__((used, optimize("no-tree-loop-distribute-patterns")))

static int are_aligned(const void *a, const void *b) {
    return (((uintptr_t)a | (uintptr_t)b) & 3) == 0;
}

AS_WRITTEN void *memcpy(void *restrict target, const void *restrict source, size_t bytes) {
    uint8_t *to = target;
    const uint8_t *from = source;
    if (are_aligned(to, from)) {
        for (; bytes >= 16; bytes -= 16, to += 16, from += 16) {
            uint32_t *words = (uint32_t *)(void *)to;
            const uint32_t *source_words = (const uint32_t *)(const void *)from;
            words[0] = source_words[0];
            words[1] = source_words[1];
            words[2] = source_words[2];
            words[3] = source_words[3];
        }
        for (; bytes >= 4; bytes -= 4, to += 4, from += 4) {
            *(uint32_t *)(void *)to = *(const uint32_t *)(const void *)from;
        }
    }
    for (; bytes > 0; bytes -= 1, to += 1, from += 1) {
        *to = *from;
    }
    return target;
}

AS_WRITTEN void *memmove(void *target, const void *source, size_t bytes) {
    if ((uintptr_t)target <= (uintptr_t)source) {
        return memcpy(target, source, bytes);
    }
    uint8_t *to = target;
    const uint8_t *from = source;
    for (; bytes > 0; bytes -= 1) {
        to[bytes - 1] = from[bytes - 1];
    }
    return target;
}

AS_WRITTEN void *memset(void *target, int value, size_t bytes) {
    uint8_t *to = target;
    if (are_aligned(to, to)) {
        const uint32_t word = (uint8_t)value * 0x01010101u;
        for (; bytes >= 16; bytes -= 16, to += 16) {
            uint32_t *words = (uint32_t *)(void *)to;
            words[0] = word;
            words[1] = word;
            words[2] = word;
            words[3] = word;
        }
        for (; bytes >= 4; bytes -= 4, to += 4) {
            *(uint32_t *)(void *)to = word;
        }
    }
    for (; bytes > 0; bytes -= 1, to += 1) {
        *to = (uint8_t)value;
    }
    return target;
}

/* Those of the Arm run-time ABI return nothing, may know that addresses are multiples of 4 or 8,
 * and take the size before the value. */

void __aeabi_memcpy(void *restrict target, const void *restrict source, size_t bytes);
void __aeabi_memmove(void *target, const void *source, size_t bytes);
void __aeabi_memset(void *target, size_t bytes, int value);
void __aeabi_memclr(void *target, size_t bytes);

void __aeabi_memcpy(void *restrict target, const void *restrict source, size_t bytes) {
    memcpy(target, source, bytes);
}

void __aeabi_memmove(void *target, const void *source, size_t bytes) {
    memmove(target, source, bytes);
}

void __aeabi_memset(void *target, size_t bytes, int value) {
    memset(target, value, bytes);
}

void __aeabi_memclr(void *target, size_t bytes) {
    memset(target, 0, bytes);
}

#define ALIGNED(name, ...)                                                                         \
    void name##4(__VA_ARGS__) __attribute__((alias(#name)));                                       \
    void name##8(__VA_ARGS__) __attribute__((alias(#name)))
ALIGNED(__aeabi_memcpy, void *restrict target, const void *restrict source, size_t bytes);
ALIGNED(__aeabi_memmove, void *target, const void *source, size_t bytes);
ALIGNED(__aeabi_memset, void *target, size_t bytes, int value);
ALIGNED(__aeabi_memclr, void *target, size_t bytes);
