/* SPDX-License-Identifier: Apache-2.0 */
#ifndef FUZZ_WORK_H
#define FUZZ_WORK_H

#include <stdint.h>

/** Comparisons that the library has made so far: a measure of work that does not depend on the
 *  machine, nor on what the library says about itself. */
uint64_t work_count(void);

enum {
    /** The most comparisons of a byte of an image that is opened. */
    COMPARISONS_OF_BYTE = 16,
    /** The most of a unit of work, and of what a call does beside its pieces. */
    COMPARISONS_OF_UNIT = 32,
    COMPARISONS_OF_CALL = 2048
};

#endif
