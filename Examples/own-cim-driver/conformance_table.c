/* SPDX-License-Identifier: Apache-2.0 */
#include "conformance_table.h"

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

static void print_outcome(const char *word, const char *colour, bool terminal) {
    if (terminal && getenv("NO_COLOR") == NULL) {
        printf("\x1b[%sm%-8s\x1b[0m", colour, word);
    } else {
        printf("%-8s", word);
    }
}

void conformance_table_line(void *context, const baynn_cim_conformance_event_t *event) {
    conformance_table_t *table = context;
    const bool terminal = isatty(STDOUT_FILENO) != 0;
    switch (event->outcome) {
    case BAYNN_CIM_CONFORMANCE_STARTED:
        printf("  %2u/%u  %-22s", (unsigned)event->check + 1, (unsigned)event->checks, event->name);
        /* Seen while the check runs: if a device hangs, this is where. */
        fflush(stdout);
        return;
    case BAYNN_CIM_CONFORMANCE_PASSED:
        table->passed += 1;
        print_outcome("ok", "32", terminal);
        printf("%s\n", event->claim);
        return;
    case BAYNN_CIM_CONFORMANCE_FAILED:
        table->failed += 1;
        print_outcome("FAILED", "31", terminal);
        printf("%s\n%17s%s\n", event->claim, "", event->message);
        return;
    case BAYNN_CIM_CONFORMANCE_SKIPPED:
        table->skipped += 1;
        print_outcome("skipped", "33", terminal);
        printf("%s\n", event->message);
        return;
    }
}
