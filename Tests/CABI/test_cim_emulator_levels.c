/* SPDX-License-Identifier: Apache-2.0 */
#include "emulated.h"

/* How often a count is wrong: half of the MTJs parallel, the published spreads, a decision midway
 * between counts. */

enum { LINES = 256, WORDS = LINES / 32, PLANES_MAX = 9 };

/* The bit line's deviation is that of n MTJs, half of each state; beyond half a step a count is
 * wrong, but for the two outermost counts, which can be left in one direction alone and are never
 * seen here. */
static double expected_rate(uint32_t rows) {
    double deviation = sqrt(rows / 2.0 * (5500.0 * 5500 + 2500.0 * 2500));
    return erfc((135700.0 - 53200) / 2 / deviation / sqrt(2));
}

/* Writes a checkerboard and reads it in windows of `rows`, with each input as often. */
static uint64_t wrong_counts(uint32_t rows, uint64_t seed, uint64_t *reads) {
    baynn_cim_emulator_config_t config = {.rows = LINES,
                                          .columns = LINES,
                                          .active_rows_max = rows,
                                          .seed = seed,
                                          .parallel_deviation_ns = 5500,
                                          .antiparallel_deviation_ns = 2500};
    emulated_t e = emulated_make(config);
    uint32_t planes = 32 - (uint32_t)__builtin_clz(rows);
    uint64_t wrong = 0;
    for (uint32_t array = 0; array < 4; array++) {
        for (uint32_t row = 0; row < LINES; row++) {
            uint32_t weights[WORDS];
            memset(weights, row % 2 ? 0xAA : 0x55, sizeof weights);
            assert_int_equal(program(&e, array, row, weights, WORDS), 0);
        }
        for (uint32_t first = 0; first < LINES; first += rows) {
            for (uint32_t input = 0; input < 2; input++) {
                uint32_t active[WORDS] = {0};
                uint32_t inputs[WORDS];
                memset(inputs, input ? 0xFF : 0, sizeof inputs);
                for (uint32_t r = first; r < first + rows; r++) {
                    active[r / 32] |= 1u << r % 32;
                }
                uint32_t counts[PLANES_MAX * WORDS];
                assert_int_equal(mac(&e, array, 0, WORDS, WORDS, active, inputs, counts, planes),
                                 0);
                for (uint32_t c = 0; c < LINES; c++) {
                    wrong += count_of(counts, WORDS, planes, c) != rows / 2;
                }
                *reads += LINES;
            }
        }
    }
    emulated_free(&e);
    return wrong;
}

static void check(uint32_t rows, double published, double tolerance, uint32_t seeds) {
    uint64_t reads = 0;
    uint64_t wrong = 0;
    for (uint32_t seed = 1; seed <= seeds; seed++) {
        wrong += wrong_counts(rows, seed, &reads);
    }
    double expected = expected_rate(rows);
    double off = off_by(wrong, reads, expected);
    print_message("%3u rows: %.5f wrong (%.5f expected, %+.1f deviations of %llu reads)\n", rows,
                  (double)wrong / (double)reads, expected, off, (unsigned long long)reads);
    assert_true(fabs(expected - published) <= tolerance);
    /* One false alarm in 16000 seeds. */
    assert_true(fabs(off) < 4);
}

static void the_published_table(void **state) {
    (void)state;
    check(8, 0.0006, 0.0001, 8);
    check(16, 0.016, 0.0005, 3);
    check(32, 0.088, 0.0005, 2);
    check(64, 0.23, 0.005, 2);
    check(128, 0.3932, 0.0005, 2);
}

/* Without deviations nothing is wrong, whatever the number of rows. */
static void no_deviation_no_error(void **state) {
    (void)state;
    baynn_cim_emulator_config_t config = {.active_rows_max = 256};
    emulated_t e = emulated_make(config);
    uint32_t active[WORDS] = {0};
    uint32_t inputs[WORDS] = {0};
    uint32_t counts[PLANES_MAX * WORDS];
    for (uint32_t rows = 1; rows <= LINES; rows++) {
        active[(rows - 1) / 32] |= 1u << (rows - 1) % 32;
        assert_int_equal(mac(&e, 3, 0, WORDS, WORDS, active, inputs, counts, PLANES_MAX), 0);
        for (uint32_t c = 0; c < LINES; c++) {
            assert_int_equal(count_of(counts, WORDS, PLANES_MAX, c), rows);
        }
    }
    emulated_free(&e);
}

/* Noise from read to read makes counts differ that are the same without it. */
static void read_noise_is_new_each_time(void **state) {
    (void)state;
    baynn_cim_emulator_config_t config = {.read_deviation_ns = 41250};
    emulated_t e = emulated_make(config);
    uint32_t active[WORDS] = {0xFFFF};
    uint32_t inputs[WORDS] = {0x5555};
    uint32_t counts[5 * WORDS];
    uint64_t wrong = 0;
    const uint32_t reads = 400;
    for (uint32_t i = 0; i < reads; i++) {
        assert_int_equal(mac(&e, 0, 0, 1, WORDS, active, inputs, counts, 5), 0);
        for (uint32_t c = 0; c < LINES; c++) {
            wrong += count_of(counts, WORDS, 5, c) != 8;
        }
    }
    /* Half a step is one deviation. */
    assert_true(fabs(off_by(wrong, (uint64_t)reads * LINES, erfc(1 / sqrt(2)))) < 4);
    emulated_free(&e);
}

/* Counts of 16 parallel MTJs that are lower by one. */
static double low_share(baynn_cim_emulator_config_t config, uint32_t reads) {
    emulated_t e = emulated_make(config);
    uint32_t active[WORDS] = {0xFFFF};
    uint32_t inputs[WORDS] = {0};
    uint32_t counts[5 * WORDS];
    uint64_t low = 0;
    for (uint32_t i = 0; i < reads; i++) {
        assert_int_equal(mac(&e, i % 4, 0, 1, WORDS, active, inputs, counts, 5), 0);
        for (uint32_t c = 0; c < LINES; c++) {
            low += count_of(counts, WORDS, 5, c) < 16;
        }
    }
    emulated_free(&e);
    return (double)low / (double)(reads * LINES);
}

/* Half a step is one deviation: 16 % are low. */
static void deviations_of_reads_and_converters(void **state) {
    (void)state;
    double p = erfc(1 / sqrt(2)) / 2;
    /* A deviation of a share of 1024 independent columns, and of 100 times as many reads. */
    double few = sqrt(p * (1 - p) / (4 * LINES));
    double many = few / 10;
    baynn_cim_emulator_config_t relative = {.read_deviation_ppm = 18999};
    assert_true(fabs(low_share(relative, 400) - p) < 4 * many);
    baynn_cim_emulator_config_t columns = {.converter_offset_deviation_q8 = 128};
    assert_true(fabs(low_share(columns, 4) - p) < 4 * few);
    assert_true(low_share(columns, 4) == low_share(columns, 400));
    baynn_cim_emulator_config_t offset = {.converter_offset_q8 = -129};
    assert_true(low_share(offset, 4) == 1);
    offset.converter_offset_q8 = -128;
    assert_true(low_share(offset, 4) == 0);
    baynn_cim_emulator_config_t gain = {.converter_gain_error_ppm = -20000};
    assert_true(low_share(gain, 4) == 1);
    baynn_cim_emulator_config_t saturation = {.converter_saturation = 15};
    assert_true(low_share(saturation, 4) == 1);
}

/* A relative deviation from column to column stays, and scales with the current. */
static void column_gain_is_of_the_column(void **state) {
    (void)state;
    baynn_cim_emulator_config_t config = {.column_deviation_ppm = 20000, .arrays = 16};
    emulated_t e = emulated_make(config);
    uint32_t active[WORDS] = {0xFFFF};
    uint32_t inputs[WORDS] = {0};
    uint32_t first[5 * WORDS];
    uint32_t second[5 * WORDS];
    uint64_t low = 0;
    for (uint32_t array = 0; array < 16; array++) {
        assert_int_equal(mac(&e, array, 0, 1, WORDS, active, inputs, first, 5), 0);
        assert_int_equal(mac(&e, array, 0, 1, WORDS, active, inputs, second, 5), 0);
        assert_memory_equal(first, second, sizeof first);
        for (uint32_t c = 0; c < LINES; c++) {
            low += count_of(first, WORDS, 5, c) < 16;
        }
    }
    double p = erfc(41250 / (16 * 135700 * 0.02) / sqrt(2)) / 2;
    assert_true(fabs(off_by(low, 16 * LINES, p)) < 4);
    emulated_free(&e);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_published_table),
        cmocka_unit_test(no_deviation_no_error),
        cmocka_unit_test(read_noise_is_new_each_time),
        cmocka_unit_test(deviations_of_reads_and_converters),
        cmocka_unit_test(column_gain_is_of_the_column),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
