/* SPDX-License-Identifier: Apache-2.0 */
#ifndef MAPPED_BUS_H
#define MAPPED_BUS_H

#include "baynn/cim_registers.h"

/** The bus of a device whose registers lie in the address space; its context is the address of
 *  the first one. */
extern const baynn_cim_bus_t mapped_bus;

#endif
