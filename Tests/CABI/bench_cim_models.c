/* SPDX-License-Identifier: Apache-2.0 */
/* For clock_gettime. */
#define _POSIX_C_SOURCE 199309L

#include <stdio.h>
#include <time.h>

#include "support.h"

/* What the fast models of emulated arrays cost: a network of 784-512-256-10 and inputs of 8 bits,
 * of which four in five are 0. Each figure is the least of many batches, taken in turn. */

enum { ELEMENTS = 784, SAMPLES = 64, BATCHES = 600, WEIGHTS = 784 * 512 + 512 * 256 + 256 * 10 };

static double now_us(void) {
    struct timespec time;
    clock_gettime(CLOCK_MONOTONIC, &time);
    return (double)time.tv_sec * 1e6 + (double)time.tv_nsec * 1e-3;
}

static baynn_session_t *column_session(const baynn_model_t *model,
                                       const baynn_session_config_t *config, uint32_t rows) {
    baynn_cim_emulator_config_t emulator = {.struct_bytes = sizeof emulator,
                                            .active_rows_max = rows,
                                            .parallel_deviation_ns = 5500,
                                            .antiparallel_deviation_ns = 2500};
    size_t bytes;
    baynn_session_t *session = NULL;
    baynn_cim_column_session_storage_bytes(model, config, &emulator, &bytes);
    double start = now_us();
    baynn_cim_column_session_init(malloc(bytes), bytes, model, config, &emulator, &session);
    printf("column session, %u rows: %zu bytes, made in %.0f us\n", rows, bytes, now_us() - start);
    return session;
}

int main(void) {
    static const image_layer_t layers[] = {{512, 1, 0}, {256, 1, 0}};
    image_spec_t spec = {.height = 28,
                         .width = 28,
                         .channels = 1,
                         .maximum = 255,
                         .layers = layers,
                         .layer_count = 2,
                         .classes = 10,
                         .seed = 1,
                         .scale_spread_q16 = 80000};
    image_t image = image_make(&spec);
    baynn_model_t model = model_open(image);
    static uint8_t inputs[SAMPLES][ELEMENTS];
    uint64_t random = 7;
    for (size_t i = 0; i < sizeof inputs; i++) {
        uint64_t word = image_random(&random);
        inputs[i / ELEMENTS][i % ELEMENTS] = (word >> 40) % 5 == 0 ? (uint8_t)word : 0;
    }
    baynn_session_config_t config = {.struct_bytes = sizeof config,
                                     .posterior = BAYNN_POSTERIOR_DETERMINISTIC};
    const char *names[] = {"native", "columns, 8 rows", "columns, 16 rows", "columns, 32 rows"};
    baynn_session_t *sessions[] = {
        room_make(&model, &config).session, column_session(&model, &config, 8),
        column_session(&model, &config, 16), column_session(&model, &config, 32)};
    double best[COUNT(sessions)];
    for (uint32_t batch = 0; batch < BATCHES; batch++) {
        for (size_t k = 0; k < COUNT(sessions); k++) {
            baynn_prediction_t prediction = {.struct_bytes = sizeof prediction};
            double start = now_us();
            for (uint32_t i = 0; i < SAMPLES; i++) {
                baynn_infer(sessions[k], inputs[i], ELEMENTS, &prediction);
            }
            double time = (now_us() - start) / SAMPLES;
            best[k] = batch == 0 || time < best[k] ? time : best[k];
        }
    }
    for (size_t k = 0; k < COUNT(sessions); k++) {
        printf("%-16s %6.2f us an inference, %.2f of native\n", names[k], best[k],
               best[k] / best[0]);
    }
    image_t copy = image_copy(image);
    double faulty = 1e9, checksum = 1e9;
    uint32_t wrong = 0;
    for (uint64_t seed = 0; seed < 100; seed++) {
        baynn_cim_emulator_config_t faults = {.struct_bytes = sizeof faults,
                                              .seed = seed,
                                              .stuck_parallel_ppm = 5000,
                                              .stuck_antiparallel_ppm = 5000};
        double start = now_us();
        baynn_cim_faulty_image(copy.data, copy.bytes, &model, &faults, 0, &wrong);
        double middle = now_us();
        baynn_crc32(0, image.data, image.bytes);
        double end = now_us();
        faulty = middle - start < faulty ? middle - start : faulty;
        checksum = end - middle < checksum ? end - middle : checksum;
    }
    printf("faulty image of %zu bytes, 1 %% of cells stuck: %.0f us, of which two checksums "
           "%.0f us; %u of %u weights wrong\n",
           image.bytes, faulty, 2 * checksum, wrong, (unsigned)WEIGHTS);
    return 0;
}
