/* SPDX-License-Identifier: Apache-2.0
 *
 * The register driver of the shipped archive keeps to the contract, on any bus.
 */
#include "baynn_cim_conformance.h"
#include "support_cim_bus.h"

static uint32_t scratch[2560];

static void print_failure(void *context, const baynn_cim_conformance_event_t *event) {
    (void)context;
    if (event->outcome == BAYNN_CIM_CONFORMANCE_FAILED) {
        print_error("%s: %s\n", event->name, event->message);
    }
}

static void conforms(cim_device_t *device, const baynn_cim_bus_t *bus) {
    baynn_cim_registers_t registers = cim_registers_open(device, bus);
    assert_int_equal(baynn_cim_conformance_run(&registers.driver, &registers, NULL, scratch,
                                               sizeof scratch, print_failure, NULL),
                     BAYNN_OK);
    assert_int_equal(device->violations, 0);
    cim_device_free(device);
}

static void registers_conform_on_a_bus_of_words(void **state) {
    (void)state;
    conforms(cim_device_make(2, 64, 96, 16), &cim_bus_words);
}

static void registers_conform_on_a_bus_with_bursts(void **state) {
    (void)state;
    conforms(cim_device_make(2, 64, 96, 16), &cim_bus_bursts);
}

static void registers_conform_while_the_device_is_busy(void **state) {
    (void)state;
    cim_device_t *device = cim_device_make(1, 32, 32, 32);
    device->busy_polls = 3;
    conforms(device, &cim_bus_words);
}

/* All rows of an array at once, and a device that has nothing that is optional. */
static void registers_conform_without_capabilities(void **state) {
    (void)state;
    cim_device_t *device = cim_device_make(1, 128, 32, 128);
    device->capabilities = 0;
    conforms(device, &cim_bus_bursts);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(registers_conform_on_a_bus_of_words),
        cmocka_unit_test(registers_conform_on_a_bus_with_bursts),
        cmocka_unit_test(registers_conform_while_the_device_is_busy),
        cmocka_unit_test(registers_conform_without_capabilities),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
