/* SPDX-License-Identifier: Apache-2.0
 *
 * The operations of the reference device, which are in several files.
 */
#ifndef REFERENCE_OPERATIONS_H
#define REFERENCE_OPERATIONS_H

#include "reference_device.h"

/** An error, or what a fault makes of it. */
baynn_status_t device_refuse(device_t *device, fault_t swallower);

/** Each operation begins by waiting until the one before is over. */
baynn_status_t device_wait_until_ready(device_t *device);

/** 16 random bits. */
uint32_t device_random_q16(device_t *device);

baynn_status_t device_program(void *context, uint32_t array, uint32_t row, const uint32_t *weights);
baynn_status_t device_read(void *context, uint32_t array, uint32_t row, uint32_t *weights);
baynn_status_t device_erase(void *context, uint32_t array);
baynn_status_t device_sync(void *context);
baynn_status_t device_mac(void *context, const baynn_cim_mac_t *mac, uint32_t *counts);
baynn_status_t device_random_bits(void *context, uint32_t probability_q16, uint32_t count,
                                  uint32_t *bits);

#endif
