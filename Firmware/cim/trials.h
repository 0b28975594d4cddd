/* SPDX-License-Identifier: Apache-2.0 */
#ifndef TRIALS_H
#define TRIALS_H

#include <stdbool.h>
#include <stddef.h>

#include "device.h"

/** Predicts the held-out digits without arrays, on ideal ones and on ones with spreads, and
 *  prints a line for each with a hash over all predictions, and what the last ones cost.
 *
 *  @param storage for a session
 *  @return whether ideal arrays give the same predictions, bit for bit, as no arrays */
bool trials(device_t *device, const baynn_model_t *model, baynn_cim_t *cim, void *storage,
            size_t bytes);

#endif
