/* SPDX-License-Identifier: Apache-2.0 */
#include "emulated.h"

/* The registers of an emulated device, as SPEC.md section 7 says. */

enum { ROWS = 64, COLUMNS = 96, WORDS = 3, PLANES = 7 };

static const baynn_cim_emulator_config_t SMALL = {
    .arrays = 2, .rows = ROWS, .columns = COLUMNS, .active_rows_max = ROWS, .random_units = 3};

static int set_up(void **state) {
    emulated_t *e = malloc(sizeof *e);
    *e = emulated_make(SMALL);
    *state = e;
    return 0;
}

static int tear_down(void **state) {
    emulated_free(*state);
    free(*state);
    return 0;
}

static void configure(emulated_t *e, baynn_cim_emulator_config_t config) {
    config.struct_bytes = sizeof config;
    assert_int_equal(baynn_cim_emulator_configure(e->device, &config), BAYNN_OK);
}

static void what_the_device_is(void **state) {
    emulated_t *e = *state;
    const uint32_t expected[] = {0x4D434E42, 1, 2, ROWS, COLUMNS, ROWS, 3, 0xF};
    for (uint32_t i = 0; i < COUNT(expected); i++) {
        put(e, 4 * i, 0x55);
        assert_int_equal(get(e, 4 * i), expected[i]);
    }
    assert_int_equal(get(e, REG_STATUS), 0);
    assert_int_equal(get(e, REG_ERROR), 0);
    assert_int_equal(get(e, REG_VALUE), 0);
}

static void registers_keep_what_is_written(void **state) {
    emulated_t *e = *state;
    const uint32_t kept[] = {REG_ARRAY,        REG_ROW,         REG_ROW_WORDS,
                             REG_COLUMN_WORDS, REG_PROBABILITY, REG_RANDOM_BITS};
    for (uint32_t i = 0; i < COUNT(kept); i++) {
        put(e, kept[i], 0xA0000000u + i);
    }
    for (uint32_t i = 0; i < 128; i++) {
        put(e, WINDOW_CELLS + 4 * i, 0xB0000000u + i);
        put(e, WINDOW_ACTIVE + 4 * i, i);
        put(e, WINDOW_INPUTS + 4 * i, i);
    }
    assert_int_equal(command(e, COMMAND_RESET), 0);
    for (uint32_t i = 0; i < COUNT(kept); i++) {
        assert_int_equal(get(e, kept[i]), 0xA0000000u + i);
    }
    for (uint32_t i = 0; i < 128; i++) {
        assert_int_equal(get(e, WINDOW_CELLS + 4 * i), 0xB0000000u + i);
        assert_int_equal(get(e, WINDOW_ACTIVE + 4 * i), 0);
        assert_int_equal(get(e, WINDOW_INPUTS + 4 * i), 0);
    }
}

static void other_addresses_do_nothing(void **state) {
    emulated_t *e = *state;
    const uint32_t others[] = {0x048,  0x0FC,  0x0FFC, 0x1200, 0x1FFC,     0x2200,    0x3200,
                               0x3FFC, 0x6000, 0x7FFC, 0x8000, 0x10003000, 0xFFFFFFFC};
    for (uint32_t i = 0; i < COUNT(others); i++) {
        put(e, others[i], ~0u);
        assert_int_equal(get(e, others[i]), 0);
    }
    put(e, WINDOW_RESULT, ~0u);
    assert_int_equal(get(e, WINDOW_RESULT), 0);
    put(e, REG_ARRAY, 1);
    put(e, REG_ARRAY + 1, ~0u);
    assert_int_equal(get(e, REG_ARRAY), 1);
    assert_int_equal(get(e, 0x001), 0);
}

/* Every row, column and array of its own; every window; against the definition. */
static void a_whole_session(void **state) {
    emulated_t *e = *state;
    uint32_t weights[2][ROWS][WORDS];
    uint64_t random = 4;
    for (uint32_t i = 0; i < 2 * ROWS; i++) {
        for (uint32_t w = 0; w < WORDS; w++) {
            weights[i / ROWS][i % ROWS][w] = image_random(&random);
        }
        assert_int_equal(program(e, i / ROWS, i % ROWS, weights[i / ROWS][i % ROWS], WORDS), 0);
    }
    assert_int_equal(command(e, COMMAND_SYNC), 0);
    for (uint32_t i = 0; i < 2 * ROWS; i++) {
        uint32_t words[WORDS];
        put(e, REG_ARRAY, i / ROWS);
        put(e, REG_ROW, i % ROWS);
        assert_int_equal(command(e, COMMAND_READ), 0);
        assert_int_equal(e->bus.read_words(e->device, WINDOW_CELLS, words, WORDS), BAYNN_OK);
        assert_memory_equal(words, weights[i / ROWS][i % ROWS], sizeof words);
    }
    for (uint32_t trial = 0; trial < 60; trial++) {
        uint32_t array = trial % 2;
        uint32_t first = trial % 3 == 2 ? 32 : 0;
        uint32_t rows = trial % 3 == 0 ? 2 : 1;
        uint32_t columns = 1 + trial % WORDS;
        uint32_t active[2] = {image_random(&random) | 1, image_random(&random)};
        uint32_t inputs[2] = {image_random(&random), image_random(&random)};
        uint32_t counts[PLANES * WORDS];
        assert_int_equal(mac(e, array, first, rows, columns, active, inputs, counts, PLANES), 0);
        for (uint32_t c = 0; c < 32 * columns; c++) {
            uint32_t expected = 0;
            for (uint32_t r = 0; r < 32 * rows; r++) {
                uint32_t weight = weights[array][first + r][c / 32] >> c % 32;
                uint32_t equal = ~(weight ^ (inputs[r / 32] >> r % 32));
                expected += (active[r / 32] >> r % 32) & equal & 1;
            }
            assert_int_equal(count_of(counts, columns, PLANES, c), expected);
        }
    }
    put(e, REG_ARRAY, 1);
    assert_int_equal(command(e, COMMAND_WEAR), 0);
    assert_int_equal(get(e, REG_VALUE), 1);
    assert_int_equal(command(e, COMMAND_ERASE), 0);
    assert_int_equal(command(e, COMMAND_WEAR), 0);
    assert_int_equal(get(e, REG_VALUE), 2);
    for (uint32_t row = 0; row < ROWS; row++) {
        put(e, REG_ROW, row);
        assert_int_equal(command(e, COMMAND_READ), 0);
        assert_int_equal(get(e, WINDOW_CELLS) | get(e, WINDOW_CELLS + 8), 0);
    }
    assert_int_equal(baynn_cim_emulator_heat(e->device, -12345), BAYNN_OK);
    assert_int_equal(command(e, COMMAND_TEMPERATURE), 0);
    assert_int_equal((int32_t)get(e, REG_VALUE), -12345);
}

static void errors_of_commands(void **state) {
    emulated_t *e = *state;
    const uint32_t unknown[] = {0, 10, 11, 255, ~0u};
    for (uint32_t i = 0; i < COUNT(unknown); i++) {
        assert_int_equal(command(e, unknown[i]), 1);
    }
    assert_int_equal(command(e, COMMAND_RESET), 0);
    const struct {
        uint32_t array, row, row_words, column_words, active, error;
    } macs[] = {
        {0, 0, 2, 3, 1, 0},    {2, 0, 2, 3, 1, 3}, {~0u, 0, 2, 3, 1, 3},
        {0, 64, 1, 3, 1, 3},   {0, 1, 1, 3, 1, 3}, {0, ~0u - 31, 1, 3, 1, 3},
        {0, 32, 2, 3, 1, 3},   {0, 0, 3, 3, 1, 3}, {0, 0, 0, 3, 1, 3},
        {0, 0, ~0u, 3, 1, 3},  {0, 0, 2, 4, 1, 3}, {0, 0, 2, 0, 1, 3},
        {0, 0, 2, ~0u, 1, 3},  {0, 0, 2, 3, 0, 4}, {0, 32, 0x8000000, 3, 1, 3},
        {1, 32, 1, 1, ~0u, 0},
    };
    for (uint32_t i = 0; i < COUNT(macs); i++) {
        put(e, WINDOW_ACTIVE, macs[i].active);
        put(e, REG_ARRAY, macs[i].array);
        put(e, REG_ROW, macs[i].row);
        put(e, REG_ROW_WORDS, macs[i].row_words);
        put(e, REG_COLUMN_WORDS, macs[i].column_words);
        assert_int_equal(command(e, COMMAND_MAC), macs[i].error);
    }
    const struct {
        uint32_t probability, bits, error;
    } randoms[] = {{1, 1, 0},     {65535, 65536, 0}, {0, 1, 3},   {65536, 1, 3},
                   {1, 65537, 3}, {1, 0, 3},         {1, ~0u, 3}, {~0u, 1, 3}};
    for (uint32_t i = 0; i < COUNT(randoms); i++) {
        put(e, REG_PROBABILITY, randoms[i].probability);
        put(e, REG_RANDOM_BITS, randoms[i].bits);
        assert_int_equal(command(e, COMMAND_RANDOM), randoms[i].error);
    }
    const uint32_t of_array[] = {COMMAND_PROGRAM, COMMAND_READ, COMMAND_ERASE, COMMAND_WEAR};
    for (uint32_t i = 0; i < COUNT(of_array); i++) {
        put(e, REG_ARRAY, 2);
        put(e, REG_ROW, 0);
        assert_int_equal(command(e, of_array[i]), 3);
        put(e, REG_ARRAY, 1);
        put(e, REG_ROW, ROWS);
        assert_int_equal(command(e, of_array[i]), i < 2 ? 3 : 0);
    }
}

static void too_many_rows(void **state) {
    (void)state;
    baynn_cim_emulator_config_t config = SMALL;
    config.active_rows_max = 9;
    emulated_t e = emulated_make(config);
    uint32_t counts[4];
    uint32_t active[2] = {0xFF, 1};
    uint32_t inputs[2] = {0, 0};
    assert_int_equal(mac(&e, 0, 0, 2, 1, active, inputs, counts, 4), 0);
    assert_int_equal(count_of(counts, 1, 4, 31), 9);
    active[1] = 3;
    assert_int_equal(mac(&e, 0, 0, 2, 1, active, inputs, counts, 4), 4);
    emulated_free(&e);
}

static void random_bits_have_clean_padding(void **state) {
    emulated_t *e = *state;
    for (uint32_t bits = 1; bits < 100; bits++) {
        put(e, REG_PROBABILITY, 65535);
        put(e, REG_RANDOM_BITS, bits);
        assert_int_equal(command(e, COMMAND_RANDOM), 0);
        if (bits % 32 != 0) {
            assert_int_equal(get(e, WINDOW_RESULT + bits / 32 * 4) >> bits % 32, 0);
        }
    }
}

static void busy_takes_its_polls(void **state) {
    emulated_t *e = *state;
    baynn_cim_emulator_config_t config = SMALL;
    config.busy_polls = 3;
    configure(e, config);
    put(e, REG_ARRAY, 1);
    put(e, REG_COMMAND, COMMAND_TEMPERATURE);
    /* What comes too early is wrong, and what is written has no effect. */
    assert_int_equal(get(e, REG_VALUE), ~0u);
    assert_int_equal(get(e, WINDOW_CELLS), ~0u);
    assert_int_equal(get(e, WINDOW_RESULT), ~0u);
    put(e, REG_ARRAY, 0);
    for (uint32_t i = 0; i < 3; i++) {
        assert_int_equal(get(e, REG_STATUS), 1);
    }
    assert_int_equal(get(e, REG_STATUS), 2);
    assert_int_equal(get(e, REG_STATUS), 2);
    assert_int_equal(get(e, REG_VALUE), 25000);
    assert_int_equal(get(e, REG_ARRAY), 1);
}

static void a_command_while_busy_is_an_error(void **state) {
    emulated_t *e = *state;
    baynn_cim_emulator_config_t config = SMALL;
    config.busy_polls = 2;
    configure(e, config);
    uint32_t weights[WORDS] = {~0u, ~0u, ~0u};
    assert_int_equal(e->bus.write_words(e->device, WINDOW_CELLS, weights, WORDS), BAYNN_OK);
    put(e, REG_COMMAND, COMMAND_SYNC);
    put(e, REG_COMMAND, COMMAND_PROGRAM);
    assert_int_equal(get(e, REG_ERROR), 0);
    assert_int_equal(get(e, REG_STATUS), 1);
    assert_int_equal(get(e, REG_STATUS), 1);
    assert_int_equal(get(e, REG_STATUS), 6);
    assert_int_equal(get(e, REG_ERROR), 2);
    assert_int_equal(command(e, COMMAND_READ), 0);
    assert_int_equal(get(e, WINDOW_CELLS), 0);
    put(e, REG_COMMAND, COMMAND_SYNC);
    put(e, REG_COMMAND, COMMAND_SYNC);
    assert_int_equal(command(e, COMMAND_RESET), 0);
}

static void busy_for_ever(void **state) {
    emulated_t *e = *state;
    baynn_cim_emulator_config_t config = SMALL;
    config.busy_polls = UINT32_MAX;
    configure(e, config);
    put(e, REG_COMMAND, COMMAND_SYNC);
    put(e, REG_COMMAND, COMMAND_RESET);
    for (uint32_t i = 0; i < 1000; i++) {
        assert_int_equal(get(e, REG_STATUS), 1);
    }
}

/* An access is a call, bursts included. */
static void the_nth_access_fails(void **state) {
    emulated_t *e = *state;
    for (uint32_t n = 1; n <= 4; n++) {
        baynn_cim_emulator_config_t config = SMALL;
        put(e, REG_ARRAY, 0);
        config.fail_access = n;
        configure(e, config);
        uint32_t value = 9;
        uint32_t words[4] = {1, 2, 3, 4};
        baynn_status_t status[4] = {
            e->bus.write32(e->device, REG_ARRAY, 1),
            e->bus.read32(e->device, REG_ARRAY, &value),
            e->bus.write_words(e->device, WINDOW_CELLS, words, 4),
            e->bus.read_words(e->device, WINDOW_CELLS, words, 4),
        };
        for (uint32_t i = 1; i <= 4; i++) {
            assert_int_equal(status[i - 1], i == n ? BAYNN_CIM_EMULATOR_FAILED : BAYNN_OK);
        }
        assert_int_equal(get(e, REG_ARRAY), n != 1);
        assert_int_equal(value, n == 2 ? 9 : n != 1);
        assert_int_equal(get(e, WINDOW_CELLS), n != 3);
        put(e, WINDOW_CELLS, 0);
    }
}

static void nothing_without_power(void **state) {
    emulated_t *e = *state;
    baynn_cim_emulator_config_t config = SMALL;
    config.power_cut_write = 2;
    configure(e, config);
    uint32_t weights[WORDS] = {~0u, ~0u, ~0u};
    assert_int_equal(program(e, 0, 0, weights, WORDS), 0);
    put(e, REG_ROW, 1);
    /* A burst that starts the write, and goes on. */
    uint32_t burst[3] = {COMMAND_PROGRAM, 0, 0};
    assert_int_equal(e->bus.write_words(e->device, REG_COMMAND, burst, 3),
                     BAYNN_CIM_EMULATOR_NO_POWER);
    uint32_t word = 0;
    for (uint32_t i = 0; i < 3; i++) {
        assert_int_equal(e->bus.read32(e->device, 0, &word), BAYNN_CIM_EMULATOR_NO_POWER);
        assert_int_equal(e->bus.write32(e->device, REG_ROW, 1), BAYNN_CIM_EMULATOR_NO_POWER);
        assert_int_equal(e->bus.read_words(e->device, 0, &word, 1), BAYNN_CIM_EMULATOR_NO_POWER);
    }
    assert_int_equal(baynn_cim_emulator_power_on(e->device, 1), BAYNN_OK);
    assert_int_equal(get(e, REG_STATUS), 0);
    assert_int_equal(get(e, REG_ROW), 0);
    const uint32_t expected[3][WORDS] = {{~0u, ~0u, ~0u}, {~0u, 0xFFFF, 0}, {0, 0, 0}};
    for (uint32_t row = 0; row < 3; row++) {
        put(e, REG_ROW, row);
        assert_int_equal(command(e, COMMAND_READ), 0);
        for (uint32_t w = 0; w < WORDS; w++) {
            assert_int_equal(get(e, WINDOW_CELLS + 4 * w), expected[row][w]);
        }
    }
    put(e, REG_COMMAND, COMMAND_PROGRAM);
    assert_int_equal(e->bus.read32(e->device, 0, &word), BAYNN_CIM_EMULATOR_NO_POWER);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(what_the_device_is, set_up, tear_down),
        cmocka_unit_test_setup_teardown(registers_keep_what_is_written, set_up, tear_down),
        cmocka_unit_test_setup_teardown(other_addresses_do_nothing, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_whole_session, set_up, tear_down),
        cmocka_unit_test_setup_teardown(errors_of_commands, set_up, tear_down),
        cmocka_unit_test(too_many_rows),
        cmocka_unit_test_setup_teardown(random_bits_have_clean_padding, set_up, tear_down),
        cmocka_unit_test_setup_teardown(busy_takes_its_polls, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_command_while_busy_is_an_error, set_up, tear_down),
        cmocka_unit_test_setup_teardown(busy_for_ever, set_up, tear_down),
        cmocka_unit_test_setup_teardown(the_nth_access_fails, set_up, tear_down),
        cmocka_unit_test_setup_teardown(nothing_without_power, set_up, tear_down),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
