/* SPDX-License-Identifier: Apache-2.0
 *
 * Proves that a driver keeps to the contract of baynn/cim_driver.h, on a host or on a target:
 * C99, no heap, no stdio, no archive, nothing of the C library. Compile all *.c of this folder.
 *
 *     static uint32_t scratch[2560];
 *     baynn_cim_conformance_options_t options = {.struct_bytes = sizeof options};
 *     baynn_cim_conformance_run(&driver, &device, &options, scratch, sizeof scratch,
 *                               report, NULL);
 *
 * IT DESTROYS ALL WEIGHTS of the arrays that it tests and writes each of their rows some
 * thirty times, single ones up to a hundred times.
 */
#ifndef BAYNN_CIM_CONFORMANCE_H
#define BAYNN_CIM_CONFORMANCE_H

#include <stddef.h>
#include <stdint.h>

#include "baynn/cim_driver.h"

#ifdef __cplusplus
extern "C" {
#endif

/** What to test and what to demand. Zero means an ideal device, all of it.
 *
 *  A tolerance also hides faults of a driver that touch less than its share of the values. So
 *  prove an analog device twice: with active_rows of 1 and no tolerance of counts, which shows
 *  that everything is in its place; then with as many rows as a model will drive. */
typedef struct baynn_cim_conformance_options {
    /** sizeof(baynn_cim_conformance_options_t). */
    uint32_t struct_bytes;
    /** Arrays to test and to destroy: from first_array on; arrays of 0 means to the last. */
    uint32_t first_array;
    uint32_t arrays;
    /** The most rows to drive at once, up to the geometry's active_rows_max; 0 means that. */
    uint32_t active_rows;
    /** Of analog devices: how many counts of each check may be wrong, in parts per million.
     *  0 demands every count, and the same one each time. */
    uint32_t wrong_counts_ppm_max;
    /** How many cells of each check may be wrong when read one by one, likewise. */
    uint32_t wrong_cells_ppm_max;
    /** By how much the probability of a random bit may differ from the one asked for, in
     *  1/65536, at most 16384; 0 demands that probability. */
    uint32_t probability_error_q16_max;
    /** Random bits of each statistical check, at least 4096; 0 means 131072. */
    uint32_t random_bits;
    /** Optional: turns the power of the device off and on, and makes the driver usable again.
     *  NULL: whether weights survive is not tested. */
    baynn_status_t (*power_cycle)(void *context);
} baynn_cim_conformance_options_t;

/** What became of a check. */
typedef enum baynn_cim_conformance_outcome {
    /** It begins: the last line of a log tells where a device hangs. */
    BAYNN_CIM_CONFORMANCE_STARTED,
    BAYNN_CIM_CONFORMANCE_PASSED,
    BAYNN_CIM_CONFORMANCE_FAILED,
    /** The device lacks the capability, or what the check stands on has failed. */
    BAYNN_CIM_CONFORMANCE_SKIPPED
} baynn_cim_conformance_outcome_t;

/** A check and its outcome, valid during the call of the callback. */
typedef struct baynn_cim_conformance_event {
    /** Of `checks`, from 0 on. */
    uint32_t check;
    uint32_t checks;
    baynn_cim_conformance_outcome_t outcome;
    /** Such as "mac.windows". */
    const char *name;
    /** The sentence that is checked. */
    const char *claim;
    /** Failed: what was expected and what was found. Skipped: why. Else "". */
    const char *message;
} baynn_cim_conformance_event_t;

/** Receives each check twice: when it starts, and when it has an outcome. */
typedef void (*baynn_cim_conformance_report_t)(void *report_context,
                                               const baynn_cim_conformance_event_t *event);

/** The scratch memory that a run needs, a pure function of the geometry.
 *  @return bytes, at most 10 KiB; 0 if the geometry is out of range */
size_t baynn_cim_conformance_scratch_bytes(const baynn_cim_geometry_t *geometry);

/** Runs all checks.
 *
 *  A check of random bits fails a perfect device with a probability of at most 2^-29 (by
 *  Bernstein's inequality, no approximation); there are at most 24 such comparisons.
 *
 *  @param context        passed to the driver
 *  @param options        optional
 *  @param scratch        memory that the checks use
 *  @param scratch_bytes  at least what baynn_cim_conformance_scratch_bytes says
 *  @param report         optional
 *  @param report_context passed to report
 *  @return BAYNN_OK if no check has failed; BAYNN_ERROR_SELF_TEST if one has;
 *          BAYNN_ERROR_NULL; BAYNN_ERROR_ARGUMENT (options, also if they name arrays or rows
 *          that the device has not); BAYNN_ERROR_STORAGE (scratch too small) */
baynn_status_t baynn_cim_conformance_run(const baynn_cim_driver_t *driver, void *context,
                                         const baynn_cim_conformance_options_t *options,
                                         uint32_t *scratch, size_t scratch_bytes,
                                         baynn_cim_conformance_report_t report,
                                         void *report_context);

#ifdef __cplusplus
}
#endif

#endif
