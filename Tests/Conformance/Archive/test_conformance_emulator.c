/* SPDX-License-Identifier: Apache-2.0
 *
 * The emulated device, behind the register driver of the shipped archive, keeps to the contract:
 * an ideal one to all of it, one with the published spreads within tolerances.
 */
#include <stdio.h>
#include <stdlib.h>

#include "baynn/cim_emulator.h"
#include "baynn_cim_conformance.h"
#include "support.h"

static uint32_t scratch[2560];
static baynn_cim_registers_t registers;

/** What a run has said. */
typedef struct said {
    uint32_t failed;
    char names[1024];
} said_t;

static void note(void *context, const baynn_cim_conformance_event_t *event) {
    said_t *said = context;
    if (event->outcome == BAYNN_CIM_CONFORMANCE_FAILED) {
        said->failed += 1;
        const size_t length = strlen(said->names);
        snprintf(said->names + length, sizeof said->names - length, "%s: %s\n", event->name,
                 event->message);
    }
}

static baynn_cim_emulator_t *emulator;
static baynn_cim_bus_t bus;

static baynn_status_t power_cycle(void *context) {
    const baynn_status_t status = baynn_cim_emulator_power_on(emulator, 0);
    return status != BAYNN_OK ? status : baynn_cim_registers_open(context, &bus, emulator, 0);
}

static said_t prove(baynn_cim_emulator_config_t config, baynn_cim_conformance_options_t options) {
    said_t said = {0};
    size_t bytes;
    config.struct_bytes = sizeof config;
    options.struct_bytes = sizeof options;
    options.power_cycle = power_cycle;
    assert_int_equal(baynn_cim_emulator_storage_bytes(&config, &bytes), BAYNN_OK);
    void *storage = malloc(bytes);
    assert_non_null(storage);
    assert_int_equal(baynn_cim_emulator_init(storage, bytes, &config, &emulator), BAYNN_OK);
    bus.struct_bytes = sizeof bus;
    assert_int_equal(baynn_cim_emulator_bus(emulator, &bus), BAYNN_OK);
    assert_int_equal(baynn_cim_registers_open(&registers, &bus, emulator, 0), BAYNN_OK);
    const baynn_status_t status = baynn_cim_conformance_run(&registers.driver, &registers, &options,
                                                            scratch, sizeof scratch, note, &said);
    assert_int_equal(status, said.failed == 0 ? BAYNN_OK : BAYNN_ERROR_SELF_TEST);
    free(storage);
    return said;
}

static void assert_found(said_t said, const char *check) {
    if (strstr(said.names, check) == NULL) {
        print_error("%s has not failed, but\n%s", check, said.names);
    }
    assert_non_null(strstr(said.names, check));
}

static const baynn_cim_emulator_config_t small = {
    .arrays = 2, .rows = 64, .columns = 64, .active_rows_max = 16, .seed = 5};

/* Means of 0 are the published ones: 135700 and 53200 nS. */
static baynn_cim_emulator_config_t published(void) {
    baynn_cim_emulator_config_t config = small;
    config.parallel_deviation_ns = 5500;
    config.antiparallel_deviation_ns = 2500;
    return config;
}

static void ideal_device_conforms(void **state) {
    (void)state;
    const baynn_cim_conformance_options_t options = {0};
    assert_string_equal(prove(small, options).names, "");
    baynn_cim_emulator_config_t other = small;
    other.arrays = 1;
    other.active_rows_max = 64;
    other.random_units = 3;
    other.busy_polls = 2;
    assert_string_equal(prove(other, options).names, "");
}

static void published_spreads_conform_within_tolerances(void **state) {
    (void)state;
    baynn_cim_conformance_options_t options = {.active_rows = 1};
    assert_string_equal(prove(published(), options).names, "");
    options.active_rows = 16;
    options.wrong_counts_ppm_max = 40000;
    assert_string_equal(prove(published(), options).names, "");
    options.wrong_counts_ppm_max = 0;
    assert_found(prove(published(), options), "mac.counts: ");
}

static void faults_are_found(void **state) {
    (void)state;
    const baynn_cim_conformance_options_t options = {0};
    baynn_cim_emulator_config_t config = small;
    config.stuck_parallel_ppm = 2000;
    assert_found(prove(config, options), "program.patterns: ");
    config = small;
    config.silent_write_ppm = 2000;
    assert_found(prove(config, options), "program.patterns: ");
    config = small;
    config.converter_saturation = 12;
    assert_found(prove(config, options), "mac.counts: ");
    config = small;
    config.unit_reset_failure_ppm = 100000;
    assert_found(prove(config, options), "random.correlation: ");
    config = small;
    config.unit_stuck = BAYNN_CIM_UNIT_STUCK_KEEP;
    assert_found(prove(config, options), "random.frequency: ");
    config = small;
    config.unit_current_deviation_ppm = 10000;
    assert_found(prove(config, options), "random.frequency: ");
    config = small;
    config.noticed_write_ppm = 50000;
    assert_found(prove(config, options), "program.patterns: ");
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(ideal_device_conforms),
        cmocka_unit_test(published_spreads_conform_within_tolerances),
        cmocka_unit_test(faults_are_found),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
