/* SPDX-License-Identifier: Apache-2.0
 *
 * The suite, run on the reference device, and what it has said.
 */
#ifndef RECORD_H
#define RECORD_H

#include <stdbool.h>

#include "baynn_cim_conformance.h"
#include "reference_device.h"

extern device_t device;
extern uint32_t scratch[8192];

typedef struct record {
    uint32_t passed;
    uint32_t failed;
    uint32_t skipped;
    /** Names and messages of what has failed and been skipped, a line each. */
    char failures[8192];
    char skips[4096];
} record_t;

extern record_t record;

/** Options with nothing but a power_cycle. */
baynn_cim_conformance_options_t options_with_power(void);

/** Runs the suite on the device. */
baynn_status_t run(const baynn_cim_conformance_options_t *options);

/** Whether the record has a failure of a check. */
bool has_failed(const char *check);

#endif
