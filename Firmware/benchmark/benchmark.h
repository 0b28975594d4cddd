/* SPDX-License-Identifier: Apache-2.0
 *
 * The sections of the benchmark. Each prints its rows and returns whether all went well.
 */
#ifndef BENCHMARK_H
#define BENCHMARK_H

#include <stdbool.h>

/** A dense layer of 1024 x 1024 bits, at several numbers of active inputs. */
bool benchmark_dense(void);

/** A convolution of 3x3 over 8x8 positions, from 64 bits to 64 bits each. */
bool benchmark_convolution(void);

/** The digits model on held-out digits. */
bool benchmark_digits(void);

/** The digits model on ideal arrays: all but what happens behind the bus. */
bool benchmark_arrays(void);

/** The mnist model on digits enlarged to its size. */
bool benchmark_mnist(void);

/** A network of 784-512-512-256-10 with random weights on random 8-bit inputs; and the storage
 *  of one of 784-512-256-10. */
bool benchmark_mlp(void);

/** Exact posteriors of 1 to 4 sites, in front or at the end of eight layers of 128 x 128 random
 *  weights. */
bool benchmark_posterior(void);

#endif
