/* SPDX-License-Identifier: Apache-2.0 */
#include "conformance_run.h"

#include <stddef.h>

/* The finaliser of MurmurHash3, after each number. */
static uint32_t scramble(uint32_t value) {
    value = (value ^ value >> 16) * 0x85EBCA6Bu;
    value = (value ^ value >> 13) * 0xC2B2AE35u;
    return value ^ value >> 16;
}

uint32_t conformance_mix(uint32_t a, uint32_t b, uint32_t c) {
    return scramble(scramble(scramble(a + 0x9E3779B9u) + b) + c);
}

contents_t conformance_contents_of(pattern_t pattern, uint32_t seed) {
    return (contents_t){.pattern = pattern, .seed = seed, .other_array = UINT32_MAX};
}

uint32_t conformance_contents_word(const run_t *run, const contents_t *contents, uint32_t array,
                                   uint32_t row, uint32_t word) {
    const bool other = array == contents->other_array && row == contents->other_row;
    const uint32_t seed = other ? contents->other_seed : contents->seed;
    const uint32_t checker = row % 2u == 0 ? 0x55555555u : 0xAAAAAAAAu;
    const uint32_t column = (row + seed) % run->geometry.columns;
    switch (other ? contents->other_pattern : contents->pattern) {
    case PATTERN_ZEROS:
        return 0;
    case PATTERN_ONES:
        return UINT32_MAX;
    case PATTERN_CHECKER:
        return checker;
    case PATTERN_CHECKER_INVERSE:
        return ~checker;
    case PATTERN_WALKING:
        return column / 32u == word ? 1u << column % 32u : 0;
    case PATTERN_RANDOM:
        break;
    }
    return conformance_mix(seed + array, row, word);
}

bool conformance_program_row(run_t *run, const contents_t *contents, uint32_t array, uint32_t row) {
    for (uint32_t word = 0; word < run->column_words; word += 1) {
        run->weights[word] = conformance_contents_word(run, contents, array, row, word);
    }
    const baynn_status_t status = run->driver->program(run->context, array, row, run->weights);
    return status == BAYNN_OK || conformance_fail(run, "program of array %, row % returned #",
                                                  array, row, (uint32_t)status, 0);
}

bool conformance_program_all(run_t *run, const contents_t *contents) {
    for (uint32_t array = run->options.first_array; array < run->end_array; array += 1) {
        for (uint32_t row = 0; row < run->geometry.rows; row += 1) {
            if (!conformance_program_row(run, contents, array, row)) {
                return false;
            }
        }
    }
    return true;
}

bool conformance_read_row(run_t *run, const contents_t *contents, uint32_t array, uint32_t row) {
    /* Wrong in every cell, so that a word that is not written is found. */
    for (uint32_t word = 0; word < run->column_words; word += 1) {
        run->weights[word] = ~conformance_contents_word(run, contents, array, row, word);
    }
    for (uint32_t word = 0; word < FENCE_WORDS; word += 1) {
        run->weights[run->column_words + word] = FENCE;
    }
    const baynn_status_t status = run->driver->read(run->context, array, row, run->weights);
    if (status != BAYNN_OK) {
        return conformance_fail(run, "read of array %, row % returned #", array, row,
                                (uint32_t)status, 0);
    }
    for (uint32_t word = 0; word < FENCE_WORDS; word += 1) {
        if (run->weights[run->column_words + word] != FENCE) {
            return conformance_fail(run, "read of array %, row % wrote beyond its % words", array,
                                    row, run->column_words, 0);
        }
    }
    for (uint32_t column = 0; column < run->geometry.columns; column += 1) {
        const uint32_t word = column / 32u;
        const uint32_t expected = conformance_contents_word(run, contents, array, row, word);
        conformance_tally_enter(run, array, row, column, expected >> column % 32u & 1u,
                                run->weights[word] >> column % 32u & 1u);
    }
    return true;
}

bool conformance_read_all(run_t *run, const contents_t *contents, bool by_mac) {
    for (uint32_t array = run->options.first_array; array < run->end_array; array += 1) {
        window_t window = conformance_whole(run, array);
        window.row_words = 1;
        for (uint32_t row = 0; row < run->geometry.rows; row += 1) {
            window.first_row = row / 32u * 32u;
            conformance_drive_row(run, &window, row, true);
            if (by_mac ? !conformance_mac_and_compare(run, contents, &window)
                       : !conformance_read_row(run, contents, array, row)) {
                return false;
            }
        }
    }
    return conformance_verdict(run, run->options.wrong_cells_ppm_max);
}
