/* SPDX-License-Identifier: Apache-2.0 */
#include "program.h"

#include <stdio.h>
#include <stdlib.h>

#include "file.h"
#include "records.h"
#include "self_test_names.h"

void program_require(baynn_status_t status, const char *what) {
    if (status != BAYNN_OK) {
        fprintf(stderr, "digits: %s: %s\n", what, baynn_status_name(status));
        exit(EXIT_FAILURE);
    }
}

static void open_model(program_t *program, const char *path) {
    size_t bytes;
    program->image = file_read(path, &bytes);
    if (program->image == NULL) {
        exit(EXIT_FAILURE);
    }
    const baynn_status_t status =
        baynn_model_open(&program->model, program->image, bytes, baynn_parts_all);
    if (status != BAYNN_OK) {
        fprintf(stderr,
                "digits: '%s' is no model that this library can use: %s\n"
                "Export it again, or get an intact copy.\n",
                path, baynn_status_name(status));
        exit(EXIT_FAILURE);
    }
    program->info.struct_bytes = sizeof program->info;
    program_require(baynn_model_info(&program->model, &program->info), "model information");
    if (program->info.input_elements != RECORD_PIXELS ||
        program->info.input_maximum != RECORD_INK || program->info.classes != RECORD_CLASSES) {
        fprintf(stderr,
                "digits: '%s' takes %u inputs up to %u and knows %u classes;\n"
                "this program needs a model of digits: %d inputs up to %d, %d classes.\n",
                path, (unsigned)program->info.input_elements, (unsigned)program->info.input_maximum,
                (unsigned)program->info.classes, RECORD_PIXELS, RECORD_INK, RECORD_CLASSES);
        exit(EXIT_FAILURE);
    }
}

static void open_records(program_t *program, const char *path) {
    size_t bytes;
    program->records = file_read(path, &bytes);
    if (program->records == NULL) {
        exit(EXIT_FAILURE);
    }
    if (bytes == 0 || bytes % RECORD_BYTES != 0) {
        fprintf(stderr,
                "digits: '%s' has %zu bytes, but records of %d pixels and a label make a multiple\n"
                "of %d. Are the two paths in the right order, and is the file complete?\n",
                path, bytes, RECORD_PIXELS, RECORD_BYTES);
        exit(EXIT_FAILURE);
    }
    program->record_count = bytes / RECORD_BYTES;
    for (size_t i = 0; i < bytes; i += 1) {
        const int limit = i % RECORD_BYTES == RECORD_PIXELS ? RECORD_CLASSES - 1 : RECORD_INK;
        if (program->records[i] > limit) {
            fprintf(stderr, "digits: '%s' is no held-out data: byte %zu is %u, above %d\n", path, i,
                    (unsigned)program->records[i], limit);
            exit(EXIT_FAILURE);
        }
    }
}

static void allocate_storage(program_t *program) {
    size_t test_bytes, session_bytes;
    program_require(baynn_self_test_storage_bytes(&program->model, &test_bytes), "self-test size");
    program_require(baynn_session_storage_bytes(&program->model, NULL, &session_bytes),
                    "session size");
    program->storage_bytes = test_bytes > session_bytes ? test_bytes : session_bytes;
    program->storage = malloc(program->storage_bytes);
    if (program->storage == NULL) {
        fprintf(stderr, "digits: no memory for %zu bytes\n", program->storage_bytes);
        exit(EXIT_FAILURE);
    }
}

static void describe(const program_t *program) {
    const baynn_model_info_t *info = &program->info;
    const char *name;
    program_require(baynn_model_name(&program->model, &name), "model name");
    const unsigned version = baynn_version();
    char title[64];
    snprintf(title, sizeof title, "BayNN %u.%u.%u", version >> 16, version >> 8 & 255,
             version & 255);
    terminal_text(&program->terminal, INK_BOLD, title);
    printf("  model \"%s\": %u layers, %u binary weights, %u random scales\n", name,
           (unsigned)info->layers, (unsigned)info->weights, (unsigned)info->sites);
    printf("%u bytes of model, %zu bytes of memory; each prediction averages 2^%u networks\n",
           (unsigned)info->image_bytes, program->storage_bytes, (unsigned)info->sites);
}

static void report_failure(const baynn_self_test_report_t *report) {
    const self_test_name_t *entry = self_test_name(report->first_failed);
    fprintf(stderr, "digits: self-test of %s failed", entry->name);
    if (entry->test == BAYNN_TEST_IMAGE) {
        fprintf(stderr, " with %s", baynn_status_name(-(baynn_status_t)report->first_index));
    } else {
        fprintf(stderr, " at %s %u", entry->index, (unsigned)report->first_index);
    }
    fprintf(stderr, ": found %08x, expected %08x\n", (unsigned)report->first_actual,
            (unsigned)report->first_expected);
}

static void self_test(const program_t *program) {
    baynn_self_test_report_t report = {.struct_bytes = sizeof report};
    const baynn_status_t status =
        baynn_self_test(program->storage, program->storage_bytes, &program->model, NULL, &report);
    if (status != BAYNN_OK && status != BAYNN_ERROR_SELF_TEST) {
        program_require(status, "self-test");
    }
    printf("self-test");
    for (int i = 0; i < SELF_TEST_COUNT; i += 1) {
        const uint32_t test = self_test_names[i].test;
        if ((report.requested & test) == 0) {
            continue;
        }
        const bool passed = (report.completed & ~report.failed & test) != 0;
        printf("  %s ", self_test_names[i].name);
        terminal_text(&program->terminal, passed ? INK_GOOD : INK_BAD, passed ? "ok" : "FAILED");
    }
    printf("\n\n");
    if (status != BAYNN_OK) {
        report_failure(&report);
        exit(EXIT_FAILURE);
    }
}

void program_start(program_t *program, const char *model_path, const char *records_path) {
    /* Before 1.0 a minor version may change the interface. */
    if (baynn_version() >> 8 != BAYNN_VERSION >> 8) {
        fprintf(stderr, "digits: built for another version of the library\n");
        exit(EXIT_FAILURE);
    }
    *program = (program_t){.terminal = terminal_detect()};
    open_model(program, model_path);
    open_records(program, records_path);
    allocate_storage(program);
    describe(program);
    self_test(program);
    program_require(baynn_session_init(program->storage, program->storage_bytes, &program->model,
                                       NULL, &program->session),
                    "session");
}

void program_end(program_t *program) {
    free(program->storage);
    free(program->records);
    free(program->image);
}
