/* SPDX-License-Identifier: Apache-2.0 */
#include "reference_operations.h"

enum { COLUMN_WORDS = DEVICE_COLUMNS / 32, ROW_WORDS = DEVICE_ROWS / 32 };

/* One of the driven cells of a column, as a count of 0 or 1. */
static uint32_t cell_count(const device_t *device, const baynn_cim_mac_t *mac, uint32_t bit,
                           uint32_t column) {
    uint32_t row = mac->first_row + bit;
    if (device->fault == FAULT_ROW_WINDOW && mac->first_row != 0) {
        row = (row + 1) % DEVICE_ROWS;
    }
    if (device->fault == FAULT_ROW_WINDOW_FIRST) {
        row = bit;
    }
    if (device->fault == FAULT_ROWS_ALIASED) {
        row %= 64;
    }
    const uint32_t array = device->fault == FAULT_ARRAYS_ALIASED ? mac->array & 1u : mac->array;
    const uint32_t weight = device->cells[array][row][column / 32] >> column % 32 & 1u;
    uint32_t input = mac->inputs[bit / 32] >> bit % 32 & 1u;
    if (device->fault == FAULT_INPUT_INVERTED) {
        input ^= 1u;
    }
    if (device->fault == FAULT_INPUT_IGNORED) {
        input = 1;
    }
    return weight == input ? 1 : 0;
}

static uint32_t column_count(device_t *device, const baynn_cim_mac_t *mac, uint32_t driven,
                             uint32_t column) {
    uint32_t count = 0;
    for (uint32_t bit = 0; bit < mac->row_words * 32; bit += 1) {
        if ((mac->active[bit / 32] >> bit % 32 & 1u) != 0) {
            count += cell_count(device, mac, bit, column);
        }
    }
    if (device->fault == FAULT_UNDRIVEN_COUNTS && column % 8 == 3) {
        count += device->cells[mac->array][DEVICE_ROWS - 1][column / 32] >> column % 32 & 1u;
    }
    if (device->fault == FAULT_COUNT_SATURATES && count > 15) {
        count = 15;
    }
    if (device->fault == FAULT_COUNT_NOISE && driven > 4 && device_random_q16(device) < 512) {
        count ^= 1u;
    }
    return count;
}

static uint32_t driven_rows(const baynn_cim_mac_t *mac) {
    uint32_t rows = 0;
    for (uint32_t bit = 0; bit < mac->row_words * 32; bit += 1) {
        rows += mac->active[bit / 32] >> bit % 32 & 1u;
    }
    return rows;
}

baynn_status_t device_mac(void *context, const baynn_cim_mac_t *mac, uint32_t *counts) {
    device_t *device = context;
    const fault_t fault = device->fault;
    const baynn_status_t status = device_wait_until_ready(device);
    if (status != BAYNN_OK) {
        return status;
    }
    const uint32_t driven = driven_rows(mac);
    if (mac->array >= DEVICE_ARRAYS || mac->first_row / 32 + mac->row_words > ROW_WORDS ||
        mac->column_words < 1 || mac->column_words > COLUMN_WORDS || driven < 1 ||
        driven > DEVICE_ACTIVE_MAX) {
        return device_refuse(device, FAULT_ERROR_SWALLOWED_MAC);
    }
    const uint32_t words = mac->count_planes * mac->column_words;
    for (uint32_t word = 0; word < words && fault != FAULT_PLANES_OR; word += 1) {
        counts[word] =
            fault == FAULT_PLANE_MISSING && word >= 4 * mac->column_words ? counts[word] : 0;
    }
    baynn_cim_mac_t layout = *mac;
    if (fault == FAULT_COLUMN_STRIDE) {
        layout.column_words = COLUMN_WORDS;
        layout.count_planes = mac->column_words == COLUMN_WORDS ? mac->count_planes : 2;
    }
    for (uint32_t column = 0; column < mac->column_words * 32; column += 1) {
        baynn_cim_put_count(&layout, counts, column, column_count(device, mac, driven, column));
    }
    if (fault == FAULT_COUNTS_OVERRUN) {
        counts[words] = 0;
    }
    if (fault == FAULT_READ_DISTURB && device->operations % 64 == 0) {
        device->cells[mac->array][device->operations / 64 % DEVICE_ROWS][0] ^= 4;
    }
    return BAYNN_OK;
}
