/* SPDX-License-Identifier: Apache-2.0
 *
 * How the driver reaches the registers. On a target this is a line each:
 *
 *     uint16_t mx16_in(void *port, uint32_t address) {
 *         return ((volatile uint16_t *)port)[address];
 *     }
 *
 * Here mx16_simulated.c is at the other end.
 */
#ifndef MX16_PORT_H
#define MX16_PORT_H

#include <stdint.h>

uint16_t mx16_in(void *port, uint32_t address);
void mx16_out(void *port, uint32_t address, uint16_t value);

#endif
