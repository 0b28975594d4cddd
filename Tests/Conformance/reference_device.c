/* SPDX-License-Identifier: Apache-2.0 */
#include "reference_device.h"

#include <string.h>

enum { COLUMN_WORDS = DEVICE_COLUMNS / 32, ROW_WORDS = DEVICE_ROWS / 32 };

/* An error, or what a fault makes of it. */
static baynn_status_t refuse(device_t *device, fault_t swallower) {
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
static baynn_status_t wait_until_ready(device_t *device) {
    device->operations += 1;
    if (device->fault == FAULT_BUSY_FOR_EVER) {
        return BAYNN_ERROR_CIM_TIMEOUT;
    }
    return device->broken ? -1002 : BAYNN_OK;
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

static baynn_status_t program(void *context, uint32_t array, uint32_t row,
                              const uint32_t *weights) {
    device_t *device = context;
    const baynn_status_t status = wait_until_ready(device);
    if (status != BAYNN_OK) {
        return status;
    }
    if (array >= DEVICE_ARRAYS || row >= DEVICE_ROWS) {
        return refuse(device, FAULT_ERROR_SWALLOWED_PROGRAM);
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

/* SplitMix64. */
static uint32_t random_q16(device_t *device) {
    device->random_state += 0x9E3779B97F4A7C15u;
    uint64_t value = device->random_state;
    value = (value ^ value >> 30) * 0xBF58476D1CE4E5B9u;
    value = (value ^ value >> 27) * 0x94D049BB133111EBu;
    return (uint32_t)(value >> 48);
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
    if (device->fault == FAULT_COUNT_NOISE && driven > 4 && random_q16(device) < 512) {
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

static baynn_status_t mac(void *context, const baynn_cim_mac_t *mac, uint32_t *counts) {
    device_t *device = context;
    const fault_t fault = device->fault;
    const baynn_status_t status = wait_until_ready(device);
    if (status != BAYNN_OK) {
        return status;
    }
    const uint32_t driven = driven_rows(mac);
    if (mac->array >= DEVICE_ARRAYS || mac->first_row / 32 + mac->row_words > ROW_WORDS ||
        mac->column_words < 1 || mac->column_words > COLUMN_WORDS || driven < 1 ||
        driven > DEVICE_ACTIVE_MAX) {
        return refuse(device, FAULT_ERROR_SWALLOWED_MAC);
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

static uint32_t random_bit(device_t *device, uint32_t probability_q16) {
    switch (device->fault) {
    case FAULT_RANDOM_STUCK:
        return 0;
    case FAULT_RANDOM_IGNORES_P:
        return random_q16(device) & 1u;
    case FAULT_RANDOM_P_INVERTED:
        return random_q16(device) < probability_q16 ? 0 : 1;
    case FAULT_RANDOM_P_8_BITS:
        return random_q16(device) < (probability_q16 & 0xFF00u) ? 1 : 0;
    case FAULT_RANDOM_CORRELATED:
        /* A reset that fails once in eight. */
        if (device->last_bit == 1 && random_q16(device) % 8 == 0) {
            return 1;
        }
        break;
    default:
        break;
    }
    return random_q16(device) < probability_q16 ? 1 : 0;
}

static baynn_status_t random_bits(void *context, uint32_t probability_q16, uint32_t count,
                                  uint32_t *bits) {
    device_t *device = context;
    const baynn_status_t status = wait_until_ready(device);
    if (status != BAYNN_OK) {
        return status;
    }
    if (probability_q16 < 1 || probability_q16 > 65535 || count < 1 ||
        count > BAYNN_CIM_RANDOM_BITS_MAX) {
        return refuse(device, FAULT_ERROR_SWALLOWED_RANDOM);
    }
    if (device->fault == FAULT_RANDOM_REPEATS) {
        device->random_state = 7;
    }
    for (uint32_t index = 0; index < count; index += 1) {
        const uint32_t word = index / 32;
        uint32_t bit = random_bit(device, probability_q16);
        if (device->fault == FAULT_RANDOM_FIRST_BIT && index == 0) {
            bit = 0;
        }
        if (device->fault == FAULT_RANDOM_LAST_WORD && word > 0 && count - index <= count % 32) {
            continue;
        }
        device->last_bit = bit;
        bits[word] = (bits[word] & ~(1u << index % 32)) | bit << index % 32;
    }
    if (device->fault == FAULT_RANDOM_OVERRUN) {
        bits[(count + 31) / 32] = 0;
    }
    return BAYNN_OK;
}

static baynn_status_t sync(void *context) {
    device_t *device = context;
    const baynn_status_t status = wait_until_ready(device);
    if (status != BAYNN_OK) {
        return status;
    }
    if (device->fault == FAULT_SYNC_LOSES) {
        device->cells[2][40][0] = 0;
    }
    if (device->fault != FAULT_POWER_LOSES) {
        memcpy(device->durable, device->cells, sizeof device->durable);
    }
    return device->fault == FAULT_SYNC_FAILS ? -1007 : BAYNN_OK;
}

static baynn_status_t read(void *context, uint32_t array, uint32_t row, uint32_t *weights) {
    device_t *device = context;
    const baynn_status_t status = wait_until_ready(device);
    if (status != BAYNN_OK) {
        return status;
    }
    if (array >= DEVICE_ARRAYS || row >= DEVICE_ROWS) {
        return refuse(device, FAULT_ERROR_SWALLOWED_READ);
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

static baynn_status_t erase(void *context, uint32_t array) {
    device_t *device = context;
    const baynn_status_t status = wait_until_ready(device);
    if (status != BAYNN_OK) {
        return status;
    }
    if (array >= DEVICE_ARRAYS) {
        return refuse(device, FAULT_ERROR_SWALLOWED_ERASE);
    }
    const size_t rows = device->fault == FAULT_ERASE_PARTIAL ? DEVICE_ROWS - 1 : DEVICE_ROWS;
    memset(device->cells[array], 0, rows * sizeof device->cells[array][0]);
    if (device->fault == FAULT_ERASE_ALL_ARRAYS) {
        memset(device->cells, 0, sizeof device->cells);
    }
    return BAYNN_OK;
}

static baynn_status_t wear(void *context, uint32_t array, uint32_t *writes) {
    device_t *device = context;
    const baynn_status_t status = wait_until_ready(device);
    if (status != BAYNN_OK) {
        return status;
    }
    if (array >= DEVICE_ARRAYS) {
        return refuse(device, FAULT_ERROR_SWALLOWED_WEAR);
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

static baynn_status_t temperature(void *context, int32_t *millidegrees) {
    device_t *device = context;
    const baynn_status_t status = wait_until_ready(device);
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
        .program = program,
        .mac = mac,
        .random = random_bits,
        .sync = sync,
        .read = read,
        .erase = erase,
        .wear = wear,
        .temperature = temperature,
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

baynn_status_t device_power_cycle(void *context) {
    device_t *device = context;
    memcpy(device->cells, device->durable, sizeof device->cells);
    return BAYNN_OK;
}
