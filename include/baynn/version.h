/* SPDX-License-Identifier: Apache-2.0 */
#ifndef BAYNN_VERSION_H
#define BAYNN_VERSION_H

#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

#if (defined(__BYTE_ORDER__) && __BYTE_ORDER__ != __ORDER_LITTLE_ENDIAN__) ||                      \
    defined(__ARMEB__) || defined(__BIG_ENDIAN__)
#error "BayNN is for little-endian machines: images are read where they lie"
#endif

/** Version of these headers. */
#define BAYNN_VERSION_MAJOR 0
#define BAYNN_VERSION_MINOR 1
#define BAYNN_VERSION_PATCH 0
/** The same in one number: major << 16 | minor << 8 | patch. */
#define BAYNN_VERSION 0x000100u

/** Version of the binary interface: counts the changes after which a program that was compiled
 *  with earlier headers would not work. Functions that every program needs have this number in
 *  their symbol (baynn_model_open_abi_1), so that headers and an archive that do not fit together
 *  do not link. A structure that grows is no such change: see baynn/structure.h. */
#define BAYNN_ABI 1

/** Format of the model images that this version reads. */
#define BAYNN_FORMAT 1u

/** Version of the linked library, in the form of BAYNN_VERSION. */
uint32_t baynn_version(void);

#ifdef __cplusplus
}
#endif

#endif
