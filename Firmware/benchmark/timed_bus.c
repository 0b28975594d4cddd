/* SPDX-License-Identifier: Apache-2.0 */
#include "timed_bus.h"

#include "instruction_counter.h"

/* Half of the work of a reading lies before the point in time that it gives, and half behind:
 * an interval contains one reading, and another one lies around it. */
static baynn_status_t passed(timed_bus_t *bus, uint64_t earlier, uint32_t words,
                             baynn_status_t status) {
    const uint64_t later = instruction_counter_now();
    bus->ticks += later - earlier + bus->reading_ticks;
    bus->words += words;
    return status;
}

static baynn_status_t read32(void *context, uint32_t address, uint32_t *value) {
    timed_bus_t *bus = context;
    const uint64_t earlier = instruction_counter_now();
    return passed(bus, earlier, 1, bus->behind.read32(bus->context, address, value));
}

static baynn_status_t write32(void *context, uint32_t address, uint32_t value) {
    timed_bus_t *bus = context;
    const uint64_t earlier = instruction_counter_now();
    return passed(bus, earlier, 1, bus->behind.write32(bus->context, address, value));
}

static baynn_status_t read_words(void *context, uint32_t address, uint32_t *words, uint32_t count) {
    timed_bus_t *bus = context;
    const uint64_t earlier = instruction_counter_now();
    baynn_status_t status = BAYNN_OK;
    for (uint32_t i = 0; i < count && status == BAYNN_OK; i += 1) {
        status = bus->behind.read32(bus->context, address + 4 * i, words + i);
    }
    return passed(bus, earlier, count, status);
}

static baynn_status_t write_words(void *context, uint32_t address, const uint32_t *words,
                                  uint32_t count) {
    timed_bus_t *bus = context;
    const uint64_t earlier = instruction_counter_now();
    baynn_status_t status = BAYNN_OK;
    for (uint32_t i = 0; i < count && status == BAYNN_OK; i += 1) {
        status = bus->behind.write32(bus->context, address + 4 * i, words[i]);
    }
    return passed(bus, earlier, count, status);
}

const baynn_cim_bus_t timed_bus = {.struct_bytes = sizeof timed_bus,
                                   .read32 = read32,
                                   .write32 = write32,
                                   .read_words = read_words,
                                   .write_words = write_words};

void timed_bus_clear(timed_bus_t *bus) {
    const uint64_t earlier = instruction_counter_now();
    bus->reading_ticks = instruction_counter_now() - earlier;
    bus->ticks = 0;
    bus->words = 0;
}
