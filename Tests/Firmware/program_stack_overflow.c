/* SPDX-License-Identifier: Apache-2.0
 *
 * Calls itself until the program's stack is full: that has to end in a fault that is reported.
 */
#include <stdint.h>

#include "console.h"

__attribute__((noinline)) static uint32_t fill(uint32_t depth) {
    volatile uint32_t frame[16];
    frame[0] = depth;
    return (depth == 10000 ? 0 : fill(depth + 1)) + frame[0];
}

int main(void) {
    const uint32_t sum = fill(0);
    console_text("no fault, ");
    console_decimal(sum, 0);
    console_text("\n");
    return 0;
}
