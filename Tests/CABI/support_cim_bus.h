/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SUPPORT_CIM_BUS_H
#define SUPPORT_CIM_BUS_H

#include "support.h"

/* A plain ideal device behind the register map of SPEC.md section 7: a byte a cell, a loop a
 * count. It keeps a record of what is done to it. */

enum {
    CIM_WINDOW_WORDS = 128,
    CIM_RESULT_WORDS = 2048,
    CIM_COMMAND_RESET = 1,
    CIM_COMMAND_PROGRAM = 2,
    CIM_COMMAND_READ = 3,
    CIM_COMMAND_ERASE = 4,
    CIM_COMMAND_MAC = 5,
    CIM_COMMAND_RANDOM = 6,
    CIM_COMMAND_SYNC = 7,
    CIM_COMMAND_WEAR = 8,
    CIM_COMMAND_TEMPERATURE = 9,
    CIM_COMMANDS = 10,
    CIM_FAILED = -2345
};

typedef struct cim_device {
    /* What the registers say, from 0x000 to 0x01C. */
    uint32_t id, version, arrays, rows, columns, active_max, units, capabilities;

    /* Knobs. */

    /** How often STATUS reads busy after a command; UINT32_MAX: for ever, until RESET. */
    uint32_t busy_polls;
    /** The access, counted from 1, that fails with CIM_FAILED and has no effect; a burst is one
     *  access. 0: none. */
    uint32_t fail_access;
    /** The next command that is not RESET ends with ERROR set, and this code. */
    int fails;
    uint32_t fail_code;
    /** The next command that is not RESET is lost: the device stays idle, without DONE. */
    int loses;
    /** STATUS has these bits as well. */
    uint32_t status_bits;
    /** If not 0, the seed of what all reads return; ID and VERSION are right. */
    uint64_t hostile;
    int32_t millidegrees;

    /* Record. */

    uint32_t accesses;
    uint32_t words;
    uint32_t writes;
    uint32_t commands[CIM_COMMANDS];
    /** Accesses that the register map forbids. */
    uint32_t violations;

    /* State. */

    uint32_t busy_left;
    uint32_t status, error;
    uint32_t array, row, row_words, column_words, probability, random_bits, value;
    uint32_t active[CIM_WINDOW_WORDS], inputs[CIM_WINDOW_WORDS], cells[CIM_WINDOW_WORDS];
    uint32_t result[CIM_RESULT_WORDS];
    /** weights[(array * rows + row) * columns + column]: 0 or 1. */
    uint8_t *weights;
    /** By array and row. */
    uint32_t *row_writes;
    uint64_t random;
} cim_device_t;

/** A blank device with all optional commands. */
cim_device_t *cim_device_make(uint32_t arrays, uint32_t rows, uint32_t columns,
                              uint32_t active_max);
void cim_device_free(cim_device_t *device);

/** Weights that are random, written without a command. */
void cim_device_fill(cim_device_t *device, uint64_t seed);

/** Its bus, without and with bursts; the context is the device. */
extern const baynn_cim_bus_t cim_bus_words, cim_bus_bursts;

/** Opens the device, or fails the test. */
baynn_cim_registers_t cim_registers_open(cim_device_t *device, const baynn_cim_bus_t *bus);

#endif
