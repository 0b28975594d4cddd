/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SUPPORT_CIM_EMULATOR_H
#define SUPPORT_CIM_EMULATOR_H

#include "support.h"

/** A model on an emulated device of its own. */
typedef struct emulated {
    void *device_storage;
    baynn_cim_emulator_t *emulator;
    baynn_cim_bus_t bus;
    baynn_cim_registers_t registers;
    baynn_cim_t cim;
    void *session_storage;
    baynn_session_t *session;
} emulated_t;

/** Programs the model as config says, whose driver is set here, and makes a session. */
static inline emulated_t *emulated_make_as(const baynn_model_t *model,
                                           const baynn_cim_emulator_config_t *emulator_config,
                                           const baynn_session_config_t *session_config,
                                           baynn_cim_config_t config) {
    emulated_t *device = calloc(1, sizeof *device);
    size_t bytes;
    assert_int_equal(baynn_cim_emulator_storage_bytes(emulator_config, &bytes), BAYNN_OK);
    device->device_storage = malloc(bytes);
    assert_non_null(device->device_storage);
    assert_int_equal(
        baynn_cim_emulator_init(device->device_storage, bytes, emulator_config, &device->emulator),
        BAYNN_OK);
    device->bus.struct_bytes = sizeof device->bus;
    assert_int_equal(baynn_cim_emulator_bus(device->emulator, &device->bus), BAYNN_OK);
    assert_int_equal(
        baynn_cim_registers_open(&device->registers, &device->bus, device->emulator, 0), BAYNN_OK);
    config.struct_bytes = sizeof config;
    config.driver = &device->registers.driver;
    config.context = &device->registers;
    assert_int_equal(baynn_cim_open(&device->cim, model, &config), BAYNN_OK);
    uint32_t finished = 0;
    while (!finished) {
        assert_int_equal(baynn_cim_program(&device->cim, UINT32_MAX, &finished), BAYNN_OK);
    }
    assert_int_equal(baynn_cim_session_storage_bytes(&device->cim, session_config, &bytes),
                     BAYNN_OK);
    device->session_storage = malloc(bytes);
    assert_int_equal(baynn_cim_session_init(device->session_storage, bytes, &device->cim,
                                            session_config, &device->session),
                     BAYNN_OK);
    return device;
}

/** With one attempt for each row, and any number of wrong cells. */
static inline emulated_t *emulated_make(const baynn_model_t *model,
                                        const baynn_cim_emulator_config_t *emulator_config,
                                        const baynn_session_config_t *session_config) {
    const baynn_cim_config_t config = {.write_attempts = 1, .wrong_cells_max = UINT32_MAX};
    return emulated_make_as(model, emulator_config, session_config, config);
}

static inline void emulated_free(emulated_t *device) {
    free(device->session_storage);
    free(device->device_storage);
    free(device);
}

#endif
