/* SPDX-License-Identifier: Apache-2.0
 *
 * A BayNN driver for the MX-16.
 */
#ifndef MX16_DRIVER_H
#define MX16_DRIVER_H

#include <stdint.h>

#include "baynn/cim_driver.h"

/** Faults of the device, passed on: -2000 - MX16_FAULT_.... A write that the device knows to
 *  have failed is BAYNN_ERROR_CIM_WRITE. */
#define MX16_ERROR(fault) (-2000 - (fault))

/** The driver's context. */
typedef struct mx16 {
    /** Passed to mx16_in and mx16_out. */
    void *port;
    /** How often a register is read before giving up with BAYNN_ERROR_CIM_TIMEOUT: several
     *  times the longest command, at the fastest clock. */
    uint32_t polls_max;
} mx16_t;

/** Finds out whether there is an MX-16, and clears what an earlier program left behind.
 *  @return BAYNN_OK; BAYNN_ERROR_CIM_DEVICE */
baynn_status_t mx16_open(mx16_t *mx16, void *port, uint32_t polls_max);

/** The table; its context is an mx16_t. */
extern const baynn_cim_driver_t mx16_driver;

#endif
