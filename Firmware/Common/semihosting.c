/* SPDX-License-Identifier: Apache-2.0 */
#include "semihosting.h"

#include <stdint.h>

/* Operations and the reason code of the Arm semihosting specification. */
enum { SYS_WRITE0 = 0x04, SYS_EXIT_EXTENDED = 0x20 };
static const uint32_t stopped_application_exit = 0x20026;

/* The host sees the breakpoint, reads r0 and r1 and the memory they refer to, and goes
 * on after it: hence the memory clobber. */
static void semihosting_call(uint32_t operation, const void *argument) {
    register uint32_t r0 __asm__("r0") = operation;
    register const void *r1 __asm__("r1") = argument;
    __asm__ volatile("bkpt 0xab" : "+r"(r0) : "r"(r1) : "memory");
}

void semihosting_write(const char *text) {
    semihosting_call(SYS_WRITE0, text);
}

_Noreturn void semihosting_exit(int status) {
    const uint32_t block[2] = {stopped_application_exit, (uint32_t)status};
    semihosting_call(SYS_EXIT_EXTENDED, block);
    /* A host that ignores the call must not make the program run on. */
    for (;;) {
    }
}
