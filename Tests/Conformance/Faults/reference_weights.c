/* SPDX-License-Identifier: Apache-2.0 */
#include "reference_operations.h"

#include <string.h>

enum { COLUMN_WORDS = DEVICE_COLUMNS / 32 };

static void store(device_t *device, uint32_t array, uint32_t row, const uint32_t *weights) {
    uint32_t *cells = device->cells[array][row];
    for (uint32_t word = 0; word < COLUMN_WORDS; word += 1) {
        uint32_t value = weights[word];
        if (device->fault == FAULT_COLUMNS_SWAPPED && word == 1) {
            value = (value & ~6u) | (value << 1 & 4u) | (value >> 1 & 2u);
        }
        if (device->fault == FAULT_COLUMNS_REVERSED) {
            value = weights[COLUMN_WORDS - 1 - word];
        }
        cells[word] = device->fault == FAULT_PROGRAM_ONLY_SETS ? cells[word] | value : value;
    }
    if (device->fault == FAULT_CELL_STUCK && array == 1 && row == 17) {
        cells[0] |= 0x80;
    }
    device->writes[array][row] += 1;
}

baynn_status_t device_program(void *context, uint32_t array, uint32_t row,
                              const uint32_t *weights) {
    device_t *device = context;
    const baynn_status_t status = device_wait_until_ready(device);
    if (status != BAYNN_OK) {
        return status;
    }
    if (array >= DEVICE_ARRAYS || row >= DEVICE_ROWS) {
        return device_refuse(device, FAULT_ERROR_SWALLOWED_PROGRAM);
    }
    if (device->fault == FAULT_PROGRAM_LATE && device->operations % 2 == 0) {
        return BAYNN_OK;
    }
    if (device->fault == FAULT_ROWS_ALIASED) {
        row %= 64;
    }
    if (device->fault == FAULT_ARRAYS_ALIASED) {
        array &= 1u;
    }
    store(device, array, row, weights);
    if (device->fault == FAULT_PROGRAM_NEIGHBOUR && row + 1 < DEVICE_ROWS) {
        store(device, array, row + 1, weights);
    }
    return BAYNN_OK;
}

baynn_status_t device_sync(void *context) {
    device_t *device = context;
    const baynn_status_t status = device_wait_until_ready(device);
    if (status != BAYNN_OK) {
        return status;
    }
    if (device->fault == FAULT_SYNC_LOSES) {
        device->cells[2][40][0] = 0;
    }
    if (device->fault != FAULT_POWER_LOSES) {
        memcpy(device->durable, device->cells, sizeof device->durable);
    }
    return device->fault == FAULT_SYNC_FAILS ? -2007 : BAYNN_OK;
}

baynn_status_t device_power_cycle(void *context) {
    device_t *device = context;
    memcpy(device->cells, device->durable, sizeof device->cells);
    return BAYNN_OK;
}

baynn_status_t device_read(void *context, uint32_t array, uint32_t row, uint32_t *weights) {
    device_t *device = context;
    const baynn_status_t status = device_wait_until_ready(device);
    if (status != BAYNN_OK) {
        return status;
    }
    if (array >= DEVICE_ARRAYS || row >= DEVICE_ROWS) {
        return device_refuse(device, FAULT_ERROR_SWALLOWED_READ);
    }
    for (uint32_t word = 0; word < COLUMN_WORDS; word += 1) {
        const uint32_t value = device->cells[array][row][word];
        weights[word] = device->fault == FAULT_READ_INVERTED ? ~value : value;
        if (device->fault == FAULT_READ_LAST_WORD) {
            break;
        }
    }
    if (device->fault == FAULT_READ_OVERRUN) {
        weights[COLUMN_WORDS] = 0;
    }
    return BAYNN_OK;
}

baynn_status_t device_erase(void *context, uint32_t array) {
    device_t *device = context;
    const baynn_status_t status = device_wait_until_ready(device);
    if (status != BAYNN_OK) {
        return status;
    }
    if (array >= DEVICE_ARRAYS) {
        return device_refuse(device, FAULT_ERROR_SWALLOWED_ERASE);
    }
    const size_t rows = device->fault == FAULT_ERASE_PARTIAL ? DEVICE_ROWS - 1 : DEVICE_ROWS;
    memset(device->cells[array], 0, rows * sizeof device->cells[array][0]);
    if (device->fault == FAULT_ERASE_ALL_ARRAYS) {
        memset(device->cells, 0, sizeof device->cells);
    }
    return BAYNN_OK;
}
