/* SPDX-License-Identifier: Apache-2.0
 *
 * One draw: a device of its own, made from a seed, and a batch of inputs that it predicts.
 */
#ifndef BAYNN_BENCHMARK_DRAWS_H
#define BAYNN_BENCHMARK_DRAWS_H

#include <baynn.h>
#include <stddef.h>
#include <stdint.h>

/* What all draws share. It is only read. */
typedef struct setup {
    const baynn_model_t *model;
    const uint8_t *inputs; /* batch x elements */
    const uint8_t *labels;
    uint32_t batch;
    uint32_t elements;
    uint32_t image_bytes;
    baynn_session_config_t session;
    baynn_cim_emulator_config_t device;
} setup_t;

/* Memory of a thread; it grows, and is used again by the next draw. */
typedef struct room {
    void *image;
    void *storage;
    size_t storage_bytes;
    void *device;
    size_t device_bytes;
} room_t;

/* Makes the device, predicts the batch, and counts the right labels; or the first error. */
typedef baynn_status_t (*draw_t)(const setup_t *setup, room_t *room, uint64_t seed,
                                 uint32_t *right);

/* No faults: what the others are compared with. */
baynn_status_t draw_native(const setup_t *setup, room_t *room, uint64_t seed, uint32_t *right);
/* Wrong weights in a copy of the image. */
baynn_status_t draw_bits(const setup_t *setup, room_t *room, uint64_t seed, uint32_t *right);
/* Reads that err as those of a column of so many cells. */
baynn_status_t draw_columns(const setup_t *setup, room_t *room, uint64_t seed, uint32_t *right);
/* Every cell: an emulated device, programmed and read through its registers. */
baynn_status_t draw_cells(const setup_t *setup, room_t *room, uint64_t seed, uint32_t *right);

/* At least so much memory; ends the program if there is none. */
void *room_take(void **memory, size_t *held, size_t bytes);
void room_free(room_t *room);

#endif
