/* SPDX-License-Identifier: Apache-2.0 */
#ifndef DRIVER_CHECK_H
#define DRIVER_CHECK_H

#include <stdbool.h>

#include "device.h"

/** Runs the conformance suite on the driver of a small ideal device, and prints what failed or
 *  was left out, and a summary.
 *  @return whether the driver keeps to its contract */
bool driver_check(device_t *device);

#endif
