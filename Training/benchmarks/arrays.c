/* SPDX-License-Identifier: Apache-2.0
 *
 * How fast models run on imperfect devices, a fresh one for each draw:
 *
 *     arrays MODEL INPUTS.idx LABELS.idx BATCH SECONDS THREADS
 *
 * Prints a JSON line for each model of the device and posterior. Each takes at least SECONDS;
 * making, programming and opening devices is part of the time. A draw belongs to one thread.
 */
#define _POSIX_C_SOURCE 200809L

#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "draws.h"

enum { THREADS_MAX = 64, IDX_INPUTS_HEAD = 12, IDX_LABELS_HEAD = 8 };

typedef struct job {
    const setup_t *setup;
    draw_t draw;
    double deadline;
    _Atomic uint64_t seeds;
    _Atomic uint64_t draws;
    _Atomic uint64_t right;
    _Atomic int32_t status;
} job_t;

static double seconds_of(clockid_t clock) {
    struct timespec time;
    clock_gettime(clock, &time);
    return (double)time.tv_sec + 1e-9 * (double)time.tv_nsec;
}

static double now(void) {
    return seconds_of(CLOCK_MONOTONIC);
}

static void *work(void *argument) {
    job_t *job = argument;
    room_t room = {0};
    do {
        const uint64_t seed = atomic_fetch_add(&job->seeds, 1);
        uint32_t right = 0;
        const baynn_status_t status = job->draw(job->setup, &room, seed, &right);
        if (status != BAYNN_OK) {
            atomic_store(&job->status, status);
            break;
        }
        atomic_fetch_add(&job->draws, 1);
        atomic_fetch_add(&job->right, right);
    } while (now() < job->deadline);
    room_free(&room);
    return NULL;
}

static int measure(const setup_t *setup, const char *name, draw_t draw, const char *posterior,
                   double seconds, uint32_t threads) {
    pthread_t ids[THREADS_MAX];
    const double start = now();
    const double processor_start = seconds_of(CLOCK_PROCESS_CPUTIME_ID);
    job_t job = {.setup = setup, .draw = draw, .deadline = start + seconds, .seeds = 1};
    for (uint32_t i = 0; i < threads; i += 1) {
        if (pthread_create(&ids[i], NULL, work, &job) != 0) {
            fprintf(stderr, "arrays: thread %u cannot be made\n", i);
            exit(EXIT_FAILURE);
        }
    }
    for (uint32_t i = 0; i < threads; i += 1) {
        pthread_join(ids[i], NULL);
    }
    const double elapsed = now() - start;
    const double processor = seconds_of(CLOCK_PROCESS_CPUTIME_ID) - processor_start;
    if (job.status != BAYNN_OK) {
        fprintf(stderr, "arrays: %s: %s\n", name, baynn_status_name(job.status));
        return EXIT_FAILURE;
    }
    const double inferences = (double)job.draws * setup->batch;
    printf("{\"name\": \"%s\", \"posterior\": \"%s\", \"draws\": %llu, \"inferences\": %.0f, "
           "\"seconds\": %.3f, \"processor_seconds\": %.3f, \"accuracy\": %.5f}\n",
           name, posterior, (unsigned long long)job.draws, inferences, elapsed, processor,
           (double)job.right / inferences);
    fflush(stdout);
    return EXIT_SUCCESS;
}

/* A whole file, aligned as an image is. Ends the program if it cannot be read. */
static uint8_t *read_file(const char *path, size_t *bytes) {
    FILE *file = fopen(path, "rb");
    long size = -1;
    if (file != NULL && fseek(file, 0, SEEK_END) == 0) {
        size = ftell(file);
        rewind(file);
    }
    const size_t room = size < 0 ? 0 : ((size_t)size / 64 + 1) * 64;
    uint8_t *content = room == 0 ? NULL : aligned_alloc(64, room);
    if (content == NULL || fread(content, 1, (size_t)size, file) != (size_t)size) {
        fprintf(stderr, "arrays: '%s' cannot be read\n", path);
        exit(EXIT_FAILURE);
    }
    fclose(file);
    *bytes = (size_t)size;
    return content;
}

static int measure_all(setup_t *setup, double seconds, uint32_t threads) {
    static const struct {
        const char *name;
        draw_t draw;
    } draws[] = {{"native", draw_native},
                 {"bits", draw_bits},
                 {"columns", draw_columns},
                 {"cells", draw_cells}};
    static const struct {
        const char *name;
        uint32_t posterior;
    } posteriors[] = {{"deterministic", BAYNN_POSTERIOR_DETERMINISTIC},
                      {"exact", BAYNN_POSTERIOR_EXACT}};
    int result = EXIT_SUCCESS;
    for (size_t p = 0; p < sizeof posteriors / sizeof *posteriors; p += 1) {
        setup->session.posterior = posteriors[p].posterior;
        for (size_t d = 0; d < sizeof draws / sizeof *draws; d += 1) {
            if (measure(setup, draws[d].name, draws[d].draw, posteriors[p].name, seconds,
                        threads) != EXIT_SUCCESS) {
                result = EXIT_FAILURE;
            }
        }
    }
    return result;
}

int main(int argc, char **argv) {
    if (argc != 7) {
        fprintf(stderr, "usage: %s MODEL INPUTS.idx LABELS.idx BATCH SECONDS THREADS\n", argv[0]);
        return EXIT_FAILURE;
    }
    size_t image_bytes;
    size_t inputs_bytes;
    size_t labels_bytes;
    const uint8_t *image = read_file(argv[1], &image_bytes);
    const uint8_t *inputs = read_file(argv[2], &inputs_bytes);
    const uint8_t *labels = read_file(argv[3], &labels_bytes);
    const uint32_t batch = (uint32_t)strtoul(argv[4], NULL, 10);
    const double seconds = strtod(argv[5], NULL);
    const uint32_t threads = (uint32_t)strtoul(argv[6], NULL, 10);
    baynn_model_t model;
    baynn_model_info_t info = {.struct_bytes = sizeof info};
    baynn_status_t status = baynn_model_open(&model, image, image_bytes, baynn_parts_all);
    if (status == BAYNN_OK) {
        status = baynn_model_info(&model, &info);
    }
    if (status != BAYNN_OK) {
        fprintf(stderr, "arrays: '%s': %s\n", argv[1], baynn_status_name(status));
        return EXIT_FAILURE;
    }
    if (batch == 0 || inputs_bytes < IDX_INPUTS_HEAD + (size_t)batch * info.input_elements ||
        labels_bytes < IDX_LABELS_HEAD + (size_t)batch || threads == 0 || threads > THREADS_MAX) {
        fprintf(stderr, "arrays: there are fewer than BATCH inputs, or THREADS is not 1 to %d\n",
                THREADS_MAX);
        return EXIT_FAILURE;
    }
    /* Published spreads, 16 rows at a time; one weight in a hundred stuck for bit faults,
     * half of them at what they should be. */
    setup_t setup = {.model = &model,
                     .inputs = inputs + IDX_INPUTS_HEAD,
                     .labels = labels + IDX_LABELS_HEAD,
                     .batch = batch,
                     .elements = info.input_elements,
                     .image_bytes = (uint32_t)image_bytes,
                     .session = {.struct_bytes = sizeof setup.session},
                     .device = {.struct_bytes = sizeof setup.device,
                                .arrays = 16,
                                .active_rows_max = 16,
                                .parallel_deviation_ns = 5500,
                                .antiparallel_deviation_ns = 2500,
                                .stuck_parallel_ppm = 10000,
                                .stuck_antiparallel_ppm = 10000}};
    return measure_all(&setup, seconds, threads);
}
