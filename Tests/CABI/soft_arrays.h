/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SOFT_ARRAYS_H
#define SOFT_ARRAYS_H

#include <stdbool.h>

#include "support.h"

/* Ideal arrays in plain C, one cell after the other, as an oracle: and what may go wrong with
 * them. */

/** What operations return once power has been cut, and when one is made to fail unless it is told
 *  to return something else. */
#define SOFT_NO_POWER (-2500)
#define SOFT_FAILED (-2501)

typedef struct soft_arrays {
    baynn_cim_driver_t driver;
    uint32_t arrays;
    uint32_t rows;
    uint32_t columns;
    uint32_t active_rows_max;
    /** A byte a cell. */
    uint8_t *cells;
    /** Writes of each row. */
    uint32_t *writes;

    /** Operations so far, and by kind. */
    uint32_t operations;
    uint32_t programs;
    uint32_t macs;
    uint32_t random_bits;
    /** The operation, counted from 1, that fails without effect; 0 means none. */
    uint32_t fail_operation;
    baynn_status_t failure;
    /** That was a row write. */
    bool has_failed_program;
    /** The row write, counted from 1, that ends after cut_columns cells, without power; 0 means
     *  none. */
    uint32_t cut_program;
    uint32_t cut_columns;
    bool has_no_power;
    /** A cell that always holds stuck_value; UINT32_MAX means none. */
    uint32_t stuck_cell;
    uint8_t stuck_value;
    /** A cell that counts with an input of 0 as if it held the other weight, until it is written;
     *  UINT32_MAX means none. */
    uint32_t torn_cell;
    /** Random bits are those that a session without arrays draws in the inference `call`, with
     *  this seed: site_draws bits of sites, then rows or channels of wide_layers layers, pass
     *  after pass. Without draws they are all 0. */
    bool draws;
    uint64_t seed;
    uint64_t call;
    uint32_t site_draws;
    uint32_t wide_layers;
    uint32_t draws_done;
    /** Bits of a Gaussian number have been asked for, which this does not know. */
    bool has_drawn_gaussians;
} soft_arrays_t;

/** Arrays of noughts. capabilities: which optional operations there are. */
soft_arrays_t *soft_arrays_make(uint32_t arrays, uint32_t rows, uint32_t columns,
                                uint32_t active_rows_max, uint32_t capabilities);
void soft_arrays_free(soft_arrays_t *soft);

/** A configuration with its driver. */
baynn_cim_config_t soft_config(soft_arrays_t *soft);

/** Programs everything; fails the test unless that succeeds. */
void soft_program(baynn_cim_t *cim);

/** A session on arrays in storage of exactly the size asked for. */
room_t soft_room(baynn_cim_t *cim, const baynn_session_config_t *config);

#endif
