/* SPDX-License-Identifier: Apache-2.0 */
#include "compare.h"

#include <errno.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { PIXELS = 64, RECORD_BYTES = PIXELS + 1, CLASSES = 10 };

static uint64_t image[4096];
static uint8_t records[65536];
static uint64_t plain_storage[4096];
static uint64_t array_storage[4096];
static baynn_model_t model;
static baynn_cim_t cim;

static void require(baynn_status_t status, const char *what) {
    if (status != BAYNN_OK) {
        fprintf(stderr, "own-cim-driver: %s: %s (%ld)\n", what, baynn_status_name(status),
                (long)status);
        exit(EXIT_FAILURE);
    }
}

static size_t read_file(const char *path, void *content, size_t bytes_max) {
    FILE *file = fopen(path, "rb");
    if (file == NULL) {
        fprintf(stderr,
                "own-cim-driver: cannot read '%s': %s\n"
                "Run it at the root of the repository, or pass the path of the file.\n",
                path, strerror(errno));
        exit(EXIT_FAILURE);
    }
    const size_t bytes = fread(content, 1, bytes_max, file);
    fclose(file);
    return bytes;
}

static void progress(const char *what, uint32_t done, uint32_t total) {
    if (isatty(STDERR_FILENO)) {
        fprintf(stderr, "\r  %s: %u of %u%s", what, (unsigned)done, (unsigned)total,
                done >= total ? "\r\x1b[K" : "");
    }
}

static void program(void) {
    baynn_cim_info_t info = {.struct_bytes = sizeof info};
    require(baynn_cim_info(&cim, &info), "layout");
    uint32_t finished = 0;
    uint32_t rows = 0;
    while (finished == 0) {
        progress("rows programmed", rows, info.rows);
        require(baynn_cim_program(&cim, 16, &finished), "programming");
        rows = rows + 16 < info.rows ? rows + 16 : info.rows;
    }
    progress("rows programmed", info.rows, info.rows);
    printf("  %u weights in %u rows of %u arrays of %u x %u, %u rows read at once\n",
           (unsigned)info.weight_cells, (unsigned)info.rows, (unsigned)info.arrays,
           (unsigned)info.array_rows, (unsigned)info.array_columns, (unsigned)info.active_rows);
}

typedef struct answer {
    baynn_prediction_t prediction;
    uint32_t probability_q31[CLASSES];
} answer_t;

static answer_t ask(baynn_session_t *session, const uint8_t *pixels) {
    answer_t answer = {.prediction.struct_bytes = sizeof answer.prediction};
    require(baynn_infer(session, pixels, PIXELS, &answer.prediction), "inference");
    require(baynn_infer_probabilities(session, answer.probability_q31, CLASSES), "probabilities");
    return answer;
}

static void show(const uint8_t *record, const answer_t *plain, const answer_t *array) {
    printf("\n  the first digit, a %u       without arrays   on arrays\n",
           (unsigned)record[PIXELS]);
    for (uint32_t i = 0; i < CLASSES; i += 1) {
        printf("    probability of %u  %16u %11u  / 2^31\n", (unsigned)i,
               (unsigned)plain->probability_q31[i], (unsigned)array->probability_q31[i]);
    }
}

static bool compare_all(baynn_session_t *plain_session, baynn_session_t *array_session,
                        uint32_t count) {
    uint32_t labels = 0;
    uint32_t equal = 0;
    uint32_t right = 0;
    for (uint32_t i = 0; i < count; i += 1) {
        const uint8_t *record = records + i * RECORD_BYTES;
        const answer_t plain = ask(plain_session, record);
        const answer_t array = ask(array_session, record);
        if (i == 0) {
            show(record, &plain, &array);
        }
        const bool same = memcmp(&plain, &array, sizeof plain) == 0;
        labels += plain.prediction.label == array.prediction.label ? 1u : 0u;
        equal += same ? 1u : 0u;
        right += array.prediction.label == record[PIXELS] ? 1u : 0u;
        progress("digits read", i + 1, count);
    }
    printf("\n  %u digits: %u labels equal, %u predictions equal in every bit, %u right\n",
           (unsigned)count, (unsigned)labels, (unsigned)equal, (unsigned)right);
    return equal == count;
}

bool compare_digits(const baynn_cim_driver_t *driver, void *context, const char *model_path,
                    const char *data_path) {
    const size_t image_bytes = read_file(model_path, image, sizeof image);
    const uint32_t count = (uint32_t)(read_file(data_path, records, sizeof records) / RECORD_BYTES);
    require(baynn_model_open(&model, image, image_bytes, baynn_parts_all), "model");
    baynn_model_info_t info = {.struct_bytes = sizeof info};
    require(baynn_model_info(&model, &info), "model");
    if (info.input_elements != PIXELS || info.classes != CLASSES || count == 0) {
        fprintf(stderr, "own-cim-driver: it takes a model of digits, of 64 pixels and 10 classes, "
                        "and its data\n");
        exit(EXIT_FAILURE);
    }
    const baynn_cim_config_t config = {
        .struct_bytes = sizeof config, .driver = driver, .context = context};
    require(baynn_cim_open(&cim, &model, &config), "arrays");
    program();
    baynn_session_t *plain_session;
    baynn_session_t *array_session;
    require(baynn_session_init(plain_storage, sizeof plain_storage, &model, NULL, &plain_session),
            "session");
    require(baynn_cim_session_init(array_storage, sizeof array_storage, &cim, NULL, &array_session),
            "session on arrays");
    const bool equal = compare_all(plain_session, array_session, count);
    baynn_cim_ledger_t ledger = {.struct_bytes = sizeof ledger};
    require(baynn_cim_ledger(&cim, &ledger), "ledger");
    printf("  %llu mac operations, %llu conversions, %llu rows written\n",
           (unsigned long long)ledger.macs, (unsigned long long)ledger.conversions,
           (unsigned long long)ledger.row_writes);
    return equal;
}
