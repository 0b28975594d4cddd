/* SPDX-License-Identifier: Apache-2.0 */
#ifndef BAYNN_VERSION_H
#define BAYNN_VERSION_H

#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/** Version of these headers: major << 16 | minor << 8 | patch. */
#define BAYNN_VERSION 0x000100u

/** Version of the linked library, in the form of BAYNN_VERSION. A program that
 *  was compiled with another major version (or, before 1.0, another minor
 *  version) of the headers must not go on. */
uint32_t baynn_version(void);

#ifdef __cplusplus
}
#endif

#endif
