/* SPDX-License-Identifier: Apache-2.0
 *
 * A bus before another one: counts words, and the time spent behind it, which on a board
 * belongs to bus and device.
 */
#ifndef TIMED_BUS_H
#define TIMED_BUS_H

#include "baynn/cim_registers.h"

typedef struct timed_bus {
    baynn_cim_bus_t behind;
    void *context;
    uint32_t words;
    /** Of the instruction counter, and that includes what taking the time has cost. */
    uint64_t ticks;
    /** What it costs to take the time, in ticks. */
    uint64_t reading_ticks;
} timed_bus_t;

/** The bus to use; its context is a timed_bus_t. */
extern const baynn_cim_bus_t timed_bus;

/** Sets all counts to 0. */
void timed_bus_clear(timed_bus_t *bus);

#endif
