/* SPDX-License-Identifier: Apache-2.0 */
#include "mx16_simulated.h"

#include <string.h>

#include "mx16_port.h"

/** Polls that a command takes. */
enum { POLLS = 3, ENTROPY_LEVEL_MAX = 8 };

static void set_fault(mx16_simulated_t *device, uint16_t fault) {
    if (device->registers[MX16_FAULT] == 0) {
        device->registers[MX16_FAULT] = fault;
    }
}

static void write_row(mx16_simulated_t *device, uint64_t *row) {
    device->writes += 1;
    if (device->writes == device->failing_write) {
        set_fault(device, MX16_FAULT_WRITE);
        return;
    }
    *row = 0;
    for (uint32_t i = 0; i < 4; i += 1) {
        *row |= (uint64_t)device->registers[MX16_ROW_BUFFER + i] << 16 * i;
    }
}

static void read_row(mx16_simulated_t *device, uint64_t row) {
    for (uint32_t i = 0; i < 4; i += 1) {
        device->registers[MX16_ROW_BUFFER + i] = (uint16_t)(row >> 16 * i);
    }
}

static uint32_t line_of(const mx16_simulated_t *device, uint32_t row) {
    const uint32_t lines = device->registers[MX16_WORD_LINES + row / 8];
    return lines >> row % 8 * 2 & 3u;
}

static void count(mx16_simulated_t *device, const uint64_t tile[MX16_ROWS]) {
    uint8_t counts[MX16_COLUMNS] = {0};
    uint32_t driven = 0;
    for (uint32_t row = 0; row < MX16_ROWS; row += 1) {
        const uint32_t line = line_of(device, row);
        driven += line == MX16_LINE_OFF ? 0 : line == 3 ? MX16_ROWS + 1 : 1;
        /* A line of -1 senses the complement of each cell. */
        const uint64_t equal = line == MX16_LINE_MINUS ? ~tile[row] : tile[row];
        for (uint32_t i = 0; i < MX16_COLUMNS && line != MX16_LINE_OFF; i += 1) {
            counts[i] = (uint8_t)(counts[i] + (equal >> i & 1u));
        }
    }
    if (driven < 1 || driven > MX16_WORD_LINES_MAX) {
        set_fault(device, MX16_FAULT_WORD_LINES);
        return;
    }
    for (uint32_t i = 0; i < MX16_COLUMNS; i += 2) {
        device->registers[MX16_COUNTS + i / 2] = (uint16_t)(counts[i] | counts[i + 1] << 8);
    }
}

static void carry_out(mx16_simulated_t *device) {
    const uint32_t tile = device->registers[MX16_TILE];
    const uint32_t row = device->registers[MX16_ROW];
    if (tile >= MX16_TILES || row >= MX16_ROWS) {
        set_fault(device, MX16_FAULT_ADDRESS);
        return;
    }
    switch (device->command) {
    case MX16_WRITE_ROW:
        write_row(device, &device->cells[tile][row]);
        break;
    case MX16_READ_ROW:
        read_row(device, device->cells[tile][row]);
        break;
    case MX16_CLEAR_TILE:
        memset(device->cells[tile], 0, sizeof device->cells[tile]);
        break;
    case MX16_COUNT:
        count(device, device->cells[tile]);
        break;
    case MX16_COMMIT:
        memcpy(device->durable, device->cells, sizeof device->durable);
        break;
    default:
        set_fault(device, MX16_FAULT_COMMAND);
        break;
    }
}

/* Time passes as the interrupt register is read. */
static uint16_t poll(mx16_simulated_t *device) {
    if (device->command != 0 && !device->hangs) {
        device->polls_left -= 1;
        if (device->polls_left == 0) {
            carry_out(device);
            device->command = 0;
            device->registers[MX16_INTERRUPT] = MX16_INTERRUPT_DONE;
        }
    }
    const uint32_t busy = device->command != 0 ? MX16_INTERRUPT_BUSY : 0;
    return (uint16_t)(device->registers[MX16_INTERRUPT] | busy);
}

/* SplitMix64, in place of noise. */
static uint16_t entropy(mx16_simulated_t *device) {
    if (device->registers[MX16_ENTROPY_LEVEL] == 0) {
        set_fault(device, MX16_FAULT_ENTROPY);
        return 0;
    }
    device->registers[MX16_ENTROPY_LEVEL] -= 1;
    device->entropy += 0x9E3779B97F4A7C15u;
    uint64_t value = device->entropy;
    value = (value ^ value >> 30) * 0xBF58476D1CE4E5B9u;
    value = (value ^ value >> 27) * 0x94D049BB133111EBu;
    return (uint16_t)(value >> 48);
}

static uint16_t entropy_level(mx16_simulated_t *device) {
    uint16_t *level = &device->registers[MX16_ENTROPY_LEVEL];
    const uint16_t before = *level;
    if (before == 0 && !device->hangs) {
        *level = ENTROPY_LEVEL_MAX;
    }
    return before;
}

uint16_t mx16_in(void *port, uint32_t address) {
    mx16_simulated_t *device = port;
    switch (address) {
    case MX16_INTERRUPT:
        return poll(device);
    case MX16_ENTROPY_LEVEL:
        return entropy_level(device);
    case MX16_ENTROPY:
        return entropy(device);
    default:
        return address < 0x60 ? device->registers[address] : 0;
    }
}

static void start(mx16_simulated_t *device, uint16_t command) {
    if (device->command != 0) {
        set_fault(device, MX16_FAULT_BUSY);
    } else if (device->registers[MX16_FAULT] == 0) {
        device->command = command;
        device->polls_left = POLLS;
    }
}

void mx16_out(void *port, uint32_t address, uint16_t value) {
    mx16_simulated_t *device = port;
    if (address == MX16_COMMAND) {
        start(device, value);
    } else if (address == MX16_INTERRUPT) {
        device->registers[MX16_INTERRUPT] &= (uint16_t)~value;
    } else if (address != MX16_ID && address != MX16_ENTROPY_LEVEL && address < 0x60) {
        device->registers[address] = value;
    }
}

void mx16_simulated_make(mx16_simulated_t *device) {
    memset(device, 0, sizeof *device);
    device->registers[MX16_ID] = MX16_ID_VALUE;
}

void mx16_simulated_power_cycle(mx16_simulated_t *device) {
    memcpy(device->cells, device->durable, sizeof device->cells);
    memset(device->registers, 0, sizeof device->registers);
    device->registers[MX16_ID] = MX16_ID_VALUE;
    device->command = 0;
}
