/* SPDX-License-Identifier: Apache-2.0
 *
 * The MX-16 itself, simulated: what stands where silicon would.
 */
#ifndef MX16_SIMULATED_H
#define MX16_SIMULATED_H

#include <stdbool.h>
#include <stdint.h>

#include "baynn/status.h"
#include "mx16_registers.h"

typedef struct mx16_simulated {
    /** Rows by position; durable is what survives a loss of power. */
    uint64_t cells[MX16_TILES][MX16_ROWS];
    uint64_t durable[MX16_TILES][MX16_ROWS];
    uint16_t registers[0x60];
    /** Of the command under way, 0 if there is none; and how many polls it still takes. */
    uint16_t command;
    uint32_t polls_left;
    uint64_t entropy;

    /* For tests. */

    /** The device never gets done. */
    bool hangs;
    /** The write, counted from 1, that fails; 0 means none. */
    uint32_t failing_write;
    uint32_t writes;
} mx16_simulated_t;

/** Makes a blank device; it is the port to pass. */
void mx16_simulated_make(mx16_simulated_t *device);

/** Turns the power off and on. */
void mx16_simulated_power_cycle(mx16_simulated_t *device);

#endif
