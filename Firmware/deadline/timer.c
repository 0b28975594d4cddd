/* SPDX-License-Identifier: Apache-2.0 */
#include "timer.h"

/* System timer: counts down 24 bits with the processor clock, 25 MHz here, and begins again. */
#define SYST_CSR (*(volatile uint32_t *)0xE000E010u)
#define SYST_RVR (*(volatile uint32_t *)0xE000E014u)
#define SYST_CVR (*(volatile uint32_t *)0xE000E018u)
static const uint32_t enable = 1, interrupt = 2, processor_clock = 4;
static const uint32_t ticks_a_microsecond = 25;

static volatile bool is_due;

void systick_handler(void);
void systick_handler(void) {
    is_due = true;
}

void timer_set(uint32_t microseconds) {
    SYST_CSR = 0;
    is_due = false;
    SYST_RVR = microseconds * ticks_a_microsecond - 1;
    SYST_CVR = 0;
    SYST_CSR = enable | interrupt | processor_clock;
}

bool timer_is_due(void) {
    return is_due;
}

uint32_t timer_late(void) {
    return is_due ? (SYST_RVR - SYST_CVR) / ticks_a_microsecond : 0;
}
