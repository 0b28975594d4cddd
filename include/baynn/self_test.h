/* SPDX-License-Identifier: Apache-2.0 */
#ifndef BAYNN_SELF_TEST_H
#define BAYNN_SELF_TEST_H

#include <stddef.h>
#include <stdint.h>

#include "model.h"
#include "status.h"

#ifdef __cplusplus
extern "C" {
#endif

/* The tests, as bits; they run in this order. Later versions add bits: a configuration
 * of 0 then means those too. */

/** Every cell of the storage holds what is written to it (March C-, which finds
 *  stuck, coupled and wrongly addressed cells). */
#define BAYNN_TEST_STORAGE 0x01u
/** The random generator gives the published vectors. */
#define BAYNN_TEST_RANDOM 0x02u
/** Every kernel that the model uses gives the known answer. */
#define BAYNN_TEST_KERNELS 0x04u
/** The image still has its checksum, its structure is sound, and the model in RAM is as it
 *  was when the image was opened. */
#define BAYNN_TEST_IMAGE 0x08u
/** The model gives the predictions that its image lists, bit for bit, under the
 *  default posterior with seed 0. Of a model without a list there is nothing to test: the
 *  test stays out of completed. */
#define BAYNN_TEST_MODEL 0x10u

/* Of arrays, see baynn_cim_self_test_begin. They run before BAYNN_TEST_MODEL. */

/** Every array has its label, and every cell counts as its weight with both inputs. */
#define BAYNN_TEST_ARRAY 0x20u
/** The stochastic unit is not stuck, gives ones as often as asked for, and bits that do not
 *  depend on the one before. */
#define BAYNN_TEST_UNIT 0x40u

/** What to test. */
typedef struct baynn_self_test_config_t {
    /** sizeof(baynn_self_test_config_t). */
    uint32_t struct_bytes;
    /** BAYNN_TEST_..., or 0 for every test that applies. */
    uint32_t tests;
} baynn_self_test_config_t;

/** What was found. */
typedef struct baynn_self_test_report_t {
    /** sizeof(baynn_self_test_report_t), set by the caller. */
    uint32_t struct_bytes;
    /** Tests asked for, run to the end, and failed: BAYNN_TEST_... A failed test does
     *  not keep the others from running. */
    uint32_t requested;
    uint32_t completed;
    uint32_t failed;
    /** The first failure, if failed is not 0: its test, and where. STORAGE: offset of
     *  the word in bytes; RANDOM: number of the vector; KERNELS: bits of the lane word
     *  of a binary kernel, 0 for the softmax, 1 to 3 for convolutions by tables, by columns and
     *  by the definition; IMAGE: the status of the check, negated;
     *  MODEL: number of the known answer; ARRAY: array * rows + row; UNIT: the probability
     *  asked for, Q0.16. */
    uint32_t first_failed;
    uint32_t first_index;
    /** The value there, and the one it should have had: the words (STORAGE, RANDOM),
     *  checksums (KERNELS, IMAGE), the first word of an answer that differs, in the order of
     *  the image (MODEL; on arrays the labels), wrong cells and allowed ones (ARRAY), or how
     *  many bits were 1, or followed an equal one, and should have been (UNIT). An operation of a driver that
     *  fails leaves its status, negated, as the value. */
    uint32_t first_actual;
    uint32_t first_expected;
} baynn_self_test_report_t;

/** A self-test under way. Its content is private. */
typedef struct baynn_self_test_t {
    uint64_t opaque[64];
} baynn_self_test_t;

/** The storage that the self-test needs: that of a session with default configuration,
 *  or more for a very small model (1.8 KB if the set of parts has convolutions).
 *  @return BAYNN_OK; BAYNN_ERROR_STATE if the model is not open; BAYNN_ERROR_IMAGE_... if its
 *          image has been damaged since, so that the size cannot be told */
baynn_status_t baynn_self_test_storage_bytes(const baynn_model_t *model, size_t *bytes);

/** Runs the self-test in one call: begin, step until finished, report.
 *
 *  Run it on the storage that the session is going to live in, and initialise the
 *  session afterwards: the content of the storage is overwritten.
 *
 *  @param storage aligned to BAYNN_STORAGE_ALIGNMENT
 *  @param bytes   its size, at least what baynn_self_test_storage_bytes says; all of
 *                 it is tested
 *  @param config  optional
 *  @param report  struct_bytes set; written for BAYNN_OK and BAYNN_ERROR_SELF_TEST
 *  @return BAYNN_OK if all tests passed; BAYNN_ERROR_SELF_TEST if one failed;
 *          BAYNN_ERROR_STATE (model not open), BAYNN_ERROR_ALIGNMENT,
 *          BAYNN_ERROR_STORAGE, BAYNN_ERROR_ARGUMENT (unknown test, struct_bytes) */
baynn_status_t baynn_self_test(void *storage, size_t bytes, const baynn_model_t *model,
                               const baynn_self_test_config_t *config,
                               baynn_self_test_report_t *report);

/** Begins a self-test in steps. The storage belongs to it until it has finished, and the
 *  model stays open and where it is. An image that has been damaged since the model was opened
 *  is no error here: finding that is what the tests are for.
 *  @return as baynn_self_test, but never BAYNN_ERROR_SELF_TEST */
baynn_status_t baynn_self_test_begin(baynn_self_test_t *test, void *storage, size_t bytes,
                                     const baynn_model_t *model,
                                     const baynn_self_test_config_t *config);

/** Goes on for about work_max units of work (see baynn_infer_step), and for at least
 *  one piece; the check of an image's structure is one piece, that of weights is not.
 *  @param finished receives 1 if there is nothing left to do, else 0
 *  @return BAYNN_OK; BAYNN_ERROR_STATE if nothing has been begun */
baynn_status_t baynn_self_test_step(baynn_self_test_t *test, uint32_t work_max, uint32_t *finished);

/** What has been found so far.
 *  @return BAYNN_OK, or BAYNN_ERROR_SELF_TEST if a test has failed, both with the
 *          report written; BAYNN_ERROR_STATE, BAYNN_ERROR_ARGUMENT (struct_bytes) */
baynn_status_t baynn_self_test_report(const baynn_self_test_t *test,
                                      baynn_self_test_report_t *report);

#ifdef __cplusplus
}
#endif

#endif
