/* SPDX-License-Identifier: Apache-2.0 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "baynn/cim_emulator.h"

/* Any configuration of an emulated device, and any sequence of accesses to its bus, of time, heat
 * and power: nothing outside of the device's storage is touched, nothing traps, and every call
 * returns a status that it may return. */

enum { LINES_MAX = 96, ARRAYS_MAX = 3, UNITS_MAX = 9, TRIALS_MAX = 64, BURST_MAX = 160 };

#define require(condition) require_at((condition), #condition, __LINE__)

static void require_at(int condition, const char *text, int line) {
    if (!condition) {
        fprintf(stderr, "fuzz_cim_bus.c:%d: not so: %s\n", line, text);
        abort();
    }
}

/** What is left of the data; zeros after its end. */
typedef struct source {
    const uint8_t *data;
    size_t bytes;
} source_t;

static void take(source_t *source, void *target, size_t bytes) {
    size_t there = source->bytes < bytes ? source->bytes : bytes;
    memset(target, 0, bytes);
    memcpy(target, source->data, there);
    source->data += there;
    source->bytes -= there;
}

static uint8_t take_byte(source_t *source) {
    uint8_t value;
    take(source, &value, sizeof value);
    return value;
}

static uint32_t take_word(source_t *source) {
    uint32_t value;
    take(source, &value, sizeof value);
    return value;
}

/* Raw data, but small: what takes long or much memory is not what is looked for. Fields that
 * would be refused most of the time are brought into range unless the data say otherwise. */
static baynn_cim_emulator_config_t make_config(source_t *source) {
    baynn_cim_emulator_config_t config;
    uint8_t raw = take_byte(source);
    take(source, &config, sizeof config);
    config.struct_bytes = sizeof config;
    config.arrays %= ARRAYS_MAX + 1;
    config.arrays += config.arrays == 0;
    config.rows = 32 + config.rows % LINES_MAX / 32 * 32;
    config.columns = 32 + config.columns % LINES_MAX / 32 * 32;
    config.active_rows_max %= config.rows + 1;
    config.random_units %= UNITS_MAX + 1;
    config.unit_calibration_trials %= TRIALS_MAX + 1;
    if (raw % 4 == 0) {
        return config;
    }
    config.parallel_ns = 100000 + config.parallel_ns % 162140;
    config.antiparallel_ns %= 100000;
    config.parallel_deviation_ns %= 262141;
    config.antiparallel_deviation_ns %= 262141;
    config.write_deviation_ppm %= 1000001;
    config.read_deviation_ppm %= 1000001;
    config.read_deviation_ns %= 1000001;
    config.column_deviation_ppm %= 1000001;
    config.temperature_loss_ppm %= 10001;
    config.drift_ppm %= 1000001;
    config.converter_codes %= 65537;
    config.converter_codes -= config.converter_codes == 1;
    config.converter_offset_q8 %= 1048577;
    config.converter_offset_deviation_q8 %= 1048577;
    config.converter_gain_error_ppm %= 500001;
    config.stuck_parallel_ppm %= 500001;
    config.stuck_antiparallel_ppm %= 500001;
    config.silent_write_ppm %= 1000001;
    config.noticed_write_ppm %= 1000001;
    config.read_disturb_ppb %= 1000000001;
    config.stability_q8 %= 65537;
    config.unit_stability_q8 = 5120 + config.unit_stability_q8 % 46081;
    config.unit_pulse_ns %= 1001;
    config.unit_current_deviation_ppm %= 1000001;
    config.unit_stability_deviation_ppm %= 1000001;
    config.unit_stuck %= 3;
    config.unit_reset_failure_ppm %= 1000001;
    config.reserved = 0;
    return config;
}

/* Registers and windows more often than other addresses. */
static uint32_t take_address(source_t *source) {
    static const uint32_t bases[] = {0x0000, 0x0000, 0x1000, 0x2000, 0x3000, 0x4000, 0x5E00};
    uint8_t which = take_byte(source);
    uint32_t value = take_byte(source);
    if (which % 8 == 7) {
        return take_word(source);
    }
    return bases[which % 8] + value * (which < 16 ? 4 : which % 32 + 1);
}

static void access_bus(source_t *source, const baynn_cim_bus_t *bus, baynn_cim_emulator_t *device) {
    uint8_t kind = take_byte(source);
    uint32_t address = take_address(source);
    uint32_t count = 1 + kind / 4u * 3u % BURST_MAX;
    uint32_t *words = calloc(count, sizeof *words);
    require(words != NULL);
    baynn_status_t status = BAYNN_OK;
    switch (kind % 4) {
    case 0:
        status = bus->read32(device, address, words);
        break;
    case 1:
        words[0] = take_byte(source);
        words[0] = words[0] == 255 ? take_word(source) : words[0];
        status = bus->write32(device, address, words[0]);
        break;
    case 2:
        status = bus->read_words(device, address, words, count);
        break;
    default:
        take(source, words, count * sizeof *words);
        status = bus->write_words(device, address, words, count);
    }
    require(status == BAYNN_OK || status == BAYNN_CIM_EMULATOR_NO_POWER ||
            status == BAYNN_CIM_EMULATOR_FAILED);
    free(words);
}

/* Starts a command as a driver would, with arguments that are in range more often than not. */
static void run_command(source_t *source, const baynn_cim_bus_t *bus,
                        baynn_cim_emulator_t *device) {
    uint8_t number = take_byte(source);
    uint8_t place = take_byte(source);
    uint32_t arguments[6] = {place % 4u,         place / 4u % 4u * 32, 1 + place % 3u,
                             1 + place / 3u % 3, number * 257u,        number * 3u + 1};
    bus->write_words(device, 0x2C, arguments, 6);
    bus->write32(device, 0x20, number % 11);
    uint32_t status = 0;
    for (uint32_t polls = 0; polls < 4; polls++) {
        bus->read32(device, 0x24, &status);
        require(status == 0 || status == 1 || status == 2 || status == 6);
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t bytes);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t bytes) {
    source_t source = {data, bytes};
    baynn_cim_emulator_config_t config = make_config(&source);
    size_t storage_bytes = 0;
    baynn_status_t status = baynn_cim_emulator_storage_bytes(&config, &storage_bytes);
    require(status == BAYNN_OK || status == BAYNN_ERROR_ARGUMENT);
    if (status != BAYNN_OK) {
        return 0;
    }
    void *storage = malloc(storage_bytes);
    require(storage != NULL);
    memset(storage, 0xA5, storage_bytes);
    baynn_cim_emulator_t *device = NULL;
    baynn_cim_bus_t bus = {.struct_bytes = sizeof bus};
    require(baynn_cim_emulator_init(storage, storage_bytes, &config, &device) == BAYNN_OK);
    require(baynn_cim_emulator_bus(device, &bus) == BAYNN_OK);
    for (uint32_t step = 0; step < 200 && source.bytes != 0; step++) {
        uint8_t what = take_byte(&source);
        if (what % 16 < 8) {
            access_bus(&source, &bus, device);
        } else if (what % 16 < 12) {
            run_command(&source, &bus, device);
        } else if (what % 16 == 12) {
            uint64_t nanoseconds;
            take(&source, &nanoseconds, sizeof nanoseconds);
            require(baynn_cim_emulator_wait(device, nanoseconds >> what / 4 % 64) == BAYNN_OK);
        } else if (what % 16 == 13) {
            status = baynn_cim_emulator_heat(device, (int32_t)take_word(&source) >> what / 16);
            require(status == BAYNN_OK || status == BAYNN_ERROR_ARGUMENT);
        } else if (what % 16 == 14) {
            require(baynn_cim_emulator_power_on(device, take_byte(&source)) == BAYNN_OK);
        } else {
            config = make_config(&source);
            status = baynn_cim_emulator_configure(device, &config);
            require(status == BAYNN_OK || status == BAYNN_ERROR_ARGUMENT);
        }
    }
    free(storage);
    return 0;
}
