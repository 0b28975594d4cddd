/* SPDX-License-Identifier: Apache-2.0
 *
 * A model on arrays that compute in memory. The application is the same: only the session
 * is made by another function.
 *
 *     baynn_cim_config_t config = BAYNN_INIT(baynn_cim_config_t);
 *     config.driver = &driver;
 *     config.context = &device;
 *     baynn_status_t status;
 *     baynn_cim_open(&cim, &model, &config);
 *     do {
 *         status = baynn_cim_program(&cim, 64, &finished);
 *     } while (status == BAYNN_OK && !finished);
 *     baynn_cim_session_init(storage, bytes, &cim, NULL, &session);
 *     baynn_infer(session, input, input_bytes, &prediction);
 *
 * Ideal arrays give exactly the predictions of a session without arrays. Arrays that are not
 * ideal give theirs.
 */
#ifndef BAYNN_CIM_H
#define BAYNN_CIM_H

#include <stddef.h>
#include <stdint.h>

#include "cim_driver.h"
#include "model.h"
#include "self_test.h"
#include "session.h"
#include "status.h"

#ifdef __cplusplus
extern "C" {
#endif

/* How the rows of a convolution's weights lie. The results are the same. */

/** All taps below each other. */
#define BAYNN_CIM_MAPPING_UNROLLED 0u
/** Each tap of the kernel begins in an array of its own. */
#define BAYNN_CIM_MAPPING_SPLIT 1u

/** No check bits. */
#define BAYNN_CIM_ECC_NONE 0u
/** 7 check bits for each 32 weights of a row, in columns of their own: scrubbing corrects
 *  one wrong bit of these 39 and finds two, without the model image. */
#define BAYNN_CIM_ECC_WORD 1u

/** How a model uses arrays. Zero means the default, but for the driver. */
typedef struct baynn_cim_config_t {
    /** sizeof(baynn_cim_config_t). */
    uint32_t struct_bytes;
    /** BAYNN_CIM_MAPPING_... */
    uint32_t mapping;
    /** The driver, which stays in place, and its context. */
    const baynn_cim_driver_t *driver;
    void *context;
    /** The first array that this model may use: several models may share a device. */
    uint32_t first_array;
    /** The most rows that one read drives, 1 to the geometry's active_rows_max; 0 means
     *  that. */
    uint32_t active_rows;
    /** BAYNN_CIM_ECC_... */
    uint32_t ecc;
    /** How often a row is written before giving up, 1 to 255; 0 means 3. */
    uint32_t write_attempts;
    /** How many cells of an array may stay wrong after that: for arrays with stuck cells, if the
     *  model is robust enough. 0 means none, UINT32_MAX any number. */
    uint32_t wrong_cells_max;
    /** Reserved, 0. */
    uint32_t reserved;
} baynn_cim_config_t;

/** What has been done on the arrays since the ledger was cleared. All counts are of the
 *  model's operations, whatever device they ran on. */
typedef struct baynn_cim_ledger_t {
    /** sizeof(baynn_cim_ledger_t), set by the caller. */
    uint32_t struct_bytes;
    /** Reserved, 0. */
    uint32_t reserved;
    /** mac operations. */
    uint64_t macs;
    /** Cells that were driven and whose columns were converted. */
    uint64_t cell_reads;
    /** Columns converted. */
    uint64_t conversions;
    /** Counts added to a running sum. */
    uint64_t accumulations;
    /** Random bits from the stochastic unit. */
    uint64_t random_bits;
    /** Cells written, and rows. */
    uint64_t cell_writes;
    uint64_t row_writes;
    /** Cells read one by one, to verify them. */
    uint64_t cell_verifies;
    /** Words of 32 bits that moved between memory and device. */
    uint64_t buffer_words;
} baynn_cim_ledger_t;

/** How a model lies on its arrays. */
typedef struct baynn_cim_info_t {
    /** sizeof(baynn_cim_info_t), set by the caller. */
    uint32_t struct_bytes;
    /** Arrays used, from first_array on. */
    uint32_t arrays;
    /** Rows of weights, each of up to `columns` outputs; one more a label and array. */
    uint32_t rows;
    /** Cells that hold weights, and all cells of these arrays. */
    uint32_t weight_cells;
    uint32_t cells;
    /** Arrays that hold their part of this model completely. */
    uint32_t arrays_programmed;
    /** Cells that were wrong after their row had been written write_attempts times, since
     *  the model was laid out. */
    uint32_t cells_wrong;
    /** The geometry. */
    uint32_t array_rows;
    uint32_t array_columns;
    uint32_t active_rows;
    uint32_t random_units;
    /** How often the most written row has been written, as far as the device knows;
     *  UINT32_MAX if it does not. */
    uint32_t row_writes_max;
    /** Thousandths of a degree Celsius; INT32_MIN if the device does not know. */
    int32_t millidegrees;
} baynn_cim_info_t;

/** What scrubbing found. */
typedef struct baynn_cim_scrub_report_t {
    /** sizeof(baynn_cim_scrub_report_t), set by the caller. */
    uint32_t struct_bytes;
    /** Rows read, and those of them with a wrong cell. */
    uint32_t rows;
    uint32_t rows_wrong;
    /** Wrong cells, as far as known, and those still wrong after rewriting. */
    uint32_t cells_wrong;
    uint32_t cells_left;
    /** With check bits: words with more wrong bits than these can correct. */
    uint32_t words_uncorrectable;
} baynn_cim_scrub_report_t;

/** A model on arrays. Its content is private. */
typedef struct baynn_cim_t {
    uint64_t opaque[96];
} baynn_cim_t;

/** Lays a model out on the arrays of a driver. Nothing is written to them.
 *
 *  @param cim   stays in place while it, or a session or self-test made from it, is in use
 *  @return BAYNN_OK; BAYNN_ERROR_STATE (model not open); BAYNN_ERROR_ARGUMENT (config);
 *          BAYNN_ERROR_CIM_DRIVER; BAYNN_ERROR_CIM_GEOMETRY; BAYNN_ERROR_CIM_CAPACITY; or
 *          an error of the driver */
baynn_status_t baynn_cim_open(baynn_cim_t *cim, const baynn_model_t *model,
                              const baynn_cim_config_t *config);

/** Describes a model on its arrays; reads the label of each array.
 *  @return BAYNN_OK; BAYNN_ERROR_STATE (not open); BAYNN_ERROR_ARGUMENT (struct_bytes); an
 *          error of the driver */
baynn_status_t baynn_cim_info(baynn_cim_t *cim, baynn_cim_info_t *info);

/** Programs up to rows_max rows; to be called until it has finished.
 *
 *  An array whose label says that it holds its part of this model is left as it is. In others
 *  the label is destroyed first; then each row is written, read back with both inputs and written again if it
 *  is wrong or the driver says that it failed, up to write_attempts times; last comes a new
 *  label. So power may fail at any
 *  time: the label is there only if all rows are, and the next start goes on with the array
 *  at which this one was stopped. Labels tell arrays by a pattern of at least 128 cells that
 *  depends on the image, and hold if no more than a quarter of these is wrong.
 *
 *  @param rows_max at least 1, else BAYNN_ERROR_ARGUMENT
 *  @param finished receives 1 if every array holds its part, else 0
 *  @return BAYNN_OK; BAYNN_ERROR_CIM_WRITE if more than wrong_cells_max cells of an array
 *          cannot be written (it then has no label); BAYNN_ERROR_STATE; an error of the
 *          driver. After an error the next call starts over with the first array that has no
 *          label. */
baynn_status_t baynn_cim_program(baynn_cim_t *cim, uint32_t rows_max, uint32_t *finished);

/** Destroys the labels of all arrays of the model, then sets all their cells to 0.
 *  @return BAYNN_OK; BAYNN_ERROR_STATE; BAYNN_ERROR_CIM_WRITE; an error of the driver */
baynn_status_t baynn_cim_erase(baynn_cim_t *cim);

/** Reads up to rows_max rows and rewrites those that are wrong. Goes round: after the last
 *  row comes the first one. With BAYNN_CIM_ECC_WORD the check bits say what is right, and the
 *  image is not read; without, the model image does.
 *
 *  @param report what this call has found
 *  @return BAYNN_OK, also if cells are left that cannot be corrected; BAYNN_ERROR_STATE;
 *          BAYNN_ERROR_CIM_NOT_PROGRAMMED; BAYNN_ERROR_ARGUMENT (rows_max of 0,
 *          struct_bytes); an error of the driver */
baynn_status_t baynn_cim_scrub(baynn_cim_t *cim, uint32_t rows_max,
                               baynn_cim_scrub_report_t *report);

/** The storage of a session on arrays.
 *  @return as baynn_session_storage_bytes */
baynn_status_t baynn_cim_session_storage_bytes(const baynn_cim_t *cim,
                                               const baynn_session_config_t *config, size_t *bytes);

/** Makes a session whose binary layers run on the arrays, and whose random bits come from
 *  their stochastic unit: seed and call of the configuration have no effect. It is used like
 *  any other. An error of the driver ends an inference: step returns it unchanged, what
 *  leaves before have said can still be asked for, and another inference may begin.
 *
 *  @return as baynn_session_init, or BAYNN_ERROR_CIM_NOT_PROGRAMMED if an array does not hold
 *          its part of the model, or an error of the driver */
baynn_status_t baynn_cim_session_init(void *storage, size_t bytes, baynn_cim_t *cim,
                                      const baynn_session_config_t *config,
                                      baynn_session_t **session);

/** Shows the session an input of the kind it will see, to find how far the sums of each
 *  output are off on average over all inputs shown; from now on they are corrected by that.
 *  Weights are not rewritten. Ends an inference that is under way. The more inputs the better;
 *  some dozens will do.
 *
 *  @return as baynn_infer; BAYNN_ERROR_STATE if the session is not on arrays; an error of the
 *          driver, before which some sums may have been measured */
baynn_status_t baynn_cim_calibrate(baynn_session_t *session, const uint8_t *input, size_t bytes);

/** Forgets all calibration.
 *  @return BAYNN_OK; BAYNN_ERROR_STATE if the session is not on arrays */
baynn_status_t baynn_cim_calibrate_clear(baynn_session_t *session);

/** What has been done since the ledger was cleared, or the model was laid out.
 *  @return BAYNN_OK; BAYNN_ERROR_STATE; BAYNN_ERROR_ARGUMENT (struct_bytes) */
baynn_status_t baynn_cim_ledger(const baynn_cim_t *cim, baynn_cim_ledger_t *ledger);

/** Clears the ledger.
 *  @return BAYNN_OK or BAYNN_ERROR_STATE */
baynn_status_t baynn_cim_ledger_clear(baynn_cim_t *cim);

/** Storage for a self-test with arrays.
 *  @return BAYNN_OK; BAYNN_ERROR_STATE */
baynn_status_t baynn_cim_self_test_storage_bytes(const baynn_cim_t *cim, size_t *bytes);

/** Begins a self-test of everything and of the arrays: as baynn_self_test_begin, with
 *  BAYNN_TEST_ARRAY and BAYNN_TEST_UNIT besides, and known answers (BAYNN_TEST_MODEL) that are
 *  computed on the arrays: of their labels one in eight may be another one. Goes on with baynn_self_test_step and baynn_self_test_report. The
 *  arrays are only read.
 *
 *  @return as baynn_self_test_begin; errors of the driver make their test fail */
baynn_status_t baynn_cim_self_test_begin(baynn_self_test_t *test, void *storage, size_t bytes,
                                         baynn_cim_t *cim, const baynn_self_test_config_t *config);

#ifdef __cplusplus
}
#endif

#endif
