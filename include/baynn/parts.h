/* SPDX-License-Identifier: Apache-2.0 */
#ifndef BAYNN_PARTS_H
#define BAYNN_PARTS_H

#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/** A set of parts of the library: kinds of layers and heads, and posteriors.
 *
 *  A program names a set when it opens a model, and holds the code of these parts alone:
 *  a linker that drops unused sections (--gc-sections) drops all others. baynn_parts_all
 *  opens every model; baynn_parts_dense is for networks of dense layers. Any other set is
 *  a function of the program's own, which passes its arguments on:
 *
 *      static void my_parts(uint32_t kind, void *part) {
 *          baynn_parts_dense(kind, part);
 *          baynn_part_convolution(kind, part);
 *          baynn_part_pool(kind, part);
 *      }
 *
 *  Programs name these functions, and do not call them otherwise.
 *
 *  @param kind the part that is looked for
 *  @param part where to write it if the set has it */
typedef void baynn_parts_t(uint32_t kind, void *part);

/** Everything. */
void baynn_parts_all(uint32_t kind, void *part);

/** Dense layers, the softmax head, and the exact and the deterministic posterior. */
void baynn_parts_dense(uint32_t kind, void *part);

/* Layers. */

void baynn_part_dense(uint32_t kind, void *part);
/** Also dense layers over maps of positions or over values of several bits, and the methods
 *  SpinDrop, Spatial-SpinDrop and SpinBayes. */
void baynn_part_convolution(uint32_t kind, void *part);
/** Batch normalization, and Gaussian scales. */
void baynn_part_affine(uint32_t kind, void *part);
/** Inverted and layer normalization. */
void baynn_part_normalization(uint32_t kind, void *part);
void baynn_part_pool(uint32_t kind, void *part);
void baynn_part_add(uint32_t kind, void *part);
void baynn_part_concatenate(uint32_t kind, void *part);
void baynn_part_upsample(uint32_t kind, void *part);
void baynn_part_lstm(uint32_t kind, void *part);

/* Heads. */

void baynn_part_softmax(uint32_t kind, void *part);
void baynn_part_classification(uint32_t kind, void *part);
void baynn_part_regression(uint32_t kind, void *part);

/* Posteriors: see BAYNN_POSTERIOR_... */

void baynn_part_exact(uint32_t kind, void *part);
void baynn_part_certified(uint32_t kind, void *part);
void baynn_part_sampled(uint32_t kind, void *part);
void baynn_part_deterministic(uint32_t kind, void *part);

#ifdef __cplusplus
}
#endif

#endif
