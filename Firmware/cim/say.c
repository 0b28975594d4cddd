/* SPDX-License-Identifier: Apache-2.0 */
#include "say.h"

#include "console.h"

enum { NAME_WIDTH = 32, NUMBER_WIDTH = 9 };

static void say_name(const char *name) {
    console_text("  ");
    console_left(name, NAME_WIDTH);
}

static void say_unit(const char *unit) {
    if (*unit != '\0') {
        console_text(" ");
        console_text(unit);
    }
    console_text("\n");
}

bool say_failure(const char *what, baynn_status_t status) {
    console_text("error: ");
    console_text(what);
    console_text(": ");
    if (status <= -2000) {
        console_text("the driver says -");
        console_decimal(0u - (uint32_t)status, 0);
    } else {
        console_text(baynn_status_name(status));
    }
    console_text("\n");
    return false;
}

void say_number(const char *name, uint32_t number, const char *unit) {
    say_name(name);
    console_decimal(number, NUMBER_WIDTH);
    say_unit(unit);
}

void say_thousandths(const char *name, uint32_t thousandths, const char *unit) {
    say_name(name);
    console_thousandths(thousandths, NUMBER_WIDTH);
    say_unit(unit);
}

void say_stack(const char *name, uint32_t bytes) {
    if (bytes > 0) {
        say_number(name, bytes, "bytes");
    }
}
