/* SPDX-License-Identifier: Apache-2.0 */
#include <stdlib.h>
#include <string.h>

#include "fuzz.h"
#include "fuzz_work.h"

/* The self-test of whatever image opens. */

/* What holds of the report of a finished self-test. */
static void check_report(const baynn_self_test_report_t *report, baynn_status_t status,
                         int intact) {
    const uint32_t machine = BAYNN_TEST_STORAGE | BAYNN_TEST_RANDOM | BAYNN_TEST_KERNELS;
    require(status == BAYNN_OK || status == BAYNN_ERROR_SELF_TEST);
    require((report->failed == 0) == (status == BAYNN_OK));
    /* Only a model without known answers leaves a test out. */
    require((report->completed | BAYNN_TEST_MODEL) == (report->requested | BAYNN_TEST_MODEL));
    require((report->failed & machine) == 0);
    require(intact == ((report->failed & BAYNN_TEST_IMAGE) == 0));
}

static void self_test_in_steps(const baynn_model_t *model, void *storage, size_t bytes,
                               const baynn_self_test_report_t *whole, uint32_t work_max) {
    baynn_self_test_t test;
    memset(&test, 0, sizeof test);
    require(baynn_self_test_begin(&test, storage, bytes, model, NULL) == BAYNN_OK);
    baynn_self_test_report_t report = {.struct_bytes = sizeof report};
    uint32_t finished = 0;
    /* Pieces: one of an inference, the structure of the image, 512 units of other tests. */
    baynn_model_info_t info = {.struct_bytes = sizeof info};
    (void)baynn_model_info(model, &info);
    uint64_t piece =
        info.piece_work_max > info.image_bytes ? info.piece_work_max : info.image_bytes;
    uint64_t units = work_max + piece + 512;
    while (!finished) {
        uint64_t before = work_count();
        require(baynn_self_test_step(&test, work_max, &finished) == BAYNN_OK);
        require(work_count() - before <= units * COMPARISONS_OF_UNIT + COMPARISONS_OF_CALL);
        baynn_status_t status = baynn_self_test_report(&test, &report);
        require(status == (report.failed == 0 ? BAYNN_OK : BAYNN_ERROR_SELF_TEST));
    }
    require(memcmp(&report, whole, sizeof report) == 0);
}

void self_test(const baynn_model_t *model, int intact, uint32_t work_max) {
    size_t bytes = 0;
    require(baynn_self_test_storage_bytes(model, &bytes) == BAYNN_OK);
    if (bytes > STORAGE_MAX / 64) {
        return;
    }
    void *storage = block(bytes);
    baynn_self_test_report_t report = {.struct_bytes = sizeof report};
    baynn_status_t status = baynn_self_test(storage, bytes, model, NULL, &report);
    check_report(&report, status, intact);
    self_test_in_steps(model, storage, bytes, &report, work_max);
    free(storage);
}
