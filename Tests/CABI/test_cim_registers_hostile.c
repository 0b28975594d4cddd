/* SPDX-License-Identifier: Apache-2.0 */
#include "support_cim_operations.h"

/* Devices that answer at random: an error, but neither a hang nor a wild access. */

static int is_known(baynn_status_t status) {
    return status == BAYNN_OK || status == BAYNN_ERROR_CIM_GEOMETRY ||
           status == BAYNN_ERROR_CIM_TIMEOUT || status == BAYNN_ERROR_CIM_DEVICE ||
           (status <= -1001 && status >= -1099);
}

/** Every operation on a device that answers at random. */
static void operate_hostile(baynn_cim_registers_t *registers) {
    const baynn_cim_driver_t *driver = &registers->driver;
    baynn_cim_geometry_t geometry = {.struct_bytes = sizeof geometry};
    assert_int_equal(driver->geometry(registers, &geometry), BAYNN_OK);
    assert_in_range(geometry.rows, 32, 4096);
    assert_in_range(geometry.columns, 32, 4096);
    uint32_t planes = 0;
    while (geometry.active_rows_max >> planes != 0) {
        planes++;
    }
    fence_t row = fence_make(geometry.columns / 8, 4);
    fence_t counts = fence_make(planes * (geometry.columns / 8), 4);
    uint32_t active[128] = {1}, inputs[128] = {0};
    baynn_cim_mac_t mac = {sizeof mac, 0,      0,     geometry.rows / 32, geometry.columns / 32,
                           planes,     active, inputs};
    uint32_t bits[32], writes;
    int32_t millidegrees;
    assert_true(is_known(driver->program(registers, 0, 0, (uint32_t *)(void *)row.memory)));
    assert_true(is_known(driver->mac(registers, &mac, (uint32_t *)(void *)counts.memory)));
    assert_true(is_known(driver->random(registers, 1, 1024, bits)));
    assert_true(is_known(driver->sync(registers)));
    if (driver->read != NULL) {
        assert_true(is_known(driver->read(registers, 0, 0, (uint32_t *)(void *)row.memory)));
    }
    if (driver->erase != NULL) {
        assert_true(is_known(driver->erase(registers, 0)));
    }
    if (driver->wear != NULL) {
        assert_true(is_known(driver->wear(registers, 0, &writes)));
    }
    if (driver->temperature != NULL) {
        assert_true(is_known(driver->temperature(registers, &millidegrees)));
    }
    fence_check(&row);
    fence_check(&counts);
    fence_free(row);
    fence_free(counts);
}

static void hostile_devices_do_no_harm(void **state) {
    (void)state;
    uint32_t opened = 0;
    for (uint64_t seed = 1; seed <= 20000; seed++) {
        cim_device_t *device = cim_device_make(1, 32, 32, 4);
        device->hostile = seed;
        baynn_cim_registers_t registers;
        baynn_status_t status = baynn_cim_registers_open(&registers, &cim_bus_words, device, 8);
        assert_true(is_known(status));
        /* Most do not open; so some turn hostile later. */
        if (status != BAYNN_OK && seed % 16 == 0) {
            device->hostile = 0;
            device->busy_left = 0;
            assert_int_equal(baynn_cim_registers_open(&registers, &cim_bus_bursts, device, 8),
                             BAYNN_OK);
            device->hostile = seed;
            status = BAYNN_OK;
        }
        if (status == BAYNN_OK) {
            opened += 1;
            operate_hostile(&registers);
        }
        cim_device_free(device);
    }
    assert_true(opened > 1000);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(hostile_devices_do_no_harm),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
