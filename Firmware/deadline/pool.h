/* SPDX-License-Identifier: Apache-2.0
 *
 * One piece of memory for everything that the library needs storage for.
 */
#ifndef POOL_H
#define POOL_H

#include <stddef.h>

/** All of it, for one user after the other. */
void *pool_whole(size_t *bytes);

/** A part of it, for users at the same time.
 *  @return storage for the library; NULL if no more is left */
void *pool_take(size_t bytes);

/** Bytes taken. */
size_t pool_taken(void);

#endif
