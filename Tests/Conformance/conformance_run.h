/* SPDX-License-Identifier: Apache-2.0
 *
 * What the checks share: the run, the weights that arrays should hold, and operations whose
 * errors end a check.
 */
#ifndef CONFORMANCE_RUN_H
#define CONFORMANCE_RUN_H

#include <stdbool.h>
#include <stdint.h>

#include "baynn_cim_conformance.h"

enum { MESSAGE_BYTES = 192, FENCE_WORDS = 4 };
#define FENCE 0x5AFEC0DEu

/** Weights that are a function of their place, so that none need to be stored. */
typedef enum pattern {
    PATTERN_ZEROS,
    PATTERN_ONES,
    PATTERN_CHECKER,
    PATTERN_CHECKER_INVERSE,
    /** In row r only column (r + seed) mod columns is 1. */
    PATTERN_WALKING,
    PATTERN_RANDOM
} pattern_t;

/** What the tested arrays should hold: a pattern, but for one row. */
typedef struct contents {
    pattern_t pattern;
    uint32_t seed;
    /** The row that differs; array UINT32_MAX: none. */
    uint32_t other_array;
    uint32_t other_row;
    pattern_t other_pattern;
    uint32_t other_seed;
} contents_t;

/** Values that were compared, and the first one that was wrong. */
typedef struct tally {
    uint64_t total;
    uint64_t wrong;
    uint32_t array;
    /** The lowest one driven. */
    uint32_t row;
    uint32_t column;
    uint32_t expected;
    uint32_t found;
} tally_t;

typedef struct run {
    const baynn_cim_driver_t *driver;
    void *context;
    baynn_cim_conformance_options_t options;
    baynn_cim_geometry_t geometry;
    /** Arrays from options.first_array to before this one. */
    uint32_t end_array;
    /** The most rows to drive. */
    uint32_t active_rows;
    uint32_t count_planes;
    uint32_t row_words;
    uint32_t column_words;
    /** In scratch: rows / 32 + 1 words each; columns / 32 + fence; results + fence. */
    uint32_t *active;
    uint32_t *inputs;
    uint32_t *weights;
    uint32_t *results;
    tally_t tally;
    char message[MESSAGE_BYTES];
} run_t;

/** A mac's rows and columns. */
typedef struct window {
    uint32_t array;
    uint32_t first_row;
    uint32_t row_words;
    uint32_t column_words;
} window_t;

/* conformance_message.c */

/** Writes a message; % stands for the next value, # for the next one as a signed number.
 *  @return false, for a check to return */
bool conformance_fail(run_t *run, const char *text, uint32_t a, uint32_t b, uint32_t c, uint32_t d);

/** Enters a comparison of a count, or of a cell, with what it should be. */
void conformance_tally_enter(run_t *run, uint32_t array, uint32_t row, uint32_t column,
                             uint32_t expected, uint32_t found);

/** Ends the comparisons since the last verdict.
 *  @return false, with a message, if more than ppm of a million were wrong */
bool conformance_verdict(run_t *run, uint32_t wrong_ppm_max);

/* conformance_weights.c */

/** A hash of three numbers, for all that is pseudo-random. */
uint32_t conformance_mix(uint32_t a, uint32_t b, uint32_t c);

contents_t conformance_contents_of(pattern_t pattern, uint32_t seed);

/** 32 weights that a row should hold. */
uint32_t conformance_contents_word(const run_t *run, const contents_t *contents, uint32_t array,
                                   uint32_t row, uint32_t word);

/** Programs one row. */
bool conformance_program_row(run_t *run, const contents_t *contents, uint32_t array, uint32_t row);

/** Programs all rows of all tested arrays. */
bool conformance_program_all(run_t *run, const contents_t *contents);

/** Reads a row with `read`, and enters each cell in the tally. */
bool conformance_read_row(run_t *run, const contents_t *contents, uint32_t array, uint32_t row);

/** Reads all rows by `read`, or by driving one at a time. */
bool conformance_read_all(run_t *run, const contents_t *contents, bool by_mac);

/* conformance_counts.c */

/** The whole of an array. */
window_t conformance_whole(const run_t *run, uint32_t array);

/** Marks `count` pseudo-random rows of a window in run->active, with inputs. */
void conformance_drive_random(run_t *run, const window_t *window, uint32_t count, uint32_t seed);

/** Marks one row, with an input. */
void conformance_drive_row(run_t *run, const window_t *window, uint32_t row, bool input);

/** Runs mac into run->results, filled with poison before, and looks at the fence. */
bool conformance_mac(run_t *run, const window_t *window, uint32_t poison);

/** The count of a column in run->results. */
uint32_t conformance_count_of(const run_t *run, const window_t *window, uint32_t column);

/** The count by its definition: driven cells whose weight equals their row's input. */
uint32_t conformance_count_expected(const run_t *run, const contents_t *contents,
                                    const window_t *window, uint32_t column);

/** mac, and enters each count in the tally. */
bool conformance_mac_and_compare(run_t *run, const contents_t *contents, const window_t *window);

/* The checks. */

bool check_table_size(run_t *run);
bool check_table_capabilities(run_t *run);
bool check_table_operations(run_t *run);
bool check_geometry_range(run_t *run);
bool check_geometry_constant(run_t *run);

bool check_program_patterns(run_t *run);
bool check_program_walking(run_t *run);
bool check_program_addresses(run_t *run);
bool check_program_neighbours(run_t *run);
bool check_program_settles(run_t *run);
bool check_read_cells(run_t *run);
bool check_sync_keeps(run_t *run);
bool check_power_survives(run_t *run);

bool check_mac_counts(run_t *run);
bool check_mac_inputs(run_t *run);
bool check_mac_undriven(run_t *run);
bool check_mac_windows(run_t *run);
bool check_mac_planes(run_t *run);
bool check_mac_repeats(run_t *run);
bool check_mac_keeps(run_t *run);

bool check_erase_clears(run_t *run);
bool check_erase_others(run_t *run);
bool check_wear_grows(run_t *run);
bool check_wear_others(run_t *run);
bool check_temperature_plausible(run_t *run);

bool check_random_edges(run_t *run);
bool check_random_fresh(run_t *run);
bool check_random_frequency(run_t *run);
bool check_random_extremes(run_t *run);
bool check_random_correlation(run_t *run);

bool check_errors_program(run_t *run);
bool check_errors_mac(run_t *run);
bool check_errors_random(run_t *run);
bool check_errors_optional(run_t *run);

#endif
