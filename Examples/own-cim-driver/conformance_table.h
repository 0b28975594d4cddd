/* SPDX-License-Identifier: Apache-2.0 */
#ifndef CONFORMANCE_TABLE_H
#define CONFORMANCE_TABLE_H

#include "baynn_cim_conformance.h"

/** How many checks ended how. */
typedef struct conformance_table {
    uint32_t passed;
    uint32_t failed;
    uint32_t skipped;
} conformance_table_t;

/** A report callback that prints a line a check; its context is a conformance_table_t of
 *  zeros. In colour on a terminal, unless NO_COLOR is set. */
void conformance_table_line(void *context, const baynn_cim_conformance_event_t *event);

#endif
