/* SPDX-License-Identifier: Apache-2.0
 *
 * Lines that several parts of the program print.
 */
#ifndef SAY_H
#define SAY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "baynn.h"

/** Prints what failed, and the name of the status or, of a driver's own, its number.
 *  @return false, for the caller to return */
bool say_failure(const char *what, baynn_status_t status);

/** Prints a line: a name, a number and a unit, which may be empty. */
void say_number(const char *name, uint32_t number, const char *unit);

/** Prints a line: a name and thousandths, as a number with two decimals, and a unit. */
void say_thousandths(const char *name, uint32_t thousandths, const char *unit);

/** Prints a line: the stack that something took; 0: not measured. */
void say_stack(const char *name, uint32_t bytes);

#endif
