/* SPDX-License-Identifier: Apache-2.0 */
#ifndef FILE_H
#define FILE_H

#include <stddef.h>
#include <stdint.h>

/** Reads a whole file into memory from malloc, which is aligned for a model image.
 *  @return the content; NULL after it has said on stderr what is wrong */
uint8_t *file_read(const char *path, size_t *bytes);

#endif
