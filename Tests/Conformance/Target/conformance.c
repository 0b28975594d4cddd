/* SPDX-License-Identifier: Apache-2.0
 *
 * The suite as firmware: proves the driver of Examples/own-cim-driver on a target. To prove
 * another one, exchange its four lines.
 */
#include "baynn_cim_conformance.h"
#include "console.h"
#include "mx16_driver.h"
#include "mx16_simulated.h"
#include "semihosting.h"

static mx16_simulated_t device;
static mx16_t mx16;
static uint32_t scratch[4096];

static void print_event(void *context, const baynn_cim_conformance_event_t *event) {
    static const char *const outcomes[] = {"", "ok", "FAILED", "skipped"};
    (void)context;
    if (event->outcome != BAYNN_CIM_CONFORMANCE_STARTED) {
        console_left(event->name, 23);
        console_left(outcomes[event->outcome], 9);
        console_text(event->message);
        console_text("\n");
    }
}

int main(void) {
    mx16_simulated_make(&device);
    baynn_status_t status = mx16_open(&mx16, &device, 1000);
    if (status == BAYNN_OK) {
        status = baynn_cim_conformance_run(&mx16_driver, &mx16, NULL, scratch, sizeof scratch,
                                           print_event, NULL);
    }
    console_text(status == BAYNN_OK ? "conformance: ok\n" : "conformance: FAILED\n");
    semihosting_exit(status == BAYNN_OK ? 0 : 1);
}
