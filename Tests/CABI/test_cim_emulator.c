/* SPDX-License-Identifier: Apache-2.0 */
#include "emulated.h"

/* The functions of an emulated device: arguments, storage, power, determinism. */

static const baynn_cim_emulator_config_t SMALL = {
    .struct_bytes = sizeof SMALL, .arrays = 2, .rows = 64, .columns = 96, .active_rows_max = 64};

static void null_pointers(void **state) {
    (void)state;
    size_t bytes = 0;
    emulated_t e = emulated_make(SMALL);
    baynn_cim_emulator_t *device = NULL;
    assert_int_equal(baynn_cim_emulator_storage_bytes(NULL, NULL), BAYNN_ERROR_NULL);
    assert_int_equal(baynn_cim_emulator_storage_bytes(NULL, &bytes), BAYNN_OK);
    assert_int_equal(baynn_cim_emulator_init(NULL, bytes, NULL, &device), BAYNN_ERROR_NULL);
    assert_int_equal(baynn_cim_emulator_init(e.storage, bytes, NULL, NULL), BAYNN_ERROR_NULL);
    assert_int_equal(baynn_cim_emulator_bus(NULL, &e.bus), BAYNN_ERROR_NULL);
    assert_int_equal(baynn_cim_emulator_bus(e.device, NULL), BAYNN_ERROR_NULL);
    assert_int_equal(baynn_cim_emulator_configure(NULL, &SMALL), BAYNN_ERROR_NULL);
    assert_int_equal(baynn_cim_emulator_wait(NULL, 1), BAYNN_ERROR_NULL);
    assert_int_equal(baynn_cim_emulator_heat(NULL, 1), BAYNN_ERROR_NULL);
    assert_int_equal(baynn_cim_emulator_power_on(NULL, 0), BAYNN_ERROR_NULL);
    uint32_t word = 0;
    assert_int_equal(e.bus.read32(NULL, 0, &word), BAYNN_ERROR_NULL);
    assert_int_equal(e.bus.read32(e.device, 0, NULL), BAYNN_ERROR_NULL);
    assert_int_equal(e.bus.write32(NULL, 0, 0), BAYNN_ERROR_NULL);
    assert_int_equal(e.bus.read_words(e.device, 0, NULL, 1), BAYNN_ERROR_NULL);
    assert_int_equal(e.bus.write_words(e.device, 0, NULL, 1), BAYNN_ERROR_NULL);
    emulated_free(&e);
}

static void no_device(void **state) {
    (void)state;
    static uint64_t memory[8];
    baynn_cim_emulator_t *none = (baynn_cim_emulator_t *)memory;
    baynn_cim_bus_t bus = {.struct_bytes = sizeof bus};
    uint32_t word = 0;
    assert_int_equal(baynn_cim_emulator_bus(none, &bus), BAYNN_ERROR_STATE);
    assert_int_equal(baynn_cim_emulator_configure(none, &SMALL), BAYNN_ERROR_STATE);
    assert_int_equal(baynn_cim_emulator_wait(none, 1), BAYNN_ERROR_STATE);
    assert_int_equal(baynn_cim_emulator_heat(none, 25000), BAYNN_ERROR_STATE);
    assert_int_equal(baynn_cim_emulator_power_on(none, 0), BAYNN_ERROR_STATE);
    emulated_t e = emulated_make(SMALL);
    assert_int_equal(e.bus.read32(none, 0, &word), BAYNN_ERROR_STATE);
    assert_int_equal(e.bus.write32(none, 0, 0), BAYNN_ERROR_STATE);
    emulated_free(&e);
}

static void refused_arguments(void **state) {
    (void)state;
    size_t bytes = 0;
    baynn_cim_emulator_config_t config = SMALL;
    assert_int_equal(baynn_cim_emulator_storage_bytes(&config, &bytes), BAYNN_OK);
    uint8_t *storage = malloc(bytes + 8);
    baynn_cim_emulator_t *device = NULL;
    config.struct_bytes--;
    size_t untouched = 77;
    assert_int_equal(baynn_cim_emulator_storage_bytes(&config, &untouched), BAYNN_ERROR_ARGUMENT);
    assert_int_equal(untouched, 77);
    assert_int_equal(baynn_cim_emulator_init(storage, bytes, &config, &device),
                     BAYNN_ERROR_ARGUMENT);
    config.struct_bytes = sizeof config;
    for (size_t shift = 1; shift < 8; shift++) {
        assert_int_equal(baynn_cim_emulator_init(storage + shift, bytes, &config, &device),
                         BAYNN_ERROR_ALIGNMENT);
    }
    assert_int_equal(baynn_cim_emulator_init(storage, bytes - 1, &config, &device),
                     BAYNN_ERROR_STORAGE);
    assert_int_equal(baynn_cim_emulator_init(storage, 0, &config, &device), BAYNN_ERROR_STORAGE);
    config.reserved = 1;
    assert_int_equal(baynn_cim_emulator_init(storage, bytes, &config, &device),
                     BAYNN_ERROR_ARGUMENT);
    assert_null(device);
    free(storage);
}

static void configure_keeps_the_geometry(void **state) {
    (void)state;
    emulated_t e = emulated_make(SMALL);
    baynn_cim_emulator_config_t config = SMALL;
    config.read_deviation_ppm = 500;
    config.seed = 9;
    assert_int_equal(baynn_cim_emulator_configure(e.device, &config), BAYNN_OK);
    uint32_t others[] = {1, 32, 64, 32, 2};
    for (uint32_t i = 0; i < 5; i++) {
        config = SMALL;
        uint32_t *fields[] = {&config.arrays, &config.rows, &config.columns,
                              &config.active_rows_max, &config.random_units};
        *fields[i] = others[i];
        config.active_rows_max = i == 1 ? 32 : config.active_rows_max;
        assert_int_equal(baynn_cim_emulator_configure(e.device, &config), BAYNN_ERROR_ARGUMENT);
    }
    assert_int_equal(baynn_cim_emulator_heat(e.device, -100001), BAYNN_ERROR_ARGUMENT);
    assert_int_equal(baynn_cim_emulator_heat(e.device, 300001), BAYNN_ERROR_ARGUMENT);
    emulated_free(&e);
}

/* Nothing outside of the storage is touched: whatever is done fits what was asked for. */
static void storage_is_enough(void **state) {
    (void)state;
    enum { GUARD = 64 };
    baynn_cim_emulator_config_t config = SMALL;
    config.random_units = 5;
    config.parallel_deviation_ns = 5500;
    config.stuck_parallel_ppm = 1000;
    config.stability_q8 = 20 << 8;
    size_t bytes = 0;
    assert_int_equal(baynn_cim_emulator_storage_bytes(&config, &bytes), BAYNN_OK);
    uint8_t *block = malloc(bytes + 2 * GUARD);
    memset(block, 0xE7, bytes + 2 * GUARD);
    emulated_t e = {.storage = block, .bus = {.struct_bytes = sizeof e.bus}};
    assert_int_equal(baynn_cim_emulator_init(block + GUARD, bytes, &config, &e.device), BAYNN_OK);
    assert_int_equal(baynn_cim_emulator_bus(e.device, &e.bus), BAYNN_OK);
    for (uint32_t address = 0; address < 0x8000; address += 4) {
        if (address != REG_COMMAND) {
            put(&e, address, 0xFFFFFFFFu);
        }
    }
    uint32_t weights[3] = {1, 2, 3};
    uint32_t active[2] = {~0u, ~0u};
    uint32_t counts[21];
    for (uint32_t row = 0; row < 64; row++) {
        assert_int_equal(program(&e, 1, row, weights, 3), 0);
    }
    assert_int_equal(mac(&e, 1, 0, 2, 3, active, active, counts, 7), 0);
    put(&e, REG_PROBABILITY, 65535);
    put(&e, REG_RANDOM_BITS, 65536);
    assert_int_equal(command(&e, COMMAND_RANDOM), 0);
    assert_int_equal(baynn_cim_emulator_wait(e.device, 1000000000), BAYNN_OK);
    for (size_t i = 0; i < GUARD; i++) {
        assert_int_equal(block[i], 0xE7);
        assert_int_equal(block[GUARD + bytes + i], 0xE7);
    }
    free(block);
}

/* About 4.3 bytes a cell, and 11 kB. */
static void storage_is_as_the_header_says(void **state) {
    (void)state;
    size_t bytes = 0;
    assert_int_equal(baynn_cim_emulator_storage_bytes(NULL, &bytes), BAYNN_OK);
    double cells = 4.0 * 256 * 256;
    assert_true((double)bytes > 4.25 * cells && (double)bytes - 11264 < 4.35 * cells);
    baynn_cim_emulator_config_t config = {
        .struct_bytes = sizeof config, .arrays = 1, .rows = 32, .columns = 32};
    assert_int_equal(baynn_cim_emulator_storage_bytes(&config, &bytes), BAYNN_OK);
    assert_true(bytes < 1024 * 5 + 11264);
}

static uint32_t trace(uint64_t seed) {
    baynn_cim_emulator_config_t config = SMALL;
    config.seed = seed;
    config.parallel_deviation_ns = 20000;
    config.antiparallel_deviation_ns = 20000;
    config.write_deviation_ppm = 10000;
    config.read_deviation_ppm = 10000;
    config.read_deviation_ns = 10000;
    config.column_deviation_ppm = 10000;
    config.converter_offset_deviation_q8 = 100;
    config.stuck_antiparallel_ppm = 10000;
    config.silent_write_ppm = 10000;
    config.read_disturb_ppb = 100000;
    config.stability_q8 = 22 << 8;
    config.unit_current_deviation_ppm = 10000;
    config.unit_reset_failure_ppm = 10000;
    emulated_t e = emulated_make(config);
    uint32_t weights[3] = {0x12345678, 0x9ABCDEF0, 0x0F1E2D3C};
    uint32_t active[2] = {0x00FF00FF, 0xFF00FF00};
    uint32_t counts[21];
    uint32_t crc = 0;
    for (uint32_t row = 0; row < 64; row++) {
        program(&e, 0, row, weights, 3);
    }
    for (uint32_t i = 0; i < 20; i++) {
        mac(&e, 0, 0, 2, 3, active, weights, counts, 7);
        crc = baynn_crc32(crc, counts, sizeof counts);
        assert_int_equal(baynn_cim_emulator_wait(e.device, 1000000), BAYNN_OK);
    }
    put(&e, REG_PROBABILITY, 20000);
    put(&e, REG_RANDOM_BITS, 640);
    assert_int_equal(command(&e, COMMAND_RANDOM), 0);
    assert_int_equal(e.bus.read_words(e.device, WINDOW_RESULT, counts, 20), BAYNN_OK);
    crc = baynn_crc32(crc, counts, 80);
    emulated_free(&e);
    return crc;
}

/* The same bits on every machine: everything random is a function of the seed. */
static void the_seed_decides(void **state) {
    (void)state;
    assert_int_equal(trace(1), trace(1));
    assert_int_not_equal(trace(1), trace(2));
    assert_int_equal(trace(7), 0xF5920BF0u);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(null_pointers),     cmocka_unit_test(no_device),
        cmocka_unit_test(refused_arguments), cmocka_unit_test(configure_keeps_the_geometry),
        cmocka_unit_test(storage_is_enough), cmocka_unit_test(storage_is_as_the_header_says),
        cmocka_unit_test(the_seed_decides),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
