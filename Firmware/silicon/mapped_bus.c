/* SPDX-License-Identifier: Apache-2.0 */
#include "mapped_bus.h"

/* volatile: each access is to happen, once and in order. */
static volatile uint32_t *at(void *context, uint32_t address) {
    return (volatile uint32_t *)context + address / sizeof(uint32_t);
}

static baynn_status_t read32(void *context, uint32_t address, uint32_t *value) {
    *value = *at(context, address);
    return BAYNN_OK;
}

static baynn_status_t write32(void *context, uint32_t address, uint32_t value) {
    *at(context, address) = value;
    return BAYNN_OK;
}

static baynn_status_t read_words(void *context, uint32_t address, uint32_t *words, uint32_t count) {
    const volatile uint32_t *registers = at(context, address);
    for (uint32_t i = 0; i < count; i += 1) {
        words[i] = registers[i];
    }
    return BAYNN_OK;
}

static baynn_status_t write_words(void *context, uint32_t address, const uint32_t *words,
                                  uint32_t count) {
    volatile uint32_t *registers = at(context, address);
    for (uint32_t i = 0; i < count; i += 1) {
        registers[i] = words[i];
    }
    return BAYNN_OK;
}

const baynn_cim_bus_t mapped_bus = {.struct_bytes = sizeof mapped_bus,
                                    .read32 = read32,
                                    .write32 = write32,
                                    .read_words = read_words,
                                    .write_words = write_words};
