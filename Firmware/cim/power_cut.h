/* SPDX-License-Identifier: Apache-2.0 */
#ifndef POWER_CUT_H
#define POWER_CUT_H

#include <stdbool.h>
#include <stddef.h>

#include "device.h"

/** Cuts the power while a model is being programmed, starts again as after a reset, and
 *  programs what is missing. Leaves a healthy device that holds the model.
 *
 *  @param cim     receives the model on the arrays
 *  @param storage for a session
 *  @return whether no session was to be had in between, and one afterwards, and whether the
 *          array that was complete was not written again */
bool power_cut_is_survived(device_t *device, const baynn_model_t *model, baynn_cim_t *cim,
                           void *storage, size_t bytes);

#endif
