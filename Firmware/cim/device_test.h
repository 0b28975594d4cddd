/* SPDX-License-Identifier: Apache-2.0 */
#ifndef DEVICE_TEST_H
#define DEVICE_TEST_H

#include <stdbool.h>
#include <stddef.h>

#include "device.h"

/** Runs the power-on self-test of everything, arrays included, in steps, and prints it.
 *
 *  @param storage for the self-test
 *  @param tests   BAYNN_TEST_..., 0 for all
 *  @param report  struct_bytes set
 *  @return its result */
baynn_status_t device_test(baynn_cim_t *cim, void *storage, size_t bytes, uint32_t tests,
                           baynn_self_test_report_t *report);

/** Breaks a healthy device that holds a model in one way after the other, and prints what the
 *  self-test says: a stuck stochastic unit, a cell that has lost its weight, which scrubbing
 *  repairs, and stuck cells, which it cannot.
 *
 *  @return whether each fault made the right test fail */
bool device_faults_are_found(device_t *device, baynn_cim_t *cim, void *storage, size_t bytes);

#endif
