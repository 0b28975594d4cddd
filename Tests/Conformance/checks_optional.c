/* SPDX-License-Identifier: Apache-2.0
 *
 * Erasing, wear and temperature.
 */
#include "conformance_run.h"

/* No array works beyond these. */
static const int32_t coldest_millidegrees = -100000;
static const int32_t hottest_millidegrees = 300000;
/** By how much the temperature may change from one reading to the next. */
static const int32_t change_millidegrees_max = 5000;

enum { SEED_ERASE = 51 };

static bool erase(run_t *run, uint32_t array) {
    const baynn_status_t status = run->driver->erase(run->context, array);
    return status == BAYNN_OK ||
           conformance_fail(run, "erase of array % returned #", array, (uint32_t)status, 0, 0);
}

bool check_erase_clears(run_t *run) {
    const contents_t ones = conformance_contents_of(PATTERN_ONES, 0);
    const contents_t zeros = conformance_contents_of(PATTERN_ZEROS, 0);
    if (!conformance_program_all(run, &ones)) {
        return false;
    }
    for (uint32_t array = run->options.first_array; array < run->end_array; array += 1) {
        if (!erase(run, array)) {
            return false;
        }
    }
    return conformance_read_all(run, &zeros, true);
}

bool check_erase_others(run_t *run) {
    const contents_t contents = conformance_contents_of(PATTERN_RANDOM, SEED_ERASE);
    if (!conformance_program_all(run, &contents) || !erase(run, run->options.first_array)) {
        return false;
    }
    for (uint32_t row = 0; row < run->geometry.rows; row += 1) {
        if (!conformance_program_row(run, &contents, run->options.first_array, row)) {
            return false;
        }
    }
    return conformance_read_all(run, &contents, true);
}

static bool wear(run_t *run, uint32_t array, uint32_t *writes) {
    *writes = 0;
    const baynn_status_t status = run->driver->wear(run->context, array, writes);
    return status == BAYNN_OK ||
           conformance_fail(run, "wear of array % returned #", array, (uint32_t)status, 0, 0);
}

bool check_wear_grows(run_t *run) {
    const contents_t contents = conformance_contents_of(PATTERN_ZEROS, 0);
    for (uint32_t turn = 0; turn < 2; turn += 1) {
        for (uint32_t array = run->options.first_array; array < run->end_array; array += 1) {
            uint32_t before;
            uint32_t after;
            if (!wear(run, array, &before)) {
                return false;
            }
            for (uint32_t row = 0; row < run->geometry.rows; row += 1) {
                if (!conformance_program_row(run, &contents, array, row)) {
                    return false;
                }
            }
            if (!wear(run, array, &after)) {
                return false;
            }
            if (after <= before) {
                return conformance_fail(run,
                                        "wear of array % was %, and % after all rows were written",
                                        array, before, after, 0);
            }
        }
    }
    return true;
}

/* Writes a row of an array until its wear is above a limit, at most 64 times. */
static bool wear_out(run_t *run, uint32_t array, uint32_t limit) {
    const contents_t contents = conformance_contents_of(PATTERN_ONES, 0);
    uint32_t writes = 0;
    for (uint32_t i = 0; i < 64 && writes <= limit; i += 1) {
        if (!conformance_program_row(run, &contents, array, 0) || !wear(run, array, &writes)) {
            return false;
        }
    }
    return true;
}

bool check_wear_others(run_t *run) {
    const uint32_t first = run->options.first_array;
    for (uint32_t array = first; array < run->end_array; array += 1) {
        const uint32_t written = array + 1 < run->end_array ? array + 1 : first;
        uint32_t before;
        uint32_t after;
        const window_t window = conformance_whole(run, array);
        conformance_drive_random(run, &window, run->active_rows, array);
        /* Of a single array, nothing is written. */
        if (!wear(run, array, &before) || (written != array && !wear_out(run, written, before)) ||
            !conformance_mac(run, &window, 0) || !wear(run, array, &after)) {
            return false;
        }
        if (after != before) {
            return conformance_fail(
                run, "wear of array % went from % to %, but only array % was written", array,
                before, after, written);
        }
    }
    return true;
}

bool check_temperature_plausible(run_t *run) {
    int32_t last = 0;
    for (uint32_t i = 0; i < 8; i += 1) {
        int32_t found = INT32_MIN;
        const baynn_status_t status = run->driver->temperature(run->context, &found);
        if (status != BAYNN_OK) {
            return conformance_fail(run, "temperature returned #", (uint32_t)status, 0, 0, 0);
        }
        if (found < coldest_millidegrees || found > hottest_millidegrees) {
            return conformance_fail(run, "expected # to # thousandths of a degree, found #",
                                    (uint32_t)coldest_millidegrees, (uint32_t)hottest_millidegrees,
                                    (uint32_t)found, 0);
        }
        if (i > 0 &&
            (found - last > change_millidegrees_max || last - found > change_millidegrees_max)) {
            return conformance_fail(
                run, "the temperature went from # to # thousandths of a degree at once",
                (uint32_t)last, (uint32_t)found, 0, 0);
        }
        last = found;
    }
    return true;
}
