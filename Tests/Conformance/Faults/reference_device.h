/* SPDX-License-Identifier: Apache-2.0
 *
 * A perfect device in memory, with a driver; and one fault at a time, of those that drivers
 * and devices have.
 */
#ifndef REFERENCE_DEVICE_H
#define REFERENCE_DEVICE_H

#include <stdbool.h>
#include <stdint.h>

#include "baynn/cim_driver.h"

enum {
    DEVICE_ARRAYS = 3,
    DEVICE_ROWS = 96,
    DEVICE_COLUMNS = 64,
    DEVICE_ACTIVE_MAX = 20,
    DEVICE_PLANES = 5,
    DEVICE_ADDRESS_ERROR = -2003
};

typedef enum fault {
    FAULT_NONE,
    FAULT_TABLE_SHORT,
    FAULT_TABLE_RESERVED,
    FAULT_TABLE_MISSING,
    FAULT_TABLE_UNANNOUNCED,
    FAULT_TABLE_PROMISED,
    FAULT_GEOMETRY_ODD,
    FAULT_GEOMETRY_NO_UNITS,
    FAULT_GEOMETRY_ACTIVE,
    FAULT_GEOMETRY_OVERRUN,
    FAULT_GEOMETRY_CHANGES,
    FAULT_COLUMNS_SWAPPED,
    FAULT_CELL_STUCK,
    FAULT_ROWS_ALIASED,
    FAULT_ARRAYS_ALIASED,
    FAULT_COLUMNS_REVERSED,
    FAULT_PROGRAM_NEIGHBOUR,
    FAULT_PROGRAM_ONLY_SETS,
    FAULT_PROGRAM_LATE,
    FAULT_READ_INVERTED,
    FAULT_READ_LAST_WORD,
    FAULT_READ_OVERRUN,
    FAULT_INPUT_INVERTED,
    FAULT_INPUT_IGNORED,
    FAULT_ROW_WINDOW,
    FAULT_ROW_WINDOW_FIRST,
    FAULT_COLUMN_STRIDE,
    FAULT_UNDRIVEN_COUNTS,
    FAULT_COUNT_SATURATES,
    FAULT_PLANE_MISSING,
    FAULT_PLANES_OR,
    FAULT_COUNTS_OVERRUN,
    FAULT_COUNT_NOISE,
    FAULT_READ_DISTURB,
    FAULT_SYNC_LOSES,
    FAULT_SYNC_FAILS,
    FAULT_POWER_LOSES,
    FAULT_ERASE_PARTIAL,
    FAULT_ERASE_ALL_ARRAYS,
    FAULT_WEAR_DECREASES,
    FAULT_WEAR_SHARED,
    FAULT_TEMPERATURE_UNITS,
    FAULT_TEMPERATURE_JUMPS,
    FAULT_RANDOM_STUCK,
    FAULT_RANDOM_IGNORES_P,
    FAULT_RANDOM_P_INVERTED,
    FAULT_RANDOM_P_8_BITS,
    FAULT_RANDOM_FIRST_BIT,
    FAULT_RANDOM_LAST_WORD,
    FAULT_RANDOM_OVERRUN,
    FAULT_RANDOM_REPEATS,
    FAULT_RANDOM_CORRELATED,
    FAULT_ERROR_SWALLOWED_PROGRAM,
    FAULT_ERROR_SWALLOWED_MAC,
    FAULT_ERROR_SWALLOWED_RANDOM,
    FAULT_ERROR_SWALLOWED_READ,
    FAULT_ERROR_SWALLOWED_ERASE,
    FAULT_ERROR_SWALLOWED_WEAR,
    FAULT_ERROR_POSITIVE,
    FAULT_ERROR_DESTROYS,
    FAULT_ERROR_STICKS,
    FAULT_BUSY_FOR_EVER
} fault_t;

typedef struct device {
    baynn_cim_driver_t driver;
    fault_t fault;
    uint32_t cells[DEVICE_ARRAYS][DEVICE_ROWS][DEVICE_COLUMNS / 32];
    /** What sync has not made permanent yet. */
    uint32_t durable[DEVICE_ARRAYS][DEVICE_ROWS][DEVICE_COLUMNS / 32];
    uint32_t writes[DEVICE_ARRAYS][DEVICE_ROWS];
    uint64_t random_state;
    uint32_t last_bit;
    uint32_t operations;
    bool broken;
} device_t;

/** Makes a device with a fault; its driver is device->driver, its context the device. */
void device_make(device_t *device, fault_t fault);

/** Turns the power off and on: what sync has not seen is lost. */
baynn_status_t device_power_cycle(void *context);

#endif
