/* SPDX-License-Identifier: Apache-2.0 */
#ifndef ROW_H
#define ROW_H

#include <stdint.h>

/** Prints section/name and a number. */
void row_print(const char *section, const char *name, uint32_t number);

/** Prints section/group/name, a number, and its ratio to a reference. */
void row_print_ratio(const char *section, const char *group, const char *name, uint32_t number,
                     uint32_t reference);

#endif
