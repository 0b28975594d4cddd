/* SPDX-License-Identifier: Apache-2.0
 *
 * Inputs that need no data: uniform random bytes, the same on every machine, and the same
 * as in Tests/Vectors/models.json. The generator is Philox4x32-10 (Salmon, Moraes, Dror
 * and Shaw, "Parallel random numbers: as easy as 1, 2, 3", SC 2011).
 */
#ifndef SYNTHETIC_INPUTS_H
#define SYNTHETIC_INPUTS_H

#include <stddef.h>
#include <stdint.h>

/** Writes an input. Element e is word e mod 4 of the random block with the key (seed, 0)
 *  and the counter (e / 4, index, 0, 0), modulo maximum + 1.
 *
 *  @param index    number of the input
 *  @param maximum  largest value of an element, 1 to 255
 *  @param input    receives the elements
 *  @param elements how many, below 2^32 */
void synthetic_input(uint32_t seed, uint32_t index, uint32_t maximum, uint8_t *input,
                     size_t elements);

#endif
