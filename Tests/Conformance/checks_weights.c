/* SPDX-License-Identifier: Apache-2.0
 *
 * Writing weights, and reading them one row at a time.
 */
#include "conformance_run.h"

enum { SEED_ADDRESSES = 11, SEED_NEIGHBOURS, SEED_OTHER, SEED_SYNC, SEED_POWER };

static bool program_and_read(run_t *run, pattern_t pattern, uint32_t seed) {
    const contents_t contents = conformance_contents_of(pattern, seed);
    return conformance_program_all(run, &contents) && conformance_read_all(run, &contents, true);
}

bool check_program_patterns(run_t *run) {
    /* Each pattern flips every cell of the one before, or half of them. */
    return program_and_read(run, PATTERN_ZEROS, 0) && program_and_read(run, PATTERN_ONES, 0) &&
           program_and_read(run, PATTERN_CHECKER, 0) &&
           program_and_read(run, PATTERN_CHECKER_INVERSE, 0);
}

bool check_program_walking(run_t *run) {
    return program_and_read(run, PATTERN_WALKING, 0);
}

bool check_program_addresses(run_t *run) {
    return program_and_read(run, PATTERN_RANDOM, SEED_ADDRESSES);
}

bool check_program_neighbours(run_t *run) {
    contents_t contents = conformance_contents_of(PATTERN_RANDOM, SEED_NEIGHBOURS);
    if (!conformance_program_all(run, &contents)) {
        return false;
    }
    /* A row in the middle, written again and again, in the first array of several. */
    contents.other_array = run->options.first_array;
    contents.other_row = run->geometry.rows / 2;
    contents.other_pattern = PATTERN_RANDOM;
    for (uint32_t i = 0; i < 16; i += 1) {
        contents.other_seed = SEED_OTHER + i;
        if (!conformance_program_row(run, &contents, contents.other_array, contents.other_row)) {
            return false;
        }
    }
    return conformance_read_all(run, &contents, true);
}

bool check_program_settles(run_t *run) {
    for (uint32_t array = run->options.first_array; array < run->end_array; array += 1) {
        window_t window = conformance_whole(run, array);
        window.row_words = 1;
        for (uint32_t row = 0; row < run->geometry.rows; row += 1) {
            window.first_row = row / 32u * 32u;
            for (uint32_t turn = 0; turn < 2; turn += 1) {
                const contents_t contents = conformance_contents_of(
                    turn == 0 ? PATTERN_CHECKER : PATTERN_CHECKER_INVERSE, 0);
                conformance_drive_row(run, &window, row, true);
                if (!conformance_program_row(run, &contents, array, row) ||
                    !conformance_mac_and_compare(run, &contents, &window)) {
                    return false;
                }
            }
        }
    }
    return conformance_verdict(run, run->options.wrong_cells_ppm_max);
}

bool check_read_cells(run_t *run) {
    const pattern_t patterns[] = {PATTERN_CHECKER, PATTERN_CHECKER_INVERSE, PATTERN_RANDOM};
    for (uint32_t i = 0; i < sizeof patterns / sizeof patterns[0]; i += 1) {
        const contents_t contents = conformance_contents_of(patterns[i], SEED_ADDRESSES);
        if (!conformance_program_all(run, &contents) ||
            !conformance_read_all(run, &contents, false)) {
            return false;
        }
    }
    return true;
}

bool check_sync_keeps(run_t *run) {
    const contents_t contents = conformance_contents_of(PATTERN_RANDOM, SEED_SYNC);
    if (!conformance_program_all(run, &contents)) {
        return false;
    }
    /* A second sync has nothing to do, and is no error. */
    for (uint32_t i = 0; i < 2; i += 1) {
        const baynn_status_t status = run->driver->sync(run->context);
        if (status != BAYNN_OK) {
            return conformance_fail(run, "sync returned #", (uint32_t)status, 0, 0, 0);
        }
    }
    return conformance_read_all(run, &contents, true);
}

bool check_power_survives(run_t *run) {
    const contents_t contents = conformance_contents_of(PATTERN_RANDOM, SEED_POWER);
    if (!conformance_program_all(run, &contents)) {
        return false;
    }
    baynn_status_t status = run->driver->sync(run->context);
    if (status != BAYNN_OK) {
        return conformance_fail(run, "sync returned #", (uint32_t)status, 0, 0, 0);
    }
    status = run->options.power_cycle(run->context);
    if (status != BAYNN_OK) {
        return conformance_fail(run, "power_cycle returned #", (uint32_t)status, 0, 0, 0);
    }
    return conformance_read_all(run, &contents, true);
}
