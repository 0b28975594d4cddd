/* SPDX-License-Identifier: Apache-2.0
 *
 * Counts of many rows at once.
 */
#include "conformance_run.h"

enum { SEED_COUNTS = 31, SEED_INPUTS, SEED_UNDRIVEN, SEED_WINDOWS, SEED_PLANES, SEED_REPEATS };

static uint32_t least(uint32_t a, uint32_t b) {
    return a < b ? a : b;
}

/* Makes the inputs of the driven rows what a column holds, or its opposite: the count there is
 * the largest one, or 0. */
static void match_column(run_t *run, const contents_t *contents, const window_t *window,
                         uint32_t column, bool opposite) {
    for (uint32_t bit = 0; bit < window->row_words * 32u; bit += 1) {
        const uint32_t weights = conformance_contents_word(run, contents, window->array,
                                                           window->first_row + bit, column / 32u);
        const uint32_t weight = weights >> column % 32u & 1u;
        const uint32_t input = (weight ^ (opposite ? 1u : 0u)) << bit % 32u;
        const uint32_t line = 1u << bit % 32u;
        uint32_t *word = &run->inputs[bit / 32u];
        *word = (*word & ~line) | (input & run->active[bit / 32u]);
    }
}

/* Counts of so many rows: random ones, and the largest and the least one in some column. */
static bool counts_of(run_t *run, const contents_t *contents, uint32_t array, uint32_t rows) {
    const window_t window = conformance_whole(run, array);
    const uint32_t column = rows % run->geometry.columns;
    for (uint32_t turn = 0; turn < 3; turn += 1) {
        conformance_drive_random(run, &window, rows, SEED_COUNTS + array);
        if (turn > 0) {
            match_column(run, contents, &window, column, turn == 2);
        }
        if (!conformance_mac_and_compare(run, contents, &window)) {
            return false;
        }
    }
    return true;
}

bool check_mac_counts(run_t *run) {
    const contents_t contents = conformance_contents_of(PATTERN_RANDOM, SEED_COUNTS);
    if (!conformance_program_all(run, &contents)) {
        return false;
    }
    for (uint32_t array = run->options.first_array; array < run->end_array; array += 1) {
        /* Every number of rows up to 64, then steps of about 1/16, and the last one. */
        uint32_t rows = 1;
        while (rows <= run->active_rows) {
            if (!counts_of(run, &contents, array, rows)) {
                return false;
            }
            const uint32_t next = rows + (rows < 64 ? 1u : rows / 16u);
            rows = rows < run->active_rows ? least(next, run->active_rows) : next;
        }
    }
    return conformance_verdict(run, run->options.wrong_counts_ppm_max);
}

bool check_mac_inputs(run_t *run) {
    /* All weights equal: the count is the number of inputs that equal them. */
    for (uint32_t ones = 0; ones < 2; ones += 1) {
        const contents_t contents =
            conformance_contents_of(ones == 1 ? PATTERN_ONES : PATTERN_ZEROS, 0);
        if (!conformance_program_all(run, &contents)) {
            return false;
        }
        for (uint32_t array = run->options.first_array; array < run->end_array; array += 1) {
            const window_t window = conformance_whole(run, array);
            for (uint32_t inputs = 0; inputs < 3; inputs += 1) {
                conformance_drive_random(run, &window, run->active_rows, SEED_INPUTS + array);
                for (uint32_t word = 0; word < window.row_words && inputs < 2; word += 1) {
                    run->inputs[word] = inputs == 1 ? run->active[word] : 0;
                }
                if (!conformance_mac_and_compare(run, &contents, &window)) {
                    return false;
                }
            }
        }
    }
    return conformance_verdict(run, run->options.wrong_counts_ppm_max);
}

/* One row of zeros among ones: whatever else is counted would show. */
bool check_mac_undriven(run_t *run) {
    contents_t contents = conformance_contents_of(PATTERN_ONES, 0);
    contents.other_array = run->options.first_array;
    contents.other_row = run->geometry.rows / 2;
    contents.other_pattern = PATTERN_ZEROS;
    if (!conformance_program_all(run, &contents)) {
        return false;
    }
    const window_t window = conformance_whole(run, contents.other_array);
    for (uint32_t input = 0; input < 2; input += 1) {
        conformance_drive_row(run, &window, contents.other_row, input == 1);
        if (!conformance_mac_and_compare(run, &contents, &window)) {
            return false;
        }
    }
    for (uint32_t i = 0; i < 16; i += 1) {
        conformance_drive_random(run, &window, 1 + i % run->active_rows, SEED_UNDRIVEN + i);
        if (!conformance_mac_and_compare(run, &contents, &window)) {
            return false;
        }
    }
    return conformance_verdict(run, run->options.wrong_counts_ppm_max);
}

/* All windows that begin at a row, with one, two and all words of columns. */
static bool windows_from(run_t *run, const contents_t *contents, uint32_t array,
                         uint32_t first_word) {
    const uint32_t words = run->row_words - first_word;
    const uint32_t row_words[3] = {1, least(2, words), words};
    const uint32_t column_words[3] = {1, least(2, run->column_words), run->column_words};
    for (uint32_t i = 0; i < 9; i += 1) {
        const window_t window = {array, first_word * 32u, row_words[i / 3], column_words[i % 3]};
        const uint32_t rows = least(run->active_rows, window.row_words * 32u);
        conformance_drive_random(run, &window, rows, SEED_WINDOWS + array * 9u + i);
        if (!conformance_mac_and_compare(run, contents, &window)) {
            return false;
        }
    }
    return true;
}

bool check_mac_windows(run_t *run) {
    const contents_t contents = conformance_contents_of(PATTERN_RANDOM, SEED_WINDOWS);
    if (!conformance_program_all(run, &contents)) {
        return false;
    }
    for (uint32_t array = run->options.first_array; array < run->end_array; array += 1) {
        for (uint32_t word = 0; word < run->row_words; word += 1) {
            if (!windows_from(run, &contents, array, word)) {
                return false;
            }
        }
    }
    return conformance_verdict(run, run->options.wrong_counts_ppm_max);
}

/* A word that still is what it was before, twice, has not been written. */
bool check_mac_planes(run_t *run) {
    const contents_t contents = conformance_contents_of(PATTERN_RANDOM, SEED_PLANES);
    const uint32_t array = run->options.first_array;
    for (uint32_t row = 0; row < run->geometry.rows; row += 1) {
        if (!conformance_program_row(run, &contents, array, row)) {
            return false;
        }
    }
    const window_t window = conformance_whole(run, array);
    conformance_drive_row(run, &window, 0, true);
    for (uint32_t word = 0; word < run->count_planes * window.column_words; word += 1) {
        if (!conformance_mac(run, &window, 0)) {
            return false;
        }
        const uint32_t after_zeros = run->results[word];
        if (!conformance_mac(run, &window, UINT32_MAX)) {
            return false;
        }
        if (after_zeros == 0 && run->results[word] == UINT32_MAX) {
            return conformance_fail(
                run, "word % of plane % is not written (there are % planes of % words)",
                word % window.column_words, word / window.column_words, run->count_planes,
                window.column_words);
        }
    }
    return true;
}

bool check_mac_repeats(run_t *run) {
    const contents_t contents = conformance_contents_of(PATTERN_RANDOM, SEED_REPEATS);
    const uint32_t array = run->options.first_array;
    for (uint32_t row = 0; row < run->geometry.rows; row += 1) {
        if (!conformance_program_row(run, &contents, array, row)) {
            return false;
        }
    }
    const window_t window = conformance_whole(run, array);
    for (uint32_t turn = 0; turn < 64; turn += 1) {
        conformance_drive_random(run, &window, run->active_rows, SEED_REPEATS);
        if (!conformance_mac_and_compare(run, &contents, &window)) {
            return false;
        }
    }
    return conformance_verdict(run, run->options.wrong_counts_ppm_max);
}

bool check_mac_keeps(run_t *run) {
    const contents_t contents = conformance_contents_of(PATTERN_RANDOM, SEED_REPEATS + 1);
    if (!conformance_program_all(run, &contents)) {
        return false;
    }
    for (uint32_t array = run->options.first_array; array < run->end_array; array += 1) {
        const window_t window = conformance_whole(run, array);
        for (uint32_t turn = 0; turn < 64; turn += 1) {
            conformance_drive_random(run, &window, run->active_rows, turn);
            if (!conformance_mac(run, &window, 0)) {
                return false;
            }
        }
    }
    return conformance_read_all(run, &contents, true);
}
