/* SPDX-License-Identifier: Apache-2.0 */
#include "mx16_driver.h"

#include <stdbool.h>
#include <stddef.h>

#include "mx16_port.h"
#include "mx16_registers.h"

enum { COLUMN_WORDS = MX16_COLUMNS / 32, ROW_WORDS = MX16_ROWS / 32, ROW_BUFFER = 4 };

static const baynn_status_t address_error = MX16_ERROR(MX16_FAULT_ADDRESS);

/* The column at a position of a row buffer. */
static uint32_t column_at(uint32_t position) {
    return position < MX16_COLUMNS / 2 ? 2 * position : 2 * position - MX16_COLUMNS + 1;
}

/* Tells and clears the device's fault: it ignores commands as long as there is one. */
static baynn_status_t take_fault(const mx16_t *mx16) {
    const uint16_t fault = mx16_in(mx16->port, MX16_FAULT);
    if (fault == 0) {
        return BAYNN_OK;
    }
    mx16_out(mx16->port, MX16_FAULT, 0);
    return fault == MX16_FAULT_WRITE ? BAYNN_ERROR_CIM_WRITE : MX16_ERROR((int32_t)fault);
}

/* Waits until some bits of the interrupt register have a value. With a real interrupt, this is
 * the place to sleep until the handler has run, with the same limit. */
static baynn_status_t wait_for(const mx16_t *mx16, uint16_t bits, uint16_t value) {
    for (uint32_t poll = 0; poll < mx16->polls_max; poll += 1) {
        if ((mx16_in(mx16->port, MX16_INTERRUPT) & bits) == value) {
            return BAYNN_OK;
        }
    }
    return BAYNN_ERROR_CIM_TIMEOUT;
}

static baynn_status_t command(const mx16_t *mx16, uint32_t tile, uint32_t row, uint16_t code) {
    /* Something that timed out may still be under way, or have ended: its end and its fault
     * are not those of this command. */
    baynn_status_t status = wait_for(mx16, MX16_INTERRUPT_BUSY, 0);
    if (status != BAYNN_OK) {
        return status;
    }
    mx16_out(mx16->port, MX16_INTERRUPT, MX16_INTERRUPT_DONE);
    mx16_out(mx16->port, MX16_FAULT, 0);
    mx16_out(mx16->port, MX16_TILE, (uint16_t)tile);
    mx16_out(mx16->port, MX16_ROW, (uint16_t)row);
    mx16_out(mx16->port, MX16_COMMAND, code);
    status = wait_for(mx16, MX16_INTERRUPT_DONE, MX16_INTERRUPT_DONE);
    return status == BAYNN_OK ? take_fault(mx16) : status;
}

static baynn_status_t geometry(void *context, baynn_cim_geometry_t *geometry) {
    (void)context;
    geometry->arrays = MX16_TILES;
    geometry->rows = MX16_ROWS;
    geometry->columns = MX16_COLUMNS;
    geometry->active_rows_max = MX16_WORD_LINES_MAX;
    geometry->random_units = 1;
    return BAYNN_OK;
}

static baynn_status_t program(void *context, uint32_t array, uint32_t row,
                              const uint32_t *weights) {
    const mx16_t *mx16 = context;
    /* Checked here: registers of 16 bits would lose what does not fit. */
    if (array >= MX16_TILES || row >= MX16_ROWS) {
        return address_error;
    }
    uint16_t buffer[ROW_BUFFER] = {0};
    for (uint32_t position = 0; position < MX16_COLUMNS; position += 1) {
        const uint32_t column = column_at(position);
        const uint32_t weight = weights[column / 32] >> column % 32 & 1u;
        buffer[position / 16] |= (uint16_t)(weight << position % 16);
    }
    for (uint32_t i = 0; i < ROW_BUFFER; i += 1) {
        mx16_out(mx16->port, MX16_ROW_BUFFER + i, buffer[i]);
    }
    return command(mx16, array, row, MX16_WRITE_ROW);
}

static baynn_status_t read(void *context, uint32_t array, uint32_t row, uint32_t *weights) {
    const mx16_t *mx16 = context;
    if (array >= MX16_TILES || row >= MX16_ROWS) {
        return address_error;
    }
    const baynn_status_t status = command(mx16, array, row, MX16_READ_ROW);
    if (status != BAYNN_OK) {
        return status;
    }
    for (uint32_t word = 0; word < COLUMN_WORDS; word += 1) {
        weights[word] = 0;
    }
    for (uint32_t position = 0; position < MX16_COLUMNS; position += 1) {
        const uint32_t column = column_at(position);
        const uint32_t buffer = mx16_in(mx16->port, MX16_ROW_BUFFER + position / 16);
        weights[column / 32] |= (buffer >> position % 16 & 1u) << column % 32;
    }
    return BAYNN_OK;
}

/* The lines of eight rows, of which a window of rows may cover all or none. */
static uint16_t word_lines(const baynn_cim_mac_t *mac, uint32_t first_row) {
    uint32_t lines = 0;
    for (uint32_t i = 0; i < 8 && first_row >= mac->first_row; i += 1) {
        const uint32_t bit = first_row - mac->first_row + i;
        if (bit / 32 < mac->row_words && (mac->active[bit / 32] >> bit % 32 & 1u) != 0) {
            const uint32_t input = mac->inputs[bit / 32] >> bit % 32 & 1u;
            lines |= (input == 1 ? (uint32_t)MX16_LINE_PLUS : (uint32_t)MX16_LINE_MINUS) << 2 * i;
        }
    }
    return (uint16_t)lines;
}

static baynn_status_t mac(void *context, const baynn_cim_mac_t *mac, uint32_t *counts) {
    const mx16_t *mx16 = context;
    if (mac->array >= MX16_TILES || mac->first_row >= MX16_ROWS ||
        mac->row_words > ROW_WORDS - mac->first_row / 32 || mac->column_words < 1 ||
        mac->column_words > COLUMN_WORDS) {
        return address_error;
    }
    /* All lines: those of the last operation would be driven again. */
    for (uint32_t row = 0; row < MX16_ROWS; row += 8) {
        mx16_out(mx16->port, MX16_WORD_LINES + row / 8, word_lines(mac, row));
    }
    const baynn_status_t status = command(mx16, mac->array, 0, MX16_COUNT);
    if (status != BAYNN_OK) {
        return status;
    }
    for (uint32_t word = 0; word < mac->count_planes * mac->column_words; word += 1) {
        counts[word] = 0;
    }
    for (uint32_t position = 0; position < MX16_COLUMNS; position += 2) {
        const uint32_t two = mx16_in(mx16->port, MX16_COUNTS + position / 2);
        for (uint32_t i = 0; i < 2; i += 1) {
            const uint32_t column = column_at(position + i);
            if (column / 32 < mac->column_words) {
                baynn_cim_put_count(mac, counts, column, two >> 8 * i & 0xFFu);
            }
        }
    }
    return BAYNN_OK;
}

/* A word of 16 random bits. */
static baynn_status_t entropy(const mx16_t *mx16, uint32_t *word) {
    for (uint32_t poll = 0; poll < mx16->polls_max; poll += 1) {
        if (mx16_in(mx16->port, MX16_ENTROPY_LEVEL) > 0) {
            *word = mx16_in(mx16->port, MX16_ENTROPY);
            return BAYNN_OK;
        }
    }
    return BAYNN_ERROR_CIM_TIMEOUT;
}

static baynn_status_t random_bits(void *context, uint32_t probability_q16, uint32_t count,
                                  uint32_t *bits) {
    const mx16_t *mx16 = context;
    if (probability_q16 < 1 || probability_q16 > 65535 || count < 1 ||
        count > BAYNN_CIM_RANDOM_BITS_MAX) {
        return address_error;
    }
    for (uint32_t index = 0; index < count; index += 1) {
        uint32_t word = 0;
        const baynn_status_t status = entropy(mx16, &word);
        if (status != BAYNN_OK) {
            return status;
        }
        if (index % 32 == 0) {
            bits[index / 32] = 0;
        }
        /* All 16 bits: a byte would round probabilities to 1/256. */
        bits[index / 32] |= (word < probability_q16 ? 1u : 0u) << index % 32;
    }
    return take_fault(mx16);
}

static baynn_status_t sync(void *context) {
    return command(context, 0, 0, MX16_COMMIT);
}

static baynn_status_t erase(void *context, uint32_t array) {
    return array >= MX16_TILES ? address_error : command(context, array, 0, MX16_CLEAR_TILE);
}

baynn_status_t mx16_open(mx16_t *mx16, void *port, uint32_t polls_max) {
    *mx16 = (mx16_t){.port = port, .polls_max = polls_max};
    if (mx16_in(port, MX16_ID) != MX16_ID_VALUE) {
        return BAYNN_ERROR_CIM_DEVICE;
    }
    mx16_out(port, MX16_FAULT, 0);
    mx16_out(port, MX16_INTERRUPT, MX16_INTERRUPT_DONE);
    return BAYNN_OK;
}

const baynn_cim_driver_t mx16_driver = {
    .struct_bytes = sizeof(baynn_cim_driver_t),
    .capabilities = BAYNN_CIM_CAN_READ | BAYNN_CIM_CAN_ERASE,
    .geometry = geometry,
    .program = program,
    .mac = mac,
    .random = random_bits,
    .sync = sync,
    .read = read,
    .erase = erase,
};
