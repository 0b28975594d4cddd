/* SPDX-License-Identifier: Apache-2.0 */
#include "support_cim_operations.h"

/* Devices and buses that fail: errors come out, and the next operation works. */

static void device_errors_come_out(void **state) {
    (void)state;
    static const uint32_t codes[] = {1, 2, 3, 4, 5, 6, 7, 99};
    for (uint32_t operation = 0; operation < OPERATIONS; operation++) {
        for (size_t i = 0; i < COUNT(codes); i++) {
            cim_device_t *device = device_make();
            baynn_cim_registers_t registers = cim_registers_open(device, &cim_bus_words);
            device->fails = 1;
            device->fail_code = codes[i];
            assert_int_equal(operate(device, &registers, operation, i), -1000 - (int32_t)codes[i]);
            assert_int_equal(operate(device, &registers, 2, i), BAYNN_OK);
            assert_int_equal(device->commands[CIM_COMMAND_RESET], 2);
            assert_int_equal(operate(device, &registers, 2, i), BAYNN_OK);
            assert_int_equal(device->commands[CIM_COMMAND_RESET], 2);
            assert_int_equal(device->violations, 0);
            cim_device_free(device);
        }
    }
}

static void codes_are_not_trusted(void **state) {
    (void)state;
    static const uint32_t codes[] = {0,     100,   101,        999,         1000,
                                     65535, 65536, 0x7FFFFFFF, 0x80000000u, UINT32_MAX};
    for (size_t i = 0; i < COUNT(codes); i++) {
        cim_device_t *device = device_make();
        baynn_cim_registers_t registers = cim_registers_open(device, &cim_bus_words);
        device->fails = 1;
        device->fail_code = codes[i];
        assert_int_equal(registers.driver.sync(&registers), BAYNN_ERROR_CIM_DEVICE);
        assert_int_equal(operate(device, &registers, 2, i), BAYNN_OK);
        cim_device_free(device);
    }
}

static void the_device_checks_how_many_rows_are_driven(void **state) {
    (void)state;
    cim_device_t *device = device_make();
    baynn_cim_registers_t registers = cim_registers_open(device, &cim_bus_words);
    uint32_t active[1] = {0}, inputs[1] = {0}, counts[PLANES];
    baynn_cim_mac_t mac = {sizeof mac, 0, 0, 1, 1, PLANES, active, inputs};
    assert_int_equal(registers.driver.mac(&registers, &mac, counts), BAYNN_CIM_DEVICE_ROWS);
    active[0] = (1u << (ACTIVE_MAX + 1)) - 1;
    assert_int_equal(registers.driver.mac(&registers, &mac, counts), BAYNN_CIM_DEVICE_ROWS);
    active[0] >>= 1;
    assert_int_equal(registers.driver.mac(&registers, &mac, counts), BAYNN_OK);
    cim_device_free(device);
}

static void polls_are_counted(void **state) {
    (void)state;
    for (uint32_t operation = 0; operation < OPERATIONS; operation++) {
        cim_device_t *device = device_make();
        baynn_cim_registers_t registers;
        assert_int_equal(baynn_cim_registers_open(&registers, &cim_bus_words, device, 10),
                         BAYNN_OK);
        device->busy_polls = 9;
        assert_int_equal(operate(device, &registers, operation, 1), BAYNN_OK);
        device->busy_polls = UINT32_MAX;
        assert_int_equal(operate(device, &registers, operation, 1), BAYNN_ERROR_CIM_TIMEOUT);
        /* It has been stopped at once. */
        assert_int_equal(device->commands[CIM_COMMAND_RESET], 2);
        assert_int_equal(device->busy_left, 0);
        device->busy_polls = 9;
        assert_int_equal(operate(device, &registers, 2, 1), BAYNN_OK);
        assert_int_equal(device->violations, 0);
        device->busy_polls = 10;
        assert_int_equal(operate(device, &registers, operation, 1), BAYNN_ERROR_CIM_TIMEOUT);
        /* Nor does the reset end in time. */
        assert_int_equal(operate(device, &registers, operation, 1), BAYNN_ERROR_CIM_TIMEOUT);
        device->busy_polls = 0;
        assert_int_equal(operate(device, &registers, 2, 1), BAYNN_OK);
        cim_device_free(device);
    }
}

static void the_default_is_to_poll_often(void **state) {
    (void)state;
    cim_device_t *device = device_make();
    baynn_cim_registers_t registers = cim_registers_open(device, &cim_bus_words);
    device->busy_polls = BAYNN_CIM_POLLS_DEFAULT - 1;
    assert_int_equal(registers.driver.sync(&registers), BAYNN_OK);
    device->busy_polls = BAYNN_CIM_POLLS_DEFAULT;
    assert_int_equal(registers.driver.sync(&registers), BAYNN_ERROR_CIM_TIMEOUT);
    cim_device_free(device);
}

/* A device that was reset behind the driver's back is idle and has done nothing. */
static void lost_commands_are_noticed(void **state) {
    (void)state;
    for (uint32_t operation = 0; operation < OPERATIONS; operation++) {
        cim_device_t *device = device_make();
        baynn_cim_registers_t registers = cim_registers_open(device, &cim_bus_words);
        device->loses = 1;
        assert_int_equal(operate(device, &registers, operation, 1), BAYNN_ERROR_CIM_DEVICE);
        assert_int_equal(operate(device, &registers, operation, 1), BAYNN_OK);
        cim_device_free(device);
    }
}

static void an_empty_bus_is_noticed_soon(void **state) {
    (void)state;
    cim_device_t *device = device_make();
    baynn_cim_registers_t registers = cim_registers_open(device, &cim_bus_words);
    device->status_bits = UINT32_MAX;
    uint32_t words = device->words;
    assert_int_equal(registers.driver.sync(&registers), BAYNN_ERROR_CIM_DEVICE);
    assert_int_equal(device->words - words, 2);
    device->status_bits = 8;
    assert_int_equal(registers.driver.sync(&registers), BAYNN_ERROR_CIM_DEVICE);
    device->status_bits = 0;
    assert_int_equal(registers.driver.sync(&registers), BAYNN_OK);
    cim_device_free(device);
}

/* --- Every access fails once -------------------------------------------------- */

static void every_access_of_opening_may_fail(void **state) {
    (void)state;
    for (uint32_t access = 1;; access++) {
        cim_device_t *device = device_make();
        device->busy_polls = 2;
        device->fail_access = access;
        baynn_cim_registers_t registers;
        baynn_status_t status = baynn_cim_registers_open(&registers, &cim_bus_words, device, 0);
        uint32_t accesses = device->accesses;
        if (status == BAYNN_OK) {
            assert_int_equal(accesses, access - 1);
            assert_true(access > 10);
            cim_device_free(device);
            return;
        }
        assert_int_equal(status, CIM_FAILED);
        assert_int_equal(accesses, access);
        assert_open(device, &cim_bus_words, BAYNN_OK);
        cim_device_free(device);
    }
}

static void every_access_may_fail(const baynn_cim_bus_t *bus, uint32_t operation) {
    for (uint32_t access = 1;; access++) {
        cim_device_t *device = device_make();
        device->busy_polls = 2;
        baynn_cim_registers_t registers = cim_registers_open(device, bus);
        device->fail_access = device->accesses + access;
        baynn_status_t status = operate(device, &registers, operation, access);
        if (status == BAYNN_OK) {
            assert_true(device->accesses < device->fail_access);
            cim_device_free(device);
            return;
        }
        assert_int_equal(status, CIM_FAILED);
        assert_int_equal(device->accesses, device->fail_access);
        assert_int_equal(operate(device, &registers, 2, access), BAYNN_OK);
        assert_int_equal(operate(device, &registers, operation, access), BAYNN_OK);
        assert_int_equal(device->commands[CIM_COMMAND_RESET], 2);
        assert_int_equal(device->violations, 0);
        cim_device_free(device);
    }
}

static void every_access_of_every_operation_may_fail(void **state) {
    (void)state;
    for (uint32_t operation = 0; operation < OPERATIONS; operation++) {
        every_access_may_fail(&cim_bus_words, operation);
        every_access_may_fail(&cim_bus_bursts, operation);
    }
}

/* The stop after a timeout fails too; the timeout is what comes out. */
static void a_stop_that_fails_changes_nothing(void **state) {
    (void)state;
    cim_device_t *device = device_make();
    baynn_cim_registers_t registers;
    assert_int_equal(baynn_cim_registers_open(&registers, &cim_bus_words, device, 10), BAYNN_OK);
    device->busy_polls = UINT32_MAX;
    /* COMMAND, ten times STATUS, and then the stop. */
    device->fail_access = device->accesses + 12;
    assert_int_equal(registers.driver.sync(&registers), BAYNN_ERROR_CIM_TIMEOUT);
    assert_int_equal(device->accesses, device->fail_access);
    assert_int_equal(device->busy_left, UINT32_MAX);
    device->busy_polls = 0;
    assert_int_equal(operate(device, &registers, 2, 1), BAYNN_OK);
    assert_int_equal(device->violations, 0);
    cim_device_free(device);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(device_errors_come_out),
        cmocka_unit_test(codes_are_not_trusted),
        cmocka_unit_test(the_device_checks_how_many_rows_are_driven),
        cmocka_unit_test(polls_are_counted),
        cmocka_unit_test(the_default_is_to_poll_often),
        cmocka_unit_test(lost_commands_are_noticed),
        cmocka_unit_test(an_empty_bus_is_noticed_soon),
        cmocka_unit_test(every_access_of_opening_may_fail),
        cmocka_unit_test(every_access_of_every_operation_may_fail),
        cmocka_unit_test(a_stop_that_fails_changes_nothing),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
