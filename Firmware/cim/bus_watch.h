/* SPDX-License-Identifier: Apache-2.0
 *
 * A bus before another one: passes everything on, counts words, and looks how deep the stack
 * is, for what lies behind this bus on a board takes none of it.
 */
#ifndef BUS_WATCH_H
#define BUS_WATCH_H

#include "baynn/cim_registers.h"

typedef struct bus_watch {
    baynn_cim_bus_t behind;
    void *context;
    /** Words that were read and written since bus_watch_clear. */
    uint32_t words;
    /** The lowest address of the stack that was in use. */
    uintptr_t deepest;
} bus_watch_t;

/** The bus to use; its context is the watch. */
extern const baynn_cim_bus_t bus_watch_bus;

/** Forgets what has been seen. */
void bus_watch_clear(bus_watch_t *watch);

/** Stack below an address of it, down to this bus. */
uint32_t bus_watch_stack_bytes(const bus_watch_t *watch, const uint32_t *mark);

#endif
