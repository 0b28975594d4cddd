/* SPDX-License-Identifier: Apache-2.0
 *
 * The system timer as an alarm clock: its interrupt says that a deadline has come.
 */
#ifndef TIMER_H
#define TIMER_H

#include <stdbool.h>
#include <stdint.h>

/** Sets a deadline and forgets the one before.
 *  @param microseconds from now, 1 to 600,000 */
void timer_set(uint32_t microseconds);

/** Whether the deadline has come. */
bool timer_is_due(void);

/** How long ago it came, in microseconds, up to the time that was set; 0 before. */
uint32_t timer_late(void);

#endif
