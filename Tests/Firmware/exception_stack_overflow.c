/* SPDX-License-Identifier: Apache-2.0
 *
 * Calls itself in an interrupt until its stack is full: that has to end in a fault that is
 * reported, before it reaches the program's stack.
 */
#include <stdbool.h>
#include <stdint.h>

#include "console.h"

/* Interrupt control: bit 26 makes the system timer's interrupt pending. */
#define ICSR (*(volatile uint32_t *)0xE000ED04u)

static volatile bool is_done;

__attribute__((noinline)) static uint32_t fill(uint32_t depth) {
    volatile uint32_t frame[16];
    frame[0] = depth;
    /* Less than both stacks together. */
    return (depth == 100 ? 0 : fill(depth + 1)) + frame[0];
}

void systick_handler(void);
void systick_handler(void) {
    is_done = fill(0) != 0;
}

int main(void) {
    ICSR = 1u << 26;
    while (!is_done) {
    }
    console_text("no fault\n");
    return 0;
}
