/* SPDX-License-Identifier: Apache-2.0
 *
 * From two files to a session that has passed its self-test. Whatever goes wrong on the
 * way ends the program, after it has said on stderr what to do about it.
 */
#ifndef PROGRAM_H
#define PROGRAM_H

#include <stddef.h>
#include <stdint.h>

#include "baynn.h"
#include "terminal.h"

/** All that is in use. */
typedef struct program {
    terminal_t terminal;
    /** Both files, as read. */
    uint8_t *image;
    uint8_t *records;
    size_t record_count;
    baynn_model_t model;
    baynn_model_info_t info;
    /** Large enough for a session and for the self-test. */
    void *storage;
    size_t storage_bytes;
    baynn_session_t *session;
} program_t;

/** Ends the program unless status is BAYNN_OK. */
void program_require(baynn_status_t status, const char *what);

/** Reads both files, says what the model is, tests it, and makes a session. */
void program_start(program_t *program, const char *model_path, const char *records_path);

/** Frees all memory. */
void program_end(program_t *program);

#endif
