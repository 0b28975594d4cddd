/* SPDX-License-Identifier: Apache-2.0
 *
 * Proves a user's own driver, then runs a model on it: what one does with real silicon.
 */
#include <stdio.h>
#include <stdlib.h>

#include "compare.h"
#include "conformance_table.h"
#include "mx16_driver.h"
#include "mx16_simulated.h"

static mx16_simulated_t device;
static mx16_t mx16;
static uint32_t scratch[4096];

static baynn_status_t power_cycle(void *context) {
    const mx16_t *driver = context;
    mx16_simulated_power_cycle(driver->port);
    return mx16_open(context, driver->port, driver->polls_max);
}

static bool driver_conforms(void) {
    const baynn_cim_conformance_options_t options = {.struct_bytes = sizeof options,
                                                     .power_cycle = power_cycle};
    conformance_table_t table = {0};
    const baynn_status_t status = baynn_cim_conformance_run(
        &mx16_driver, &mx16, &options, scratch, sizeof scratch, conformance_table_line, &table);
    printf("  %u passed, %u failed, %u skipped\n\n", (unsigned)table.passed, (unsigned)table.failed,
           (unsigned)table.skipped);
    if (status != BAYNN_OK && status != BAYNN_ERROR_SELF_TEST) {
        fprintf(stderr, "own-cim-driver: the checks do not fit the device: %s\n",
                baynn_status_name(status));
    }
    return status == BAYNN_OK;
}

int main(int argc, char **argv) {
    if (argc != 3) {
        fprintf(stderr,
                "usage: %s MODEL DATA, for example\n"
                "Examples/Models/digits/digits.baynn Examples/Models/digits/digits-test.u8\n",
                argv[0]);
        return EXIT_FAILURE;
    }
    mx16_simulated_make(&device);
    const baynn_status_t status = mx16_open(&mx16, &device, 1000);
    if (status != BAYNN_OK) {
        fprintf(stderr, "own-cim-driver: no MX-16: %s\n", baynn_status_name(status));
        return EXIT_FAILURE;
    }
    printf("Does the driver of the MX-16 keep to the contract?\n");
    if (!driver_conforms()) {
        return EXIT_FAILURE;
    }
    printf("The digits model on the MX-16\n");
    return compare_digits(&mx16_driver, &mx16, argv[1], argv[2]) ? EXIT_SUCCESS : EXIT_FAILURE;
}
