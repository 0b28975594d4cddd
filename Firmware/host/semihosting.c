/* SPDX-License-Identifier: Apache-2.0
 *
 * The services of semihosting.h for a program that runs on the host itself.
 */
#include "semihosting.h"

#include <stdio.h>
#include <stdlib.h>

void semihosting_write(const char *text) {
    fputs(text, stdout);
}

_Noreturn void semihosting_exit(int status) {
    exit(status);
}
