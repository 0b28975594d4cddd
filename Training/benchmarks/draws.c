/* SPDX-License-Identifier: Apache-2.0 */
#include "draws.h"

#include <stdio.h>
#include <stdlib.h>

void *room_take(void **memory, size_t *held, size_t bytes) {
    if (bytes > *held) {
        free(*memory);
        *memory = malloc(bytes);
        *held = bytes;
        if (*memory == NULL) {
            fprintf(stderr, "arrays: no memory for %zu bytes\n", bytes);
            exit(EXIT_FAILURE);
        }
    }
    return *memory;
}

void room_free(room_t *room) {
    free(room->image);
    free(room->storage);
    free(room->device);
}

static baynn_status_t predict(const setup_t *setup, baynn_session_t *session, uint32_t *right) {
    baynn_prediction_t prediction = {.struct_bytes = sizeof prediction};
    *right = 0;
    for (uint32_t i = 0; i < setup->batch; i += 1) {
        const uint8_t *input = setup->inputs + (size_t)i * setup->elements;
        const baynn_status_t status = baynn_infer(session, input, setup->elements, &prediction);
        if (status != BAYNN_OK) {
            return status;
        }
        *right += prediction.label == setup->labels[i];
    }
    return BAYNN_OK;
}

static baynn_status_t predict_natively(const setup_t *setup, room_t *room,
                                       const baynn_model_t *model, uint32_t *right) {
    size_t bytes = 0;
    baynn_session_t *session = NULL;
    baynn_status_t status = baynn_session_storage_bytes(model, &setup->session, &bytes);
    if (status != BAYNN_OK) {
        return status;
    }
    void *storage = room_take(&room->storage, &room->storage_bytes, bytes);
    status = baynn_session_init(storage, bytes, model, &setup->session, &session);
    return status != BAYNN_OK ? status : predict(setup, session, right);
}

baynn_status_t draw_native(const setup_t *setup, room_t *room, uint64_t seed, uint32_t *right) {
    (void)seed;
    return predict_natively(setup, room, setup->model, right);
}

baynn_status_t draw_bits(const setup_t *setup, room_t *room, uint64_t seed, uint32_t *right) {
    baynn_cim_emulator_config_t device = setup->device;
    baynn_model_t model;
    device.seed = seed;
    if (room->image == NULL) {
        const size_t whole = (setup->image_bytes + BAYNN_MODEL_ALIGNMENT - 1) /
                             BAYNN_MODEL_ALIGNMENT * BAYNN_MODEL_ALIGNMENT;
        room->image = aligned_alloc(BAYNN_MODEL_ALIGNMENT, whole);
    }
    baynn_status_t status =
        baynn_cim_faulty_image(room->image, setup->image_bytes, setup->model, &device, 0, NULL);
    if (status == BAYNN_OK) {
        status = baynn_model_open(&model, room->image, setup->image_bytes, baynn_parts_all);
    }
    return status != BAYNN_OK ? status : predict_natively(setup, room, &model, right);
}

baynn_status_t draw_columns(const setup_t *setup, room_t *room, uint64_t seed, uint32_t *right) {
    baynn_cim_emulator_config_t device = setup->device;
    size_t bytes = 0;
    baynn_session_t *session = NULL;
    device.seed = seed;
    baynn_status_t status =
        baynn_cim_column_session_storage_bytes(setup->model, &setup->session, &device, &bytes);
    if (status != BAYNN_OK) {
        return status;
    }
    void *storage = room_take(&room->storage, &room->storage_bytes, bytes);
    status = baynn_cim_column_session_init(storage, bytes, setup->model, &setup->session, &device,
                                           &session);
    return status != BAYNN_OK ? status : predict(setup, session, right);
}

static baynn_status_t program(baynn_cim_t *cim) {
    uint32_t finished = 0;
    baynn_status_t status = BAYNN_OK;
    while (status == BAYNN_OK && !finished) {
        status = baynn_cim_program(cim, UINT32_MAX, &finished);
    }
    return status;
}

static baynn_status_t predict_on_arrays(const setup_t *setup, room_t *room, baynn_cim_t *cim,
                                        uint32_t *right) {
    size_t bytes = 0;
    baynn_session_t *session = NULL;
    baynn_status_t status = baynn_cim_session_storage_bytes(cim, &setup->session, &bytes);
    if (status != BAYNN_OK) {
        return status;
    }
    void *storage = room_take(&room->storage, &room->storage_bytes, bytes);
    status = baynn_cim_session_init(storage, bytes, cim, &setup->session, &session);
    return status != BAYNN_OK ? status : predict(setup, session, right);
}

baynn_status_t draw_cells(const setup_t *setup, room_t *room, uint64_t seed, uint32_t *right) {
    baynn_cim_emulator_config_t device = setup->device;
    baynn_cim_emulator_t *emulator = NULL;
    baynn_cim_registers_t registers;
    baynn_cim_bus_t bus = {.struct_bytes = sizeof bus};
    baynn_cim_t cim;
    size_t bytes = 0;
    device.seed = seed;
    baynn_status_t status = baynn_cim_emulator_storage_bytes(&device, &bytes);
    if (status != BAYNN_OK) {
        return status;
    }
    void *memory = room_take(&room->device, &room->device_bytes, bytes);
    status = baynn_cim_emulator_init(memory, bytes, &device, &emulator);
    if (status == BAYNN_OK) {
        status = baynn_cim_emulator_bus(emulator, &bus);
    }
    if (status == BAYNN_OK) {
        status = baynn_cim_registers_open(&registers, &bus, emulator, 0);
    }
    if (status != BAYNN_OK) {
        return status;
    }
    const baynn_cim_config_t config = {.struct_bytes = sizeof config,
                                       .driver = &registers.driver,
                                       .context = &registers,
                                       .wrong_cells_max = UINT32_MAX};
    status = baynn_cim_open(&cim, setup->model, &config);
    if (status == BAYNN_OK) {
        status = program(&cim);
    }
    return status != BAYNN_OK ? status : predict_on_arrays(setup, room, &cim, right);
}
