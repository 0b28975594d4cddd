/* SPDX-License-Identifier: Apache-2.0
 *
 * From the file of a model to a session that has passed its self-test. Whatever goes wrong on
 * the way ends the program, after it has said on stderr what.
 */
#ifndef LOADED_MODEL_H
#define LOADED_MODEL_H

#include "baynn.h"

/** A model in use. */
typedef struct loaded_model {
    baynn_model_t model;
    baynn_model_info_t info;
    baynn_session_t *session;
    /** What the library works on, from malloc. */
    void *image;
    void *storage;
} loaded_model_t;

/** Ends the program unless status is BAYNN_OK. */
void require(baynn_status_t status, const char *what);

/** Reads, opens and tests a model, and makes a session of the default posterior. */
void loaded_model_open(loaded_model_t *loaded, const char *path);

/** Frees all memory. */
void loaded_model_close(loaded_model_t *loaded);

#endif
