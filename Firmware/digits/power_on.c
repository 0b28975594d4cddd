/* SPDX-License-Identifier: Apache-2.0 */
#include "power_on.h"

#include "console.h"
#include "self_test_names.h"

static void print_test(const baynn_self_test_report_t *report, const self_test_name_t *entry) {
    console_text("  ");
    console_left(entry->name, 10);
    if (report->failed & entry->test) {
        console_text("FAILED");
    } else if (report->completed & entry->test) {
        console_text("ok");
    } else {
        console_text("not run");
    }
    if (report->first_failed == entry->test) {
        if (entry->test == BAYNN_TEST_IMAGE) {
            console_text(" with ");
            console_text(baynn_status_name(-(baynn_status_t)report->first_index));
        } else {
            console_text(" at ");
            console_text(entry->index);
            console_text(" ");
            console_decimal(report->first_index, 0);
        }
        console_text(": found ");
        console_hex(report->first_actual);
        console_text(", expected ");
        console_hex(report->first_expected);
    }
    console_text("\n");
}

bool power_on(void *storage, size_t bytes, const baynn_model_t *model) {
    baynn_self_test_report_t report = {.struct_bytes = sizeof report};
    const baynn_status_t status = baynn_self_test(storage, bytes, model, NULL, &report);
    if (status == BAYNN_OK || status == BAYNN_ERROR_SELF_TEST) {
        for (int i = 0; i < SELF_TEST_COUNT; i += 1) {
            print_test(&report, &self_test_names[i]);
        }
    }
    console_text("  ");
    console_left("result", 10);
    console_text(baynn_status_name(status));
    console_text("\n");
    return status == BAYNN_OK;
}
