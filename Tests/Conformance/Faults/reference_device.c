/* SPDX-License-Identifier: Apache-2.0 */
#include "reference_operations.h"

#include <string.h>

/* An error, or what a fault makes of it. */
baynn_status_t device_refuse(device_t *device, fault_t swallower) {
    if (device->fault == FAULT_ERROR_DESTROYS) {
        device->cells[0][5][1] ^= 0x100;
    }
    device->broken = device->fault == FAULT_ERROR_STICKS;
    if (device->fault == swallower) {
        return BAYNN_OK;
    }
    return device->fault == FAULT_ERROR_POSITIVE ? 3 : DEVICE_ADDRESS_ERROR;
}

/* Each operation begins by waiting until the one before is over. */
baynn_status_t device_wait_until_ready(device_t *device) {
    device->operations += 1;
    if (device->fault == FAULT_BUSY_FOR_EVER) {
        return BAYNN_ERROR_CIM_TIMEOUT;
    }
    return device->broken ? -2002 : BAYNN_OK;
}

static baynn_status_t geometry(void *context, baynn_cim_geometry_t *geometry) {
    device_t *device = context;
    const fault_t fault = device->fault;
    device->operations += 1;
    geometry->arrays = DEVICE_ARRAYS;
    geometry->rows = fault == FAULT_GEOMETRY_ODD ? DEVICE_ROWS - 1 : DEVICE_ROWS;
    geometry->columns = DEVICE_COLUMNS;
    geometry->active_rows_max =
        fault == FAULT_GEOMETRY_ACTIVE ? DEVICE_ROWS + 1 : DEVICE_ACTIVE_MAX;
    geometry->random_units = fault == FAULT_GEOMETRY_NO_UNITS ? 0 : 2;
    if (fault == FAULT_GEOMETRY_CHANGES && device->operations > 2) {
        geometry->active_rows_max -= 1;
    }
    if (fault == FAULT_GEOMETRY_OVERRUN) {
        (&geometry->random_units)[1] = 0;
    }
    return BAYNN_OK;
}

baynn_status_t device_wear(void *context, uint32_t array, uint32_t *writes) {
    device_t *device = context;
    const baynn_status_t status = device_wait_until_ready(device);
    if (status != BAYNN_OK) {
        return status;
    }
    if (array >= DEVICE_ARRAYS) {
        return device_refuse(device, FAULT_ERROR_SWALLOWED_WEAR);
    }
    *writes = 0;
    for (uint32_t i = 0; i < DEVICE_ARRAYS; i += 1) {
        for (uint32_t row = 0; row < DEVICE_ROWS; row += 1) {
            const uint32_t found = device->writes[i][row];
            if ((i == array || device->fault == FAULT_WEAR_SHARED) && found > *writes) {
                *writes = found;
            }
        }
    }
    if (device->fault == FAULT_WEAR_DECREASES) {
        *writes = UINT32_MAX - *writes;
    }
    return BAYNN_OK;
}

baynn_status_t device_temperature(void *context, int32_t *millidegrees) {
    device_t *device = context;
    const baynn_status_t status = device_wait_until_ready(device);
    if (status != BAYNN_OK) {
        return status;
    }
    *millidegrees = device->fault == FAULT_TEMPERATURE_UNITS ? 27 * 65536 : 27000;
    if (device->fault == FAULT_TEMPERATURE_JUMPS && device->operations % 4 == 0) {
        *millidegrees -= 20000;
    }
    return BAYNN_OK;
}

void device_make(device_t *device, fault_t fault) {
    memset(device, 0, sizeof *device);
    device->fault = fault;
    device->random_state = 1;
    device->driver = (baynn_cim_driver_t){
        .struct_bytes = sizeof(baynn_cim_driver_t),
        .capabilities = BAYNN_CIM_CAN_READ | BAYNN_CIM_CAN_ERASE | BAYNN_CIM_CAN_WEAR |
                        BAYNN_CIM_CAN_TEMPERATURE,
        .geometry = geometry,
        .program = device_program,
        .mac = device_mac,
        .random = device_random_bits,
        .sync = device_sync,
        .read = device_read,
        .erase = device_erase,
        .wear = device_wear,
        .temperature = device_temperature,
    };
    if (fault == FAULT_TABLE_SHORT) {
        device->driver.struct_bytes -= 4;
    }
    if (fault == FAULT_TABLE_RESERVED) {
        device->driver.capabilities |= 0x10;
    }
    if (fault == FAULT_TABLE_MISSING) {
        device->driver.sync = NULL;
    }
    if (fault == FAULT_TABLE_UNANNOUNCED) {
        device->driver.capabilities &= ~BAYNN_CIM_CAN_WEAR;
    }
    if (fault == FAULT_TABLE_PROMISED) {
        device->driver.erase = NULL;
    }
}
