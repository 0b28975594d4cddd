/* SPDX-License-Identifier: Apache-2.0 */
#include "support_cim_operations.h"

/* Opening the register driver: who is at the other end of the bus? */

static void open_checks_its_arguments(void **state) {
    (void)state;
    cim_device_t *device = device_make();
    baynn_cim_registers_t registers;
    assert_int_equal(baynn_cim_registers_open(NULL, &cim_bus_words, device, 0), BAYNN_ERROR_NULL);
    assert_int_equal(baynn_cim_registers_open(&registers, NULL, device, 0), BAYNN_ERROR_NULL);
    baynn_cim_bus_t bus = cim_bus_words;
    bus.struct_bytes -= 1;
    assert_open(device, &bus, BAYNN_ERROR_ARGUMENT);
    bus = cim_bus_words;
    bus.reserved = 1;
    assert_open(device, &bus, BAYNN_ERROR_ARGUMENT);
    bus = cim_bus_words;
    bus.read32 = NULL;
    assert_open(device, &bus, BAYNN_ERROR_ARGUMENT);
    bus = cim_bus_words;
    bus.write32 = NULL;
    assert_open(device, &bus, BAYNN_ERROR_ARGUMENT);
    assert_int_equal(device->accesses, 0);
    cim_device_free(device);
}

static void optional_operations_are_there_if_the_device_has_them(void **state) {
    (void)state;
    cim_device_t *device = device_make();
    for (uint32_t capabilities = 0; capabilities < 16; capabilities++) {
        device->capabilities = capabilities;
        baynn_cim_registers_t registers = cim_registers_open(device, &cim_bus_words);
        const baynn_cim_driver_t *driver = &registers.driver;
        assert_int_equal(driver->struct_bytes, sizeof *driver);
        assert_int_equal(driver->capabilities, capabilities);
        assert_int_equal(driver->read != NULL, capabilities & BAYNN_CIM_CAN_READ);
        assert_int_equal(driver->erase != NULL, (capabilities & BAYNN_CIM_CAN_ERASE) != 0);
        assert_int_equal(driver->wear != NULL, (capabilities & BAYNN_CIM_CAN_WEAR) != 0);
        assert_int_equal(driver->temperature != NULL,
                         (capabilities & BAYNN_CIM_CAN_TEMPERATURE) != 0);
        baynn_cim_geometry_t geometry = {.struct_bytes = sizeof geometry};
        assert_int_equal(driver->geometry(&registers, &geometry), BAYNN_OK);
        assert_int_equal(geometry.arrays, ARRAYS);
        assert_int_equal(geometry.rows, ROWS);
        assert_int_equal(geometry.columns, COLUMNS);
        assert_int_equal(geometry.active_rows_max, ACTIVE_MAX);
        assert_int_equal(geometry.random_units, 1);
        geometry.struct_bytes -= 1;
        assert_int_equal(driver->geometry(&registers, &geometry), BAYNN_ERROR_ARGUMENT);
        assert_int_equal(driver->geometry(&registers, NULL), BAYNN_ERROR_NULL);
        assert_int_equal(driver->geometry(NULL, &geometry), BAYNN_ERROR_NULL);
    }
    assert_int_equal(device->violations, 0);
    cim_device_free(device);
}

static void another_device_is_left_alone(void **state) {
    (void)state;
    cim_device_t *device = device_make();
    device->id ^= 1;
    assert_open(device, &cim_bus_words, BAYNN_ERROR_CIM_DEVICE);
    device->id ^= 1;
    device->version = 2;
    assert_open(device, &cim_bus_words, BAYNN_ERROR_CIM_DEVICE);
    assert_int_equal(device->writes, 0);
    device->version = 1;
    device->capabilities = 0x10;
    assert_open(device, &cim_bus_words, BAYNN_ERROR_CIM_DEVICE);
    cim_device_free(device);
}

static void geometry_is_not_trusted(void **state) {
    (void)state;
    static const struct {
        uint32_t arrays, rows, columns, active, units;
        baynn_status_t status;
    } table[] = {
        {1, 32, 32, 1, 1, BAYNN_OK},
        {65536, 4096, 4096, 4096, 64, BAYNN_OK},
        {0, 32, 32, 1, 1, BAYNN_ERROR_CIM_GEOMETRY},
        {65537, 32, 32, 1, 1, BAYNN_ERROR_CIM_GEOMETRY},
        {1, 0, 32, 1, 1, BAYNN_ERROR_CIM_GEOMETRY},
        {1, 33, 32, 1, 1, BAYNN_ERROR_CIM_GEOMETRY},
        {1, 4128, 32, 1, 1, BAYNN_ERROR_CIM_GEOMETRY},
        {1, 32, 0, 1, 1, BAYNN_ERROR_CIM_GEOMETRY},
        {1, 32, 48, 1, 1, BAYNN_ERROR_CIM_GEOMETRY},
        {1, 32, 4128, 1, 1, BAYNN_ERROR_CIM_GEOMETRY},
        {1, 32, 32, 0, 1, BAYNN_ERROR_CIM_GEOMETRY},
        {1, 32, 32, 33, 1, BAYNN_ERROR_CIM_GEOMETRY},
        {1, 32, 32, 1, 0, BAYNN_ERROR_CIM_GEOMETRY},
        {UINT32_MAX, UINT32_MAX, UINT32_MAX, UINT32_MAX, UINT32_MAX, BAYNN_ERROR_CIM_GEOMETRY},
    };
    for (size_t i = 0; i < COUNT(table); i++) {
        cim_device_t *device = device_make();
        device->arrays = table[i].arrays;
        device->rows = table[i].rows;
        device->columns = table[i].columns;
        device->active_max = table[i].active;
        device->units = table[i].units;
        assert_open(device, &cim_bus_words, table[i].status);
        cim_device_free(device);
    }
}

/* A controller that was reset in the middle of an operation finds a busy device. */
static void a_busy_device_is_reset(void **state) {
    (void)state;
    cim_device_t *device = device_make();
    device->busy_left = UINT32_MAX;
    baynn_cim_registers_t registers = cim_registers_open(device, &cim_bus_words);
    assert_int_equal(device->commands[CIM_COMMAND_RESET], 1);
    assert_int_equal(registers.driver.sync(&registers), BAYNN_OK);
    assert_int_equal(device->violations, 0);
    cim_device_free(device);
}

/* Driver and state lie in the structure that the header declares, and nowhere else. */
static void the_driver_stays_in_its_structure(void **state) {
    (void)state;
    cim_device_t *device = device_make();
    fence_t fence = fence_make(sizeof(baynn_cim_registers_t), 8);
    baynn_cim_registers_t *registers = (baynn_cim_registers_t *)(void *)fence.memory;
    assert_int_equal(baynn_cim_registers_open(registers, &cim_bus_words, device, 0), BAYNN_OK);
    assert_int_equal(registers->driver.sync(registers), BAYNN_OK);
    fence_check(&fence);
    fence_free(fence);
    cim_device_free(device);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(open_checks_its_arguments),
        cmocka_unit_test(the_driver_stays_in_its_structure),
        cmocka_unit_test(optional_operations_are_there_if_the_device_has_them),
        cmocka_unit_test(another_device_is_left_alone),
        cmocka_unit_test(geometry_is_not_trusted),
        cmocka_unit_test(a_busy_device_is_reset),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
