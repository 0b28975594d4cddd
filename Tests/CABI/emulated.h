/* SPDX-License-Identifier: Apache-2.0 */
#ifndef EMULATED_H
#define EMULATED_H

#include <math.h>

#include "baynn/cim_emulator.h"
#include "support.h"

/* An emulated device on the heap, driven through its registers. */

enum {
    REG_ARRAY = 0x02C,
    REG_ROW = 0x030,
    REG_ROW_WORDS = 0x034,
    REG_COLUMN_WORDS = 0x038,
    REG_PROBABILITY = 0x03C,
    REG_RANDOM_BITS = 0x040,
    REG_COMMAND = 0x020,
    REG_STATUS = 0x024,
    REG_ERROR = 0x028,
    REG_VALUE = 0x044,
    WINDOW_ACTIVE = 0x1000,
    WINDOW_INPUTS = 0x2000,
    WINDOW_CELLS = 0x3000,
    WINDOW_RESULT = 0x4000,
    COMMAND_RESET = 1,
    COMMAND_PROGRAM = 2,
    COMMAND_READ = 3,
    COMMAND_ERASE = 4,
    COMMAND_MAC = 5,
    COMMAND_RANDOM = 6,
    COMMAND_SYNC = 7,
    COMMAND_WEAR = 8,
    COMMAND_TEMPERATURE = 9
};

typedef struct emulated {
    void *storage;
    baynn_cim_emulator_t *device;
    baynn_cim_bus_t bus;
} emulated_t;

static inline emulated_t emulated_make(baynn_cim_emulator_config_t config) {
    emulated_t e = {0};
    size_t bytes = 0;
    config.struct_bytes = sizeof config;
    assert_int_equal(baynn_cim_emulator_storage_bytes(&config, &bytes), BAYNN_OK);
    e.storage = malloc(bytes);
    assert_non_null(e.storage);
    memset(e.storage, 0x5A, bytes);
    assert_int_equal(baynn_cim_emulator_init(e.storage, bytes, &config, &e.device), BAYNN_OK);
    e.bus.struct_bytes = sizeof e.bus;
    assert_int_equal(baynn_cim_emulator_bus(e.device, &e.bus), BAYNN_OK);
    return e;
}

static inline void emulated_free(emulated_t *e) {
    free(e->storage);
}

static inline uint32_t get(const emulated_t *e, uint32_t address) {
    uint32_t value = 0;
    assert_int_equal(e->bus.read32(e->device, address, &value), BAYNN_OK);
    return value;
}

static inline void put(const emulated_t *e, uint32_t address, uint32_t value) {
    assert_int_equal(e->bus.write32(e->device, address, value), BAYNN_OK);
}

/** Runs a command to its end; returns its error. */
static inline uint32_t command(const emulated_t *e, uint32_t number) {
    put(e, REG_COMMAND, number);
    uint32_t status = get(e, REG_STATUS);
    while (status == 1) {
        status = get(e, REG_STATUS);
    }
    uint32_t error = get(e, REG_ERROR);
    assert_int_equal(status, error == 0 ? 2 : 6);
    return error;
}

static inline uint32_t program(const emulated_t *e, uint32_t array, uint32_t row,
                               const uint32_t *weights, uint32_t words) {
    put(e, REG_ARRAY, array);
    put(e, REG_ROW, row);
    assert_int_equal(e->bus.write_words(e->device, WINDOW_CELLS, weights, words), BAYNN_OK);
    return command(e, COMMAND_PROGRAM);
}

/** Drives rows of a window; planes * column_words words of counts. */
static inline uint32_t mac(const emulated_t *e, uint32_t array, uint32_t first_row,
                           uint32_t row_words, uint32_t column_words, const uint32_t *active,
                           const uint32_t *inputs, uint32_t *counts, uint32_t planes) {
    put(e, REG_ARRAY, array);
    put(e, REG_ROW, first_row);
    put(e, REG_ROW_WORDS, row_words);
    put(e, REG_COLUMN_WORDS, column_words);
    assert_int_equal(e->bus.write_words(e->device, WINDOW_ACTIVE, active, row_words), BAYNN_OK);
    assert_int_equal(e->bus.write_words(e->device, WINDOW_INPUTS, inputs, row_words), BAYNN_OK);
    uint32_t error = command(e, COMMAND_MAC);
    assert_int_equal(e->bus.read_words(e->device, WINDOW_RESULT, counts, planes * column_words),
                     BAYNN_OK);
    return error;
}

static inline uint32_t count_of(const uint32_t *counts, uint32_t column_words, uint32_t planes,
                                uint32_t column) {
    uint32_t count = 0;
    for (uint32_t p = 0; p < planes; p++) {
        count |= (counts[p * column_words + column / 32] >> column % 32 & 1) << p;
    }
    return count;
}

/** How far hits of trials are from a probability, in standard deviations. */
static inline double off_by(uint64_t hits, uint64_t trials, double p) {
    return ((double)hits - (double)trials * p) / sqrt((double)trials * p * (1 - p));
}

#endif
