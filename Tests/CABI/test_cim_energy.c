/* SPDX-License-Identifier: Apache-2.0 */
#include "support.h"

/* What a ledger costs, against the definition in integers of 128 bits. */

__extension__ typedef unsigned __int128 wide_t;

static const baynn_cim_costs_t some_costs = {
    .struct_bytes = sizeof some_costs,
    .cell_read_aj = 3,
    .conversion_aj = 500,
    .accumulation_aj = 70,
    .random_bit_aj = 11000,
    .cell_write_aj = 1300,
    .cell_verify_aj = 170,
    .buffer_word_aj = 1900,
    .mac_ps = 2300,
    .conversion_ps = 290,
    .converters = 4,
    .random_bit_ps = 3100,
    .row_write_ps = 3700,
};

static baynn_cim_ledger_t empty_ledger(void) {
    return (baynn_cim_ledger_t){.struct_bytes = sizeof(baynn_cim_ledger_t)};
}

static baynn_cim_energy_t energy_of(const baynn_cim_ledger_t *ledger,
                                    const baynn_cim_costs_t *costs, uint32_t units) {
    baynn_cim_energy_t energy;
    memset(&energy, 0xA5, sizeof energy);
    energy.struct_bytes = sizeof energy;
    energy.reserved = 0;
    assert_int_equal(baynn_cim_energy(ledger, costs, units, &energy), BAYNN_OK);
    return energy;
}

static uint64_t thousandth(wide_t value) {
    value /= 1000;
    return value > UINT64_MAX ? UINT64_MAX : (uint64_t)value;
}

static wide_t groups(uint64_t count, uint32_t size) {
    return ((wide_t)count + size - 1) / size;
}

static void assert_definition(const baynn_cim_ledger_t *ledger, const baynn_cim_costs_t *costs,
                              uint32_t units) {
    baynn_cim_energy_t energy = energy_of(ledger, costs, units);
    wide_t cell_read = (wide_t)ledger->cell_reads * costs->cell_read_aj;
    wide_t conversion = (wide_t)ledger->conversions * costs->conversion_aj;
    wide_t accumulation = (wide_t)ledger->accumulations * costs->accumulation_aj;
    wide_t random_bit = (wide_t)ledger->random_bits * costs->random_bit_aj;
    wide_t cell_write = (wide_t)ledger->cell_writes * costs->cell_write_aj;
    wide_t cell_verify = (wide_t)ledger->cell_verifies * costs->cell_verify_aj;
    wide_t buffer = (wide_t)ledger->buffer_words * costs->buffer_word_aj;
    assert_true(energy.cell_read_fj == thousandth(cell_read));
    assert_true(energy.conversion_fj == thousandth(conversion));
    assert_true(energy.accumulation_fj == thousandth(accumulation));
    assert_true(energy.random_bit_fj == thousandth(random_bit));
    assert_true(energy.cell_write_fj == thousandth(cell_write));
    assert_true(energy.cell_verify_fj == thousandth(cell_verify));
    assert_true(energy.buffer_fj == thousandth(buffer));
    assert_true(energy.total_fj == thousandth(cell_read + conversion + accumulation + random_bit +
                                              cell_write + cell_verify + buffer));

    wide_t conversions = groups(ledger->conversions, costs->converters);
    conversions = conversions < ledger->macs ? ledger->macs : conversions;
    wide_t time = (wide_t)ledger->macs * costs->mac_ps + conversions * costs->conversion_ps +
                  groups(ledger->cell_verifies, costs->converters) * costs->conversion_ps +
                  groups(ledger->random_bits, units) * costs->random_bit_ps +
                  (wide_t)ledger->row_writes * costs->row_write_ps;
    assert_true(energy.time_ns == thousandth(time));
    assert_int_equal(energy.struct_bytes, sizeof energy);
    assert_int_equal(energy.reserved, 0);
}

static void nothing_costs_nothing(void **state) {
    (void)state;
    baynn_cim_ledger_t ledger = empty_ledger();
    baynn_cim_energy_t energy = energy_of(&ledger, NULL, 1), zero = {.struct_bytes = sizeof zero};
    assert_memory_equal(&energy, &zero, sizeof energy);
}

static void each_operation_has_its_cost(void **state) {
    (void)state;
    baynn_cim_ledger_t ledger = empty_ledger();
    ledger.macs = 10;
    ledger.cell_reads = 1000;
    ledger.conversions = 100;
    ledger.accumulations = 100;
    ledger.random_bits = 7;
    ledger.cell_writes = 50;
    ledger.row_writes = 5;
    ledger.cell_verifies = 30;
    ledger.buffer_words = 20;
    baynn_cim_energy_t energy = energy_of(&ledger, &some_costs, 2);
    assert_int_equal(energy.cell_read_fj, 3);
    assert_int_equal(energy.conversion_fj, 50);
    assert_int_equal(energy.accumulation_fj, 7);
    assert_int_equal(energy.random_bit_fj, 77);
    assert_int_equal(energy.cell_write_fj, 65);
    assert_int_equal(energy.cell_verify_fj, 5);
    assert_int_equal(energy.buffer_fj, 38);
    /* 5.1 fJ of verifying count as 5.1. */
    assert_int_equal(energy.total_fj, 245);
    /* 23 + 25 * 0.29 + 8 * 0.29 + 4 * 3.1 + 5 * 3.7 = 63.47 */
    assert_int_equal(energy.time_ns, 63);
}

static void parts_below_a_femtojoule_add_up(void **state) {
    (void)state;
    baynn_cim_ledger_t ledger = empty_ledger();
    ledger.cell_reads = 333;
    ledger.accumulations = 1;
    baynn_cim_energy_t energy = energy_of(&ledger, &some_costs, 1);
    assert_int_equal(energy.cell_read_fj, 0);
    assert_int_equal(energy.accumulation_fj, 0);
    assert_int_equal(energy.total_fj, 1);
}

/* However many converters there are, each mac converts at least once. */
static void more_converters_than_columns_do_not_help(void **state) {
    (void)state;
    baynn_cim_ledger_t ledger = empty_ledger();
    ledger.macs = 10;
    ledger.conversions = 10 * 32;
    baynn_cim_costs_t costs = {.struct_bytes = sizeof costs, .conversion_ps = 1000};
    static const uint32_t converters[] = {1, 16, 31, 32, 33, 1000, UINT32_MAX};
    static const uint64_t expected[] = {320, 20, 11, 10, 10, 10, 10};
    for (size_t i = 0; i < COUNT(converters); i++) {
        costs.converters = converters[i];
        assert_int_equal(energy_of(&ledger, &costs, 1).time_ns, expected[i]);
    }
}

/** Counts and costs of all magnitudes, with many at the ends. */
static uint64_t any_value(uint64_t *random, uint32_t bits) {
    uint64_t kind = image_random(random);
    uint64_t value = image_random(random) ^ image_random(random) << 32;
    uint64_t maximum = bits == 64 ? UINT64_MAX : ((uint64_t)1 << bits) - 1;
    switch (kind % 8) {
    case 0:
        return 0;
    case 1:
        return maximum;
    case 2:
        return maximum - value % 4;
    default:
        return (value & maximum) >> kind / 8 % bits;
    }
}

static void every_ledger_costs_what_is_defined(void **state) {
    (void)state;
    uint64_t random = 1;
    for (uint32_t i = 0; i < 200000; i++) {
        baynn_cim_ledger_t ledger = empty_ledger();
        for (uint64_t *count = &ledger.macs; count <= &ledger.buffer_words; count++) {
            *count = any_value(&random, 64);
        }
        baynn_cim_costs_t costs = {.struct_bytes = sizeof costs};
        for (uint32_t *cost = &costs.cell_read_aj; cost <= &costs.row_write_ps; cost++) {
            *cost = (uint32_t)any_value(&random, 32);
        }
        costs.converters |= costs.converters == 0;
        uint32_t units = (uint32_t)any_value(&random, 32);
        assert_definition(&ledger, &costs, units | (units == 0));
    }
}

static void it_saturates(void **state) {
    (void)state;
    baynn_cim_ledger_t ledger;
    memset(&ledger, 0xFF, sizeof ledger);
    ledger.struct_bytes = sizeof ledger;
    ledger.reserved = 0;
    baynn_cim_costs_t costs;
    memset(&costs, 0xFF, sizeof costs);
    costs.struct_bytes = sizeof costs;
    costs.reserved = 0;
    costs.converters = 1;
    baynn_cim_energy_t energy = energy_of(&ledger, &costs, 1);
    assert_true(energy.total_fj == UINT64_MAX);
    assert_true(energy.buffer_fj == UINT64_MAX);
    assert_true(energy.time_ns == UINT64_MAX);
    assert_definition(&ledger, &costs, 1);
    /* 1000 attojoules are the last cost at which nothing saturates. */
    ledger.cell_reads = UINT64_MAX;
    costs.cell_read_aj = 1000;
    assert_true(energy_of(&ledger, &costs, 1).cell_read_fj == UINT64_MAX);
    ledger.cell_reads = UINT64_MAX - 1;
    assert_true(energy_of(&ledger, &costs, 1).cell_read_fj == UINT64_MAX - 1);
    costs.cell_read_aj = 1001;
    assert_true(energy_of(&ledger, &costs, 1).cell_read_fj == UINT64_MAX);
}

/* The table of SPEC.md section 9. */
static void default_costs_are_as_published(void **state) {
    (void)state;
    baynn_cim_costs_t costs;
    memset(&costs, 0xA5, sizeof costs);
    costs.struct_bytes = sizeof costs;
    assert_int_equal(baynn_cim_costs_default(&costs), BAYNN_OK);
    const baynn_cim_costs_t expected = {
        .struct_bytes = sizeof expected,
        .cell_read_aj = 65890,
        .conversion_aj = 320000,
        .accumulation_aj = 50000,
        .random_bit_aj = 765890,
        .cell_write_aj = 700000,
        .cell_verify_aj = 115890,
        .buffer_word_aj = 5000000,
        .mac_ps = 10000,
        .conversion_ps = 5000,
        .converters = 32,
        .random_bit_ps = 30000,
        .row_write_ps = 10000,
    };
    assert_memory_equal(&costs, &expected, sizeof costs);

    uint64_t random = 4;
    for (uint32_t i = 0; i < 1000; i++) {
        baynn_cim_ledger_t ledger = empty_ledger();
        for (uint64_t *count = &ledger.macs; count <= &ledger.buffer_words; count++) {
            *count = any_value(&random, 50);
        }
        baynn_cim_energy_t by_default = energy_of(&ledger, NULL, 3);
        baynn_cim_energy_t by_costs = energy_of(&ledger, &costs, 3);
        assert_memory_equal(&by_default, &by_costs, sizeof by_costs);
    }
}

static void arguments_are_checked(void **state) {
    (void)state;
    baynn_cim_ledger_t ledger = empty_ledger();
    baynn_cim_costs_t costs = some_costs;
    baynn_cim_energy_t energy = {.struct_bytes = sizeof energy, .total_fj = 77};
    assert_int_equal(baynn_cim_costs_default(NULL), BAYNN_ERROR_NULL);
    assert_int_equal(baynn_cim_energy(NULL, &costs, 1, &energy), BAYNN_ERROR_NULL);
    assert_int_equal(baynn_cim_energy(&ledger, &costs, 1, NULL), BAYNN_ERROR_NULL);
    assert_int_equal(baynn_cim_energy(&ledger, &costs, 0, &energy), BAYNN_ERROR_ARGUMENT);
    costs.converters = 0;
    assert_int_equal(baynn_cim_energy(&ledger, &costs, 1, &energy), BAYNN_ERROR_ARGUMENT);
    costs = some_costs;
    costs.reserved = 1;
    assert_int_equal(baynn_cim_energy(&ledger, &costs, 1, &energy), BAYNN_ERROR_ARGUMENT);
    costs = some_costs;
    costs.struct_bytes -= 1;
    assert_int_equal(baynn_cim_costs_default(&costs), BAYNN_ERROR_ARGUMENT);
    assert_int_equal(baynn_cim_energy(&ledger, &costs, 1, &energy), BAYNN_ERROR_ARGUMENT);
    costs = some_costs;
    ledger.struct_bytes -= 1;
    assert_int_equal(baynn_cim_energy(&ledger, &costs, 1, &energy), BAYNN_ERROR_ARGUMENT);
    ledger = empty_ledger();
    ledger.reserved = 1;
    assert_int_equal(baynn_cim_energy(&ledger, &costs, 1, &energy), BAYNN_ERROR_ARGUMENT);
    ledger = empty_ledger();
    energy.struct_bytes -= 1;
    assert_int_equal(baynn_cim_energy(&ledger, &costs, 1, &energy), BAYNN_ERROR_ARGUMENT);
    assert_int_equal(energy.total_fj, 77);
    energy.struct_bytes += 100;
    assert_int_equal(baynn_cim_energy(&ledger, &costs, 1, &energy), BAYNN_OK);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(nothing_costs_nothing),
        cmocka_unit_test(each_operation_has_its_cost),
        cmocka_unit_test(parts_below_a_femtojoule_add_up),
        cmocka_unit_test(more_converters_than_columns_do_not_help),
        cmocka_unit_test(every_ledger_costs_what_is_defined),
        cmocka_unit_test(it_saturates),
        cmocka_unit_test(default_costs_are_as_published),
        cmocka_unit_test(arguments_are_checked),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
