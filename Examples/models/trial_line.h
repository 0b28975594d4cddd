/* SPDX-License-Identifier: Apache-2.0 */
#ifndef TRIAL_LINE_H
#define TRIAL_LINE_H

#include "text.h"
#include "trial.h"

/** Writes "machine: model: what came out, hash XXXXXXXX; what is special to the machine",
 *  or what went wrong, without a line feed.
 *
 *  @param status       what trial_run returned
 *  @param memory_bytes what it was given */
void trial_line(const char *machine, const char *model, baynn_status_t status, size_t memory_bytes,
                const trial_t *trial, text_t *text);

#endif
