/* SPDX-License-Identifier: Apache-2.0 */
#ifndef WALKING_H
#define WALKING_H

#include <stdint.h>

/** The same pointer, of which the compiler does not know where it comes from. */
static inline __attribute__((always_inline))
const uint32_t *_Nonnull baynn_walking(const uint32_t *_Nonnull pointer) {
    __asm__("" : "+r"(pointer));
    return pointer;
}

#endif
