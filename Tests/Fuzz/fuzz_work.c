/* SPDX-License-Identifier: Apache-2.0 */
#include "fuzz_work.h"

/* The library reports each comparison that it makes, for the fuzzer to learn from. They are counted
 * on the way there (the linker's --wrap): a loop makes one each time round, so that their number is
 * what has been done, whatever the library believes it has done. */

static uint64_t comparisons;

uint64_t work_count(void) {
    return comparisons;
}

#define COUNT(NAME, TYPE)                                                                          \
    void __real___sanitizer_cov_trace_##NAME(TYPE, TYPE);                                          \
    void __wrap___sanitizer_cov_trace_##NAME(TYPE, TYPE);                                          \
    __attribute__((no_sanitize("coverage", "address",                                              \
                               "undefined"))) void __wrap___sanitizer_cov_trace_##NAME(TYPE a,     \
                                                                                       TYPE b) {   \
        comparisons++;                                                                             \
        __real___sanitizer_cov_trace_##NAME(a, b);                                                 \
    }

COUNT(cmp1, uint8_t)
COUNT(cmp2, uint16_t)
COUNT(cmp4, uint32_t)
COUNT(cmp8, uint64_t)
COUNT(const_cmp1, uint8_t)
COUNT(const_cmp2, uint16_t)
COUNT(const_cmp4, uint32_t)
COUNT(const_cmp8, uint64_t)
