/* SPDX-License-Identifier: Apache-2.0 */
#ifndef COMPARE_H
#define COMPARE_H

#include <stdbool.h>

#include "baynn.h"

/** Programs the model of digits into the arrays of a driver, and reads all digits of a file
 *  with and without them.
 *  @param data_path records of 64 pixels and a label
 *  @return whether every label and every probability is the same */
bool compare_digits(const baynn_cim_driver_t *driver, void *context, const char *model_path,
                    const char *data_path);

#endif
