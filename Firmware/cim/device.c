/* SPDX-License-Identifier: Apache-2.0 */
#include "device.h"

/* About 4.4 bytes a cell. */
static uint64_t memory[1 << 17]; /* 1 MiB */

baynn_cim_emulator_config_t device_ideal(void) {
    return (baynn_cim_emulator_config_t){
        .struct_bytes = sizeof(baynn_cim_emulator_config_t),
        .arrays = 2,
        .rows = 256,
        .columns = 256,
        .active_rows_max = 8,
        .seed = 1,
    };
}

baynn_cim_emulator_config_t device_published(void) {
    baynn_cim_emulator_config_t emulated = device_ideal();
    emulated.parallel_deviation_ns = 5500;
    emulated.antiparallel_deviation_ns = 2500;
    emulated.converter_codes = 2 * emulated.active_rows_max + 1;
    emulated.unit_current_deviation_ppm = 10000;
    emulated.unit_calibration_trials = 256;
    return emulated;
}

/* 18.54 (0.62) and 25.40 (0.93) kOhm. */
baynn_cim_emulator_config_t device_low_contrast(void) {
    baynn_cim_emulator_config_t emulated = device_published();
    emulated.parallel_ns = 53940;
    emulated.parallel_deviation_ns = 1804;
    emulated.antiparallel_ns = 39370;
    emulated.antiparallel_deviation_ns = 1442;
    emulated.active_rows_max = 32;
    emulated.converter_codes = 2 * emulated.active_rows_max + 1;
    return emulated;
}

static baynn_status_t open_driver(device_t *device) {
    return baynn_cim_registers_open(&device->registers, &bus_watch_bus, &device->bus, 0);
}

baynn_status_t device_make(device_t *device, const baynn_cim_emulator_config_t *emulated) {
    device->emulated = *emulated;
    baynn_status_t status =
        baynn_cim_emulator_init(memory, sizeof memory, emulated, &device->emulator);
    if (status == BAYNN_OK) {
        device->bus.context = device->emulator;
        device->bus.behind.struct_bytes = sizeof device->bus.behind;
        status = baynn_cim_emulator_bus(device->emulator, &device->bus.behind);
        bus_watch_clear(&device->bus);
    }
    return status == BAYNN_OK ? open_driver(device) : status;
}

baynn_status_t device_restart(device_t *device) {
    device->emulated.power_cut_write = 0;
    const baynn_status_t status = baynn_cim_emulator_power_on(device->emulator, 0);
    return status == BAYNN_OK ? open_driver(device) : status;
}

baynn_status_t device_change(device_t *device, const baynn_cim_emulator_config_t *emulated) {
    device->emulated = *emulated;
    return baynn_cim_emulator_configure(device->emulator, emulated);
}

baynn_status_t device_open_model(device_t *device, const baynn_model_t *model, baynn_cim_t *cim) {
    const baynn_cim_config_t config = {
        .struct_bytes = sizeof config,
        .driver = &device->registers.driver,
        .context = &device->registers,
    };
    return baynn_cim_open(cim, model, &config);
}
