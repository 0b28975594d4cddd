/* SPDX-License-Identifier: Apache-2.0 */
#include "support_cim_operations.h"

cim_device_t *device_make(void) {
    cim_device_t *device = cim_device_make(ARRAYS, ROWS, COLUMNS, ACTIVE_MAX);
    cim_device_fill(device, 5);
    return device;
}

void assert_open(cim_device_t *device, const baynn_cim_bus_t *bus, baynn_status_t expected) {
    baynn_cim_registers_t registers, before;
    memset(&registers, 0x5A, sizeof registers);
    before = registers;
    assert_int_equal(baynn_cim_registers_open(&registers, bus, device, 10), expected);
    if (expected != BAYNN_OK) {
        assert_memory_equal(&registers, &before, sizeof registers);
    }
}

baynn_cim_mac_t random_mac(uint64_t *random, uint32_t *active, uint32_t *inputs) {
    uint32_t first = (uint32_t)(image_random(random) % (ROWS / 32));
    uint32_t row_words = 1 + (uint32_t)(image_random(random) % (ROWS / 32 - first));
    uint32_t rows = 1 + (uint32_t)(image_random(random) % ACTIVE_MAX);
    memset(active, 0, ROWS / 8);
    memset(inputs, 0, ROWS / 8);
    for (uint32_t i = 0; i < rows; i++) {
        uint32_t row = (uint32_t)(image_random(random) % (32 * row_words));
        active[row / 32] |= 1u << row % 32;
        inputs[row / 32] |= (uint32_t)(image_random(random) & 1) << row % 32;
    }
    return (baynn_cim_mac_t){.struct_bytes = sizeof(baynn_cim_mac_t),
                             .array = (uint32_t)(image_random(random) % ARRAYS),
                             .first_row = 32 * first,
                             .row_words = row_words,
                             .column_words = 1 + (uint32_t)(image_random(random) % WORDS),
                             .count_planes = PLANES,
                             .active = active,
                             .inputs = inputs};
}

void assert_counts(const cim_device_t *device, const baynn_cim_mac_t *mac, const uint32_t *counts) {
    for (uint32_t column = 0; column < 32 * mac->column_words; column++) {
        uint32_t expected = 0, actual = 0;
        for (uint32_t i = 0; i < 32 * mac->row_words; i++) {
            uint32_t row = mac->first_row + i;
            uint32_t weight = device->weights[(mac->array * ROWS + row) * COLUMNS + column];
            uint32_t input = mac->inputs[i / 32] >> i % 32 & 1;
            expected += (mac->active[i / 32] >> i % 32 & 1) & (weight == input);
        }
        for (uint32_t plane = 0; plane < mac->count_planes; plane++) {
            uint32_t word = counts[plane * mac->column_words + column / 32];
            actual |= (word >> column % 32 & 1) << plane;
        }
        assert_int_equal(actual, expected);
    }
}

baynn_status_t operate(cim_device_t *device, baynn_cim_registers_t *registers, uint32_t operation,
                       uint64_t seed) {
    const baynn_cim_driver_t *driver = &registers->driver;
    uint32_t active[ROWS / 32], inputs[ROWS / 32], words[PLANES * WORDS], writes;
    int32_t millidegrees;
    baynn_cim_mac_t mac = random_mac(&seed, active, inputs);
    baynn_status_t status;
    switch (operation) {
    case 0:
        return driver->program(registers, 1, 70, active);
    case 1:
        return driver->read(registers, 1, 70, words);
    case 2:
        status = driver->mac(registers, &mac, words);
        if (status == BAYNN_OK) {
            assert_counts(device, &mac, words);
        }
        return status;
    case 3:
        return driver->random(registers, 30000, 100, words);
    case 4:
        return driver->sync(registers);
    case 5:
        return driver->wear(registers, 2, &writes);
    default:
        return driver->temperature(registers, &millidegrees);
    }
}
