/* SPDX-License-Identifier: Apache-2.0 */
#include "row.h"

#include <string.h>

#include "console.h"

enum { NAME_COLUMNS = 32, NUMBER_COLUMNS = 12, RATIO_COLUMNS = 8 };

static unsigned put(const char *text) {
    console_text(text);
    return (unsigned)strlen(text);
}

void row_print(const char *section, const char *name, uint32_t number) {
    const unsigned used = put(section) + put("/") + put(name);
    console_left("", NAME_COLUMNS - used);
    console_decimal(number, NUMBER_COLUMNS);
    console_text("\n");
}

void row_print_ratio(const char *section, const char *group, const char *name, uint32_t number,
                     uint32_t reference) {
    const unsigned used = put(section) + put("/") + put(group) + put("/") + put(name);
    console_left("", NAME_COLUMNS - used);
    console_decimal(number, NUMBER_COLUMNS);
    if (reference != 0) {
        console_thousandths((uint32_t)((uint64_t)number * 1000 / reference), RATIO_COLUMNS);
    }
    console_text("\n");
}
