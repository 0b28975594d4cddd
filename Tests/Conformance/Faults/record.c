/* SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "record.h"

device_t device;
uint32_t scratch[8192];

record_t record;

static void line(char *lines, size_t bytes, const baynn_cim_conformance_event_t *event) {
    const size_t length = strlen(lines);
    snprintf(lines + length, bytes - length, "%s: %s\n", event->name, event->message);
}

static void note(void *context, const baynn_cim_conformance_event_t *event) {
    record_t *into = context;
    switch (event->outcome) {
    case BAYNN_CIM_CONFORMANCE_STARTED:
        assert_int_equal(event->check, into->passed + into->failed + into->skipped);
        break;
    case BAYNN_CIM_CONFORMANCE_PASSED:
        assert_string_equal(event->message, "");
        into->passed += 1;
        break;
    case BAYNN_CIM_CONFORMANCE_FAILED:
        into->failed += 1;
        line(into->failures, sizeof into->failures, event);
        break;
    case BAYNN_CIM_CONFORMANCE_SKIPPED:
        into->skipped += 1;
        line(into->skips, sizeof into->skips, event);
        break;
    }
}

baynn_cim_conformance_options_t options_with_power(void) {
    return (baynn_cim_conformance_options_t){
        .struct_bytes = sizeof(baynn_cim_conformance_options_t), .power_cycle = device_power_cycle};
}

baynn_status_t run(const baynn_cim_conformance_options_t *options) {
    memset(&record, 0, sizeof record);
    return baynn_cim_conformance_run(&device.driver, &device, options, scratch, sizeof scratch,
                                     note, &record);
}

bool has_failed(const char *check) {
    char beginning[64];
    snprintf(beginning, sizeof beginning, "%s: ", check);
    const char *found = strstr(record.failures, beginning);
    return found != NULL && (found == record.failures || found[-1] == '\n');
}
