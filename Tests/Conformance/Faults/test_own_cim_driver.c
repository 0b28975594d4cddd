/* SPDX-License-Identifier: Apache-2.0
 *
 * The driver of Examples/own-cim-driver: the contract, and what the suite cannot provoke.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#include "baynn_cim_conformance.h"
#include "mx16_driver.h"
#include "mx16_port.h"
#include "mx16_simulated.h"

static mx16_simulated_t device;
static mx16_t mx16;

static int open_device(void **state) {
    (void)state;
    mx16_simulated_make(&device);
    return mx16_open(&mx16, &device, 100) == BAYNN_OK ? 0 : -1;
}

static void driver_conforms(void **state) {
    (void)state;
    static uint32_t scratch[4096];
    assert_int_equal(
        baynn_cim_conformance_run(&mx16_driver, &mx16, NULL, scratch, sizeof scratch, NULL, NULL),
        BAYNN_OK);
}

static baynn_status_t operate(uint32_t operation) {
    uint32_t words[16] = {1};
    const uint32_t inputs[1] = {0};
    const baynn_cim_mac_t mac = {.struct_bytes = sizeof mac,
                                 .row_words = 1,
                                 .column_words = 2,
                                 .count_planes = 5,
                                 .active = words,
                                 .inputs = inputs};
    uint32_t counts[10];
    switch (operation) {
    case 0:
        return mx16_driver.program(&mx16, 0, 0, words);
    case 1:
        return mx16_driver.mac(&mx16, &mac, counts);
    case 2:
        return mx16_driver.random(&mx16, 32768, 512, words);
    case 3:
        return mx16_driver.sync(&mx16);
    case 4:
        return mx16_driver.read(&mx16, 0, 0, words);
    default:
        return mx16_driver.erase(&mx16, 0);
    }
}

enum { OPERATIONS = 6 };

static void device_that_hangs_times_out(void **state) {
    (void)state;
    for (uint32_t operation = 0; operation < OPERATIONS; operation += 1) {
        device.hangs = true;
        assert_int_equal(operate(operation), BAYNN_ERROR_CIM_TIMEOUT);
        assert_int_equal(operate(operation), BAYNN_ERROR_CIM_TIMEOUT);
        device.hangs = false;
        for (uint32_t next = 0; next < OPERATIONS; next += 1) {
            assert_int_equal(operate(next), BAYNN_OK);
        }
    }
}

static void failed_write_is_told_once(void **state) {
    (void)state;
    device.failing_write = 2;
    assert_int_equal(operate(0), BAYNN_OK);
    assert_int_equal(operate(0), BAYNN_ERROR_CIM_WRITE);
    assert_int_equal(operate(0), BAYNN_OK);
}

static void fault_left_behind_is_cleared(void **state) {
    (void)state;
    mx16_in(&device, MX16_ENTROPY);
    device.registers[MX16_ENTROPY_LEVEL] = 0;
    mx16_in(&device, MX16_ENTROPY);
    assert_int_equal(device.registers[MX16_FAULT], MX16_FAULT_ENTROPY);
    assert_int_equal(mx16_open(&mx16, &device, 100), BAYNN_OK);
    assert_int_equal(operate(2), BAYNN_OK);
}

static void other_device_is_not_opened(void **state) {
    (void)state;
    device.registers[MX16_ID] = 0xFFFF;
    assert_int_equal(mx16_open(&mx16, &device, 100), BAYNN_ERROR_CIM_DEVICE);
}

/* Registers of 16 bits would take 65536 for 0. */
static void wide_arguments_are_not_narrowed(void **state) {
    (void)state;
    const uint32_t ones[2] = {UINT32_MAX, UINT32_MAX};
    assert_true(mx16_driver.program(&mx16, 65536, 0, ones) <= -2000);
    assert_true(mx16_driver.program(&mx16, 0, 65536, ones) <= -2000);
    assert_int_equal(device.writes, 0);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(driver_conforms, open_device),
        cmocka_unit_test_setup(device_that_hangs_times_out, open_device),
        cmocka_unit_test_setup(failed_write_is_told_once, open_device),
        cmocka_unit_test_setup(fault_left_behind_is_cleared, open_device),
        cmocka_unit_test_setup(other_device_is_not_opened, open_device),
        cmocka_unit_test_setup(wide_arguments_are_not_narrowed, open_device),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
