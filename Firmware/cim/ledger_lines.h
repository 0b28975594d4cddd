/* SPDX-License-Identifier: Apache-2.0 */
#ifndef LEDGER_LINES_H
#define LEDGER_LINES_H

#include <stdbool.h>

#include "baynn.h"
#include "baynn/cim.h"

/** Prints operations, energy and time of the arrays for each of `inferences` since the ledger
 *  was cleared.
 *  @return whether that could be done */
bool ledger_lines(const baynn_cim_t *cim, uint32_t inferences);

#endif
