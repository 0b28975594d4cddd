/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SUPPORT_CIM_OPERATIONS_H
#define SUPPORT_CIM_OPERATIONS_H

#include "support_cim_bus.h"
#include "vectors.h"

/* Operations of the register driver on a device of this shape. */

enum { ARRAYS = 3, ROWS = 96, COLUMNS = 160, ACTIVE_MAX = 9, PLANES = 4, WORDS = COLUMNS / 32 };
enum { OPERATIONS = 7 };

/** A device with random weights. */
cim_device_t *device_make(void);

/** Opens the device with 10 polls; without success the driver must be as it was. */
void assert_open(cim_device_t *device, const baynn_cim_bus_t *bus, baynn_status_t expected);

/** A random mac that fits; active and inputs are ROWS / 32 words. */
baynn_cim_mac_t random_mac(uint64_t *random, uint32_t *active, uint32_t *inputs);

/** The counts of a mac are those of the device's weights. */
void assert_counts(const cim_device_t *device, const baynn_cim_mac_t *mac, const uint32_t *counts);

/** One of OPERATIONS operations; its status. Counts that are wrong fail the test. */
baynn_status_t operate(cim_device_t *device, baynn_cim_registers_t *registers, uint32_t operation,
                       uint64_t seed);

#endif
