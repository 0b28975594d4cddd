/* SPDX-License-Identifier: Apache-2.0 */
#ifndef BAYNN_CHECKSUM_H
#define BAYNN_CHECKSUM_H

#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/** Continues a CRC-32 (ISO-HDLC, as in zlib) over more data.
 *
 *  @param crc   0 to start, else the result for the data so far
 *  @param data  the bytes; may be NULL if bytes is 0
 *  @param bytes how many; a size above PTRDIFF_MAX counts as 0
 *  @return the checksum of everything so far; 0xCBF43926 for "123456789" */
uint32_t baynn_crc32(uint32_t crc, const void *data, size_t bytes);

#ifdef __cplusplus
}
#endif

#endif
