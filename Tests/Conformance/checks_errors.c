/* SPDX-License-Identifier: Apache-2.0
 *
 * Arguments that are out of range: an error must come, of a value that the contract allows,
 * and everything must be as before.
 */
#include "conformance_run.h"

enum { SEED_ERRORS = 71 };

/* This error is the driver's own, one of BAYNN_ERROR_CIM_... or of a device that the library
 * drives, or BAYNN_ERROR_ARGUMENT. `what` ends with #. */
static bool refused(run_t *run, const char *what, uint32_t value, baynn_status_t status) {
    const bool own_or_device = status <= -1000;
    const bool named = status <= BAYNN_ERROR_CIM_DRIVER && status >= BAYNN_ERROR_CIM_DEVICE;
    return own_or_device || named || status == BAYNN_ERROR_ARGUMENT ||
           conformance_fail(run, what, value, (uint32_t)status, 0, 0);
}

bool check_errors_program(run_t *run) {
    const contents_t contents = conformance_contents_of(PATTERN_RANDOM, SEED_ERRORS);
    if (!conformance_program_all(run, &contents)) {
        return false;
    }
    for (uint32_t word = 0; word < run->column_words; word += 1) {
        run->weights[word] = conformance_mix(SEED_ERRORS, word, 0);
    }
    const baynn_cim_driver_t *driver = run->driver;
    const uint32_t first = run->options.first_array;
    const uint32_t arrays[] = {run->geometry.arrays, UINT32_MAX};
    const uint32_t rows[] = {run->geometry.rows, BAYNN_CIM_LINES_MAX, UINT32_MAX};
    for (uint32_t i = 0; i < 2; i += 1) {
        if (!refused(run, "program of array %, which is not there: expected an error, found #",
                     arrays[i], driver->program(run->context, arrays[i], 0, run->weights))) {
            return false;
        }
    }
    for (uint32_t i = 0; i < 3; i += 1) {
        if (!refused(run, "program of row %, which is not there: expected an error, found #",
                     rows[i], driver->program(run->context, first, rows[i], run->weights))) {
            return false;
        }
    }
    return conformance_read_all(run, &contents, true);
}

/* Room for one word of rows, of columns and of planes more than there are is in scratch. */
static bool mac_refused(run_t *run, const char *what, uint32_t value, baynn_cim_mac_t operation) {
    operation.struct_bytes = sizeof operation;
    operation.active = run->active;
    operation.inputs = run->inputs;
    return refused(run, what, value, run->driver->mac(run->context, &operation, run->results));
}

static void drive_first_rows(run_t *run, uint32_t rows) {
    for (uint32_t word = 0; word < run->row_words + 1u; word += 1) {
        const uint32_t rest = rows > word * 32u ? rows - word * 32u : 0;
        run->active[word] = rest >= 32 ? UINT32_MAX : (1u << rest) - 1u;
        run->inputs[word] = 0;
    }
}

bool check_errors_mac(run_t *run) {
    const contents_t contents = conformance_contents_of(PATTERN_RANDOM, SEED_ERRORS);
    if (!conformance_program_all(run, &contents)) {
        return false;
    }
    const baynn_cim_mac_t good = {.array = run->options.first_array,
                                  .row_words = run->row_words,
                                  .column_words = run->column_words,
                                  .count_planes = run->count_planes};
    drive_first_rows(run, 1);
    baynn_cim_mac_t bad = good;
    bad.array = run->geometry.arrays;
    if (!mac_refused(run, "mac in array %, which is not there: expected an error, found #",
                     bad.array, bad)) {
        return false;
    }
    bad = good;
    bad.first_row = run->geometry.rows;
    bad.row_words = 1;
    if (!mac_refused(run, "mac from row % on, which is not there: expected an error, found #",
                     bad.first_row, bad)) {
        return false;
    }
    bad = good;
    bad.column_words += 1;
    if (!mac_refused(run, "mac of % words of columns, too many: expected an error, found #",
                     bad.column_words, bad)) {
        return false;
    }
    bad = good;
    bad.column_words = 0;
    if (!mac_refused(run, "mac of % columns: expected an error, found #", 0, bad)) {
        return false;
    }
    drive_first_rows(run, 0);
    if (!mac_refused(run, "mac that drives % rows: expected an error, found #", 0, good)) {
        return false;
    }
    const uint32_t too_many = run->geometry.active_rows_max + 1u;
    if (too_many <= run->geometry.rows) {
        drive_first_rows(run, too_many);
        if (!mac_refused(run, "mac that drives % rows, too many: expected an error, found #",
                         too_many, good)) {
            return false;
        }
    }
    return conformance_read_all(run, &contents, true);
}

bool check_errors_random(run_t *run) {
    const baynn_cim_driver_t *driver = run->driver;
    const uint32_t probabilities_q16[] = {0, 65536, UINT32_MAX};
    const uint32_t counts[] = {0, BAYNN_CIM_RANDOM_BITS_MAX + 1u};
    for (uint32_t i = 0; i < 3; i += 1) {
        const uint32_t p = probabilities_q16[i];
        if (!refused(run, "random with probability %/65536: expected an error, found #", p,
                     driver->random(run->context, p, 32, run->results))) {
            return false;
        }
    }
    for (uint32_t i = 0; i < 2; i += 1) {
        if (!refused(run, "random of % bits: expected an error, found #", counts[i],
                     driver->random(run->context, 32768, counts[i], run->results))) {
            return false;
        }
    }
    const baynn_status_t status = driver->random(run->context, 32768, 32, run->results);
    return status == BAYNN_OK ||
           conformance_fail(run, "random after an error returned #", (uint32_t)status, 0, 0, 0);
}

bool check_errors_optional(run_t *run) {
    const contents_t contents = conformance_contents_of(PATTERN_RANDOM, SEED_ERRORS);
    if (!conformance_program_all(run, &contents)) {
        return false;
    }
    const baynn_cim_driver_t *driver = run->driver;
    const uint32_t beyond = run->geometry.arrays;
    uint32_t writes = 0;
    if (driver->read != NULL &&
        (!refused(run, "read of array %, which is not there: expected an error, found #", beyond,
                  driver->read(run->context, beyond, 0, run->weights)) ||
         !refused(run, "read of row %, which is not there: expected an error, found #",
                  run->geometry.rows,
                  driver->read(run->context, run->options.first_array, run->geometry.rows,
                               run->weights)))) {
        return false;
    }
    if (driver->erase != NULL &&
        !refused(run, "erase of array %, which is not there: expected an error, found #", beyond,
                 driver->erase(run->context, beyond))) {
        return false;
    }
    if (driver->wear != NULL &&
        !refused(run, "wear of array %, which is not there: expected an error, found #", beyond,
                 driver->wear(run->context, beyond, &writes))) {
        return false;
    }
    return conformance_read_all(run, &contents, true);
}
