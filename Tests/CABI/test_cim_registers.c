/* SPDX-License-Identifier: Apache-2.0 */
#include "support_cim_operations.h"

/* The register driver against a device that is written from SPEC.md section 7 alone. */

static uint32_t commands(const cim_device_t *device) {
    uint32_t sum = 0;
    for (uint32_t i = 0; i < CIM_COMMANDS; i++) {
        sum += device->commands[i];
    }
    return sum;
}

static void random_words(uint64_t *random, uint32_t *words, size_t count) {
    for (size_t i = 0; i < count; i++) {
        words[i] = (uint32_t)(image_random(random) >> 16);
    }
}

static void rows_are_written_and_read(const baynn_cim_bus_t *bus) {
    cim_device_t *device = device_make();
    baynn_cim_registers_t registers = cim_registers_open(device, bus);
    uint64_t random = 1;
    for (uint32_t i = 0; i < 200; i++) {
        uint32_t array = (uint32_t)(image_random(&random) % ARRAYS);
        uint32_t row = (uint32_t)(image_random(&random) % ROWS);
        uint32_t weights[WORDS], back[WORDS];
        random_words(&random, weights, WORDS);
        assert_int_equal(registers.driver.program(&registers, array, row, weights), BAYNN_OK);
        const uint8_t *cells = device->weights + (array * ROWS + row) * COLUMNS;
        for (uint32_t column = 0; column < COLUMNS; column++) {
            assert_int_equal(cells[column], weights[column / 32] >> column % 32 & 1);
        }
        assert_int_equal(registers.driver.read(&registers, array, row, back), BAYNN_OK);
        assert_memory_equal(back, weights, sizeof weights);
    }
    assert_int_equal(device->commands[CIM_COMMAND_PROGRAM], 200);
    assert_int_equal(device->violations, 0);
    cim_device_free(device);
}

static void rows_are_written_and_read_on_any_bus(void **state) {
    (void)state;
    rows_are_written_and_read(&cim_bus_words);
    rows_are_written_and_read(&cim_bus_bursts);
}

static void counts_are_counted(const baynn_cim_bus_t *bus) {
    cim_device_t *device = device_make();
    baynn_cim_registers_t registers = cim_registers_open(device, bus);
    uint64_t random = 2;
    for (uint32_t i = 0; i < 300; i++) {
        uint32_t active[ROWS / 32], inputs[ROWS / 32];
        baynn_cim_mac_t mac = random_mac(&random, active, inputs);
        fence_t fence = fence_make(PLANES * mac.column_words * sizeof(uint32_t), 4);
        uint32_t words = device->words;
        uint32_t *counts = (uint32_t *)(void *)fence.memory;
        assert_int_equal(registers.driver.mac(&registers, &mac, counts), BAYNN_OK);
        assert_counts(device, &mac, counts);
        /* Four registers, COMMAND and STATUS, and no word more than the operation needs. */
        assert_int_equal(device->words - words, 6 + 2 * mac.row_words + PLANES * mac.column_words);
        fence_check(&fence);
        fence_free(fence);
    }
    assert_int_equal(device->violations, 0);
    cim_device_free(device);
}

static void counts_are_counted_on_any_bus(void **state) {
    (void)state;
    counts_are_counted(&cim_bus_words);
    counts_are_counted(&cim_bus_bursts);
}

static void a_burst_is_one_access(void **state) {
    (void)state;
    cim_device_t *device = device_make();
    baynn_cim_registers_t registers = cim_registers_open(device, &cim_bus_bursts);
    uint64_t random = 3;
    uint32_t active[ROWS / 32], inputs[ROWS / 32], counts[PLANES * WORDS];
    baynn_cim_mac_t mac = random_mac(&random, active, inputs);
    uint32_t accesses = device->accesses;
    assert_int_equal(registers.driver.mac(&registers, &mac, counts), BAYNN_OK);
    assert_int_equal(device->accesses - accesses, 6);
    cim_device_free(device);
}

static void random_bits_arrive(void **state) {
    (void)state;
    static const uint32_t counts[] = {1, 31, 32, 33, 1000, 65535, 65536};
    cim_device_t *device = device_make();
    baynn_cim_registers_t registers = cim_registers_open(device, &cim_bus_words);
    for (size_t i = 0; i < COUNT(counts); i++) {
        uint32_t words = (counts[i] + 31) / 32;
        fence_t fence = fence_make(words * sizeof(uint32_t), 4);
        uint32_t *bits = (uint32_t *)(void *)fence.memory;
        uint32_t probability = 1 + 9000 * (uint32_t)i;
        assert_int_equal(registers.driver.random(&registers, probability, counts[i], bits),
                         BAYNN_OK);
        assert_int_equal(device->probability, probability);
        assert_int_equal(device->random_bits, counts[i]);
        assert_memory_equal(bits, device->result, words * sizeof(uint32_t));
        fence_check(&fence);
        fence_free(fence);
    }
    assert_int_equal(device->violations, 0);
    cim_device_free(device);
}

static void the_rest_works_too(void **state) {
    (void)state;
    cim_device_t *device = device_make();
    baynn_cim_registers_t registers = cim_registers_open(device, &cim_bus_words);
    const baynn_cim_driver_t *driver = &registers.driver;
    assert_int_equal(driver->sync(&registers), BAYNN_OK);
    assert_int_equal(device->commands[CIM_COMMAND_SYNC], 1);

    assert_int_equal(driver->erase(&registers, 1), BAYNN_OK);
    for (uint32_t i = 0; i < ROWS * COLUMNS; i++) {
        assert_int_equal(device->weights[ROWS * COLUMNS + i], 0);
    }
    uint32_t ones = 0;
    for (uint32_t i = 0; i < ROWS * COLUMNS; i++) {
        ones += device->weights[i] + device->weights[2 * ROWS * COLUMNS + i];
    }
    assert_true(ones > ROWS * COLUMNS / 2);

    uint32_t weights[WORDS] = {1, 2, 3, 4, 5}, writes = 0;
    for (uint32_t i = 0; i < 7; i++) {
        assert_int_equal(driver->program(&registers, 2, 50, weights), BAYNN_OK);
    }
    assert_int_equal(driver->wear(&registers, 2, &writes), BAYNN_OK);
    assert_int_equal(writes, 7);
    assert_int_equal(driver->wear(&registers, 0, &writes), BAYNN_OK);
    assert_int_equal(writes, 0);

    static const int32_t temperatures[] = {25000, -40000, 125000, 0, INT32_MIN};
    for (size_t i = 0; i < COUNT(temperatures); i++) {
        int32_t millidegrees = 1;
        device->millidegrees = temperatures[i];
        assert_int_equal(driver->temperature(&registers, &millidegrees), BAYNN_OK);
        assert_int_equal(millidegrees, temperatures[i]);
    }
    assert_int_equal(device->violations, 0);
    cim_device_free(device);
}

/* --- The caller's errors ----------------------------------------------------- */

static void wrong_arguments_do_not_reach_the_device(void **state) {
    (void)state;
    cim_device_t *device = device_make();
    baynn_cim_registers_t registers = cim_registers_open(device, &cim_bus_words);
    const baynn_cim_driver_t *driver = &registers.driver;
    uint32_t words[2048] = {1}, value = 77;
    int32_t temperature = 77;
    uint32_t accesses = device->accesses;

    assert_int_equal(driver->program(&registers, ARRAYS, 0, words), BAYNN_CIM_DEVICE_ADDRESS);
    assert_int_equal(driver->program(&registers, 0, ROWS, words), BAYNN_CIM_DEVICE_ADDRESS);
    assert_int_equal(driver->program(&registers, 0, 0, NULL), BAYNN_ERROR_NULL);
    assert_int_equal(driver->program(NULL, 0, 0, words), BAYNN_ERROR_NULL);
    assert_int_equal(driver->read(&registers, UINT32_MAX, 0, words), BAYNN_CIM_DEVICE_ADDRESS);
    assert_int_equal(driver->read(&registers, 0, UINT32_MAX, words), BAYNN_CIM_DEVICE_ADDRESS);
    assert_int_equal(driver->read(&registers, 0, 0, NULL), BAYNN_ERROR_NULL);
    assert_int_equal(driver->read(NULL, 0, 0, words), BAYNN_ERROR_NULL);
    assert_int_equal(driver->erase(&registers, ARRAYS), BAYNN_CIM_DEVICE_ADDRESS);
    assert_int_equal(driver->erase(NULL, 0), BAYNN_ERROR_NULL);
    assert_int_equal(driver->wear(&registers, ARRAYS, &value), BAYNN_CIM_DEVICE_ADDRESS);
    assert_int_equal(driver->wear(&registers, 0, NULL), BAYNN_ERROR_NULL);
    assert_int_equal(driver->wear(NULL, 0, &value), BAYNN_ERROR_NULL);
    assert_int_equal(driver->temperature(&registers, NULL), BAYNN_ERROR_NULL);
    assert_int_equal(driver->temperature(NULL, &temperature), BAYNN_ERROR_NULL);
    assert_int_equal(driver->sync(NULL), BAYNN_ERROR_NULL);
    assert_int_equal(driver->random(&registers, 0, 1, words), BAYNN_CIM_DEVICE_ADDRESS);
    assert_int_equal(driver->random(&registers, 65536, 1, words), BAYNN_CIM_DEVICE_ADDRESS);
    assert_int_equal(driver->random(&registers, 1, 0, words), BAYNN_CIM_DEVICE_ADDRESS);
    assert_int_equal(driver->random(&registers, 1, 65537, words), BAYNN_CIM_DEVICE_ADDRESS);
    assert_int_equal(driver->random(&registers, 1, 1, NULL), BAYNN_ERROR_NULL);
    assert_int_equal(driver->random(NULL, 1, 1, words), BAYNN_ERROR_NULL);

    assert_int_equal(device->accesses, accesses);
    assert_int_equal(value, 77);
    assert_int_equal(temperature, 77);
    cim_device_free(device);
}

static void wrong_windows_do_not_reach_the_device(void **state) {
    (void)state;
    cim_device_t *device = device_make();
    baynn_cim_registers_t registers = cim_registers_open(device, &cim_bus_words);
    uint32_t active[4] = {1}, inputs[4] = {1}, counts[PLANES * WORDS];
    const baynn_cim_mac_t good = {sizeof good, 2, 32, 2, WORDS, PLANES, active, inputs};
    uint32_t accesses = device->accesses;
#define ASSERT_REFUSED(field, wrong, status)                                                       \
    do {                                                                                           \
        baynn_cim_mac_t mac = good;                                                                \
        mac.field = wrong;                                                                         \
        assert_int_equal(registers.driver.mac(&registers, &mac, counts), status);                  \
    } while (0)
    ASSERT_REFUSED(struct_bytes, sizeof good - 1, BAYNN_ERROR_ARGUMENT);
    ASSERT_REFUSED(array, ARRAYS, BAYNN_CIM_DEVICE_ADDRESS);
    ASSERT_REFUSED(first_row, 33, BAYNN_CIM_DEVICE_ADDRESS);
    ASSERT_REFUSED(first_row, 64, BAYNN_CIM_DEVICE_ADDRESS);
    ASSERT_REFUSED(first_row, 96, BAYNN_CIM_DEVICE_ADDRESS);
    ASSERT_REFUSED(first_row, 0xFFFFFFE0u, BAYNN_CIM_DEVICE_ADDRESS);
    ASSERT_REFUSED(row_words, 0, BAYNN_CIM_DEVICE_ADDRESS);
    ASSERT_REFUSED(row_words, 3, BAYNN_CIM_DEVICE_ADDRESS);
    ASSERT_REFUSED(row_words, UINT32_MAX, BAYNN_CIM_DEVICE_ADDRESS);
    ASSERT_REFUSED(column_words, 0, BAYNN_CIM_DEVICE_ADDRESS);
    ASSERT_REFUSED(column_words, WORDS + 1, BAYNN_CIM_DEVICE_ADDRESS);
    ASSERT_REFUSED(count_planes, PLANES - 1, BAYNN_CIM_DEVICE_ADDRESS);
    ASSERT_REFUSED(count_planes, PLANES + 1, BAYNN_CIM_DEVICE_ADDRESS);
    ASSERT_REFUSED(active, NULL, BAYNN_ERROR_NULL);
    ASSERT_REFUSED(inputs, NULL, BAYNN_ERROR_NULL);
    assert_int_equal(registers.driver.mac(&registers, NULL, counts), BAYNN_ERROR_NULL);
    assert_int_equal(registers.driver.mac(&registers, &good, NULL), BAYNN_ERROR_NULL);
    assert_int_equal(registers.driver.mac(NULL, &good, counts), BAYNN_ERROR_NULL);
    assert_int_equal(device->accesses, accesses);
    assert_int_equal(registers.driver.mac(&registers, &good, counts), BAYNN_OK);
    assert_counts(device, &good, counts);
    cim_device_free(device);
}

static void nothing_is_done_that_was_not_asked_for(void **state) {
    (void)state;
    cim_device_t *device = device_make();
    baynn_cim_registers_t registers = cim_registers_open(device, &cim_bus_words);
    assert_int_equal(commands(device), 1);
    for (uint32_t operation = 0; operation < OPERATIONS; operation++) {
        assert_int_equal(operate(device, &registers, operation, 1), BAYNN_OK);
        assert_int_equal(commands(device), operation + 2);
    }
    cim_device_free(device);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(rows_are_written_and_read_on_any_bus),
        cmocka_unit_test(counts_are_counted_on_any_bus),
        cmocka_unit_test(a_burst_is_one_access),
        cmocka_unit_test(random_bits_arrive),
        cmocka_unit_test(the_rest_works_too),
        cmocka_unit_test(wrong_arguments_do_not_reach_the_device),
        cmocka_unit_test(wrong_windows_do_not_reach_the_device),
        cmocka_unit_test(nothing_is_done_that_was_not_asked_for),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
