/* SPDX-License-Identifier: Apache-2.0 */
#include "support_cim_emulator.h"

/* Every function that is given an object of the library, or memory for one: NULL, an address that
 * is not aligned, and memory that has never been initialised. */

enum { ELEMENTS = 9, ALIGNMENT = 8, POOL = 8 << 20, SELF_TEST_BYTES = 16384 };

typedef struct bench {
    image_t image;
    baynn_model_t model;
    emulated_t *arrays;
    uint8_t *storage;
    uint8_t input[ELEMENTS];
} bench_t;

static bench_t bench;

static int make_bench(void **state) {
    (void)state;
    bench.image = image_small();
    bench.model = model_open(bench.image);
    bench.arrays = emulated_make(&bench.model, NULL, NULL);
    bench.storage = malloc(POOL);
    assert_non_null(bench.storage);
    return 0;
}

static int free_bench(void **state) {
    (void)state;
    emulated_free(bench.arrays);
    free(bench.storage);
    image_free(bench.image);
    return 0;
}

/* ---- Functions that make an object: `at` is where ---- */

static baynn_status_t make_model(void *at) {
    return baynn_model_open(at, bench.image.data, bench.image.bytes, baynn_parts_all);
}
static baynn_status_t make_trusted(void *at) {
    return baynn_model_open_trusted(at, bench.image.data, bench.image.bytes, baynn_parts_all);
}
static baynn_status_t make_session(void *at) {
    baynn_session_t *session;
    return baynn_session_init(at, POOL / 2, &bench.model, NULL, &session);
}
static baynn_status_t make_column_session(void *at) {
    baynn_session_t *session;
    return baynn_cim_column_session_init(at, POOL / 2, &bench.model, NULL, NULL, &session);
}
static baynn_status_t make_cim_session(void *at) {
    baynn_session_t *session;
    return baynn_cim_session_init(at, POOL / 2, &bench.arrays->cim, NULL, &session);
}
static baynn_status_t run_self_test(void *at) {
    baynn_self_test_report_t report = {.struct_bytes = sizeof report};
    return baynn_self_test(at, SELF_TEST_BYTES, &bench.model, NULL, &report);
}
static baynn_status_t make_self_test(void *at) {
    return baynn_self_test_begin(at, bench.storage + POOL / 2, SELF_TEST_BYTES, &bench.model, NULL);
}
static baynn_status_t make_self_test_in(void *at) {
    baynn_self_test_t test;
    return baynn_self_test_begin(&test, at, SELF_TEST_BYTES, &bench.model, NULL);
}
static baynn_status_t make_cim_self_test(void *at) {
    return baynn_cim_self_test_begin(at, bench.storage + POOL / 2, POOL / 2, &bench.arrays->cim,
                                     NULL);
}
static baynn_status_t make_cim_self_test_in(void *at) {
    baynn_self_test_t test;
    return baynn_cim_self_test_begin(&test, at, POOL / 2, &bench.arrays->cim, NULL);
}
static baynn_status_t make_cim(void *at) {
    const baynn_cim_config_t config = {.struct_bytes = sizeof config,
                                       .driver = &bench.arrays->registers.driver,
                                       .context = &bench.arrays->registers};
    return baynn_cim_open(at, &bench.model, &config);
}
static baynn_status_t make_registers(void *at) {
    return baynn_cim_registers_open(at, &bench.arrays->bus, bench.arrays->emulator, 0);
}
static baynn_status_t make_emulator(void *at) {
    baynn_cim_emulator_t *emulator;
    return baynn_cim_emulator_init(at, POOL / 2, NULL, &emulator);
}

static baynn_status_t (*const makers[])(void *) = {
    make_model,    make_trusted,   make_session,      make_column_session, make_cim_session,
    run_self_test, make_self_test, make_self_test_in, make_cim_self_test,  make_cim_self_test_in,
    make_cim,      make_registers, make_emulator,
};

static void objects_are_made_where_they_are_aligned(void **state) {
    (void)state;
    for (size_t i = 0; i < COUNT(makers); i++) {
        memset(bench.storage, 0xA5, POOL / 2);
        assert_int_equal(makers[i](NULL), BAYNN_ERROR_NULL);
        for (size_t shift = 1; shift < ALIGNMENT; shift++) {
            assert_int_equal(makers[i](bench.storage + shift), BAYNN_ERROR_ALIGNMENT);
        }
        for (size_t k = 0; k < POOL / 2; k++) {
            assert_true(bench.storage[k] == 0xA5);
        }
        assert_int_equal(makers[i](bench.storage + ALIGNMENT), BAYNN_OK);
    }
}

/* ---- Functions that use one ---- */

static baynn_status_t use_model_info(void *at) {
    baynn_model_info_t info = {.struct_bytes = sizeof info};
    return baynn_model_info(at, &info);
}
static baynn_status_t use_model_name(void *at) {
    const char *name;
    return baynn_model_name(at, &name);
}
static baynn_status_t use_class_name(void *at) {
    const char *name;
    return baynn_model_class_name(at, 0, &name);
}
static baynn_status_t use_session_bytes(void *at) {
    size_t bytes;
    return baynn_session_storage_bytes(at, NULL, &bytes);
}
static baynn_status_t use_model_for_session(void *at) {
    baynn_session_t *session;
    return baynn_session_init(bench.storage, POOL / 2, at, NULL, &session);
}
static baynn_status_t use_self_test_bytes(void *at) {
    size_t bytes;
    return baynn_self_test_storage_bytes(at, &bytes);
}
static baynn_status_t use_model_for_self_test(void *at) {
    baynn_self_test_report_t report = {.struct_bytes = sizeof report};
    return baynn_self_test(bench.storage, SELF_TEST_BYTES, at, NULL, &report);
}
static baynn_status_t use_model_for_cim(void *at) {
    const baynn_cim_config_t config = {.struct_bytes = sizeof config,
                                       .driver = &bench.arrays->registers.driver,
                                       .context = &bench.arrays->registers};
    baynn_cim_t cim;
    return baynn_cim_open(&cim, at, &config);
}
static baynn_status_t use_column_bytes(void *at) {
    size_t bytes;
    return baynn_cim_column_session_storage_bytes(at, NULL, NULL, &bytes);
}
static baynn_status_t use_model_for_faulty_image(void *at) {
    return baynn_cim_faulty_image(bench.storage, POOL / 2, at, NULL, 0, NULL);
}
static baynn_status_t use_infer(void *at) {
    baynn_prediction_t prediction = {.struct_bytes = sizeof prediction};
    return baynn_infer(at, bench.input, ELEMENTS, &prediction);
}
static baynn_status_t use_begin(void *at) {
    return baynn_infer_begin(at, bench.input, ELEMENTS);
}
static baynn_status_t use_step(void *at) {
    uint32_t finished;
    return baynn_infer_step(at, 1, &finished);
}
static baynn_status_t use_result(void *at) {
    baynn_prediction_t prediction = {.struct_bytes = sizeof prediction};
    return baynn_infer_result(at, &prediction);
}
static baynn_status_t use_probabilities(void *at) {
    uint32_t probability;
    return baynn_infer_probabilities(at, &probability, 1);
}
static baynn_status_t use_position(void *at) {
    baynn_prediction_t prediction = {.struct_bytes = sizeof prediction};
    return baynn_infer_position(at, 0, &prediction);
}
static baynn_status_t use_value(void *at) {
    baynn_value_t value = {.struct_bytes = sizeof value};
    return baynn_infer_value(at, 0, &value);
}
static baynn_status_t use_calibrate(void *at) {
    return baynn_cim_calibrate(at, bench.input, ELEMENTS);
}
static baynn_status_t use_calibrate_clear(void *at) {
    return baynn_cim_calibrate_clear(at);
}
static baynn_status_t use_self_test_step(void *at) {
    uint32_t finished;
    return baynn_self_test_step(at, 1, &finished);
}
static baynn_status_t use_self_test_report(void *at) {
    baynn_self_test_report_t report = {.struct_bytes = sizeof report};
    return baynn_self_test_report(at, &report);
}
static baynn_status_t use_cim_info(void *at) {
    baynn_cim_info_t info = {.struct_bytes = sizeof info};
    return baynn_cim_info(at, &info);
}
static baynn_status_t use_program(void *at) {
    uint32_t finished;
    return baynn_cim_program(at, 1, &finished);
}
static baynn_status_t use_erase(void *at) {
    return baynn_cim_erase(at);
}
static baynn_status_t use_scrub(void *at) {
    baynn_cim_scrub_report_t report = {.struct_bytes = sizeof report};
    return baynn_cim_scrub(at, 1, &report);
}
static baynn_status_t use_ledger(void *at) {
    baynn_cim_ledger_t ledger = {.struct_bytes = sizeof ledger};
    return baynn_cim_ledger(at, &ledger);
}
static baynn_status_t use_ledger_clear(void *at) {
    return baynn_cim_ledger_clear(at);
}
static baynn_status_t use_cim_session_bytes(void *at) {
    size_t bytes;
    return baynn_cim_session_storage_bytes(at, NULL, &bytes);
}
static baynn_status_t use_cim_for_session(void *at) {
    baynn_session_t *session;
    return baynn_cim_session_init(bench.storage, POOL / 2, at, NULL, &session);
}
static baynn_status_t use_cim_self_test_bytes(void *at) {
    size_t bytes;
    return baynn_cim_self_test_storage_bytes(at, &bytes);
}
static baynn_status_t use_cim_for_self_test(void *at) {
    baynn_self_test_t test;
    return baynn_cim_self_test_begin(&test, bench.storage, POOL / 2, at, NULL);
}
static baynn_status_t use_bus(void *at) {
    baynn_cim_bus_t bus = {.struct_bytes = sizeof bus};
    return baynn_cim_emulator_bus(at, &bus);
}
static baynn_status_t use_configure(void *at) {
    return baynn_cim_emulator_configure(at, NULL);
}
static baynn_status_t use_wait(void *at) {
    return baynn_cim_emulator_wait(at, 1);
}
static baynn_status_t use_heat(void *at) {
    return baynn_cim_emulator_heat(at, 25000);
}
static baynn_status_t use_power_on(void *at) {
    return baynn_cim_emulator_power_on(at, 0);
}
static baynn_status_t use_bus_read(void *at) {
    uint32_t word;
    return bench.arrays->bus.read32(at, 0, &word);
}
static baynn_status_t use_bus_write(void *at) {
    return bench.arrays->bus.write32(at, 0, 0);
}

static baynn_status_t (*const users[])(void *) = {
    use_model_info,
    use_model_name,
    use_class_name,
    use_session_bytes,
    use_model_for_session,
    use_self_test_bytes,
    use_model_for_self_test,
    use_model_for_cim,
    use_column_bytes,
    use_model_for_faulty_image,
    use_infer,
    use_begin,
    use_step,
    use_result,
    use_probabilities,
    use_position,
    use_value,
    use_calibrate,
    use_calibrate_clear,
    use_self_test_step,
    use_self_test_report,
    use_cim_info,
    use_program,
    use_erase,
    use_scrub,
    use_ledger,
    use_ledger_clear,
    use_cim_session_bytes,
    use_cim_for_session,
    use_cim_self_test_bytes,
    use_cim_for_self_test,
    use_bus,
    use_configure,
    use_wait,
    use_heat,
    use_power_on,
    use_bus_read,
    use_bus_write,
};

static void what_is_no_object_is_refused(void **state) {
    (void)state;
    static const uint8_t fills[] = {0x00, 0xFF, 0xA5};
    uint64_t memory[128];
    for (size_t i = 0; i < COUNT(users); i++) {
        assert_int_equal(users[i](NULL), BAYNN_ERROR_NULL);
        for (size_t fill = 0; fill < COUNT(fills); fill++) {
            memset(memory, fills[fill], sizeof memory);
            for (size_t shift = 1; shift < ALIGNMENT; shift++) {
                assert_int_equal(users[i]((uint8_t *)memory + shift), BAYNN_ERROR_ALIGNMENT);
            }
            assert_int_equal(users[i](memory), BAYNN_ERROR_STATE);
            for (size_t k = 0; k < sizeof memory; k++) {
                assert_int_equal(((uint8_t *)memory)[k], fills[fill]);
            }
        }
    }
}

/* One kind of object is not taken for another. */
static void objects_of_another_kind_are_refused(void **state) {
    (void)state;
    static uint64_t memory[128];
    assert_int_equal(make_model(memory), BAYNN_OK);
    assert_int_equal(use_begin(memory), BAYNN_ERROR_STATE);
    assert_int_equal(use_self_test_step(memory), BAYNN_ERROR_STATE);
    assert_int_equal(use_cim_info(memory), BAYNN_ERROR_STATE);
    assert_int_equal(use_heat(memory), BAYNN_ERROR_STATE);
    memset(memory, 0, sizeof memory);
    assert_int_equal(make_self_test(memory), BAYNN_OK);
    assert_int_equal(use_model_info(memory), BAYNN_ERROR_STATE);
    assert_int_equal(use_begin(memory), BAYNN_ERROR_STATE);
}

/* Operations of the register driver, whose context is the driver. */
static void contexts_of_drivers_are_checked(void **state) {
    (void)state;
    const baynn_cim_driver_t *driver = &bench.arrays->registers.driver;
    uint32_t words[256] = {0};
    int32_t millidegrees;
    for (size_t shift = 0; shift < ALIGNMENT; shift++) {
        void *at = shift == 0 ? NULL : (uint8_t *)&bench.arrays->registers + shift;
        const baynn_status_t status = shift == 0 ? BAYNN_ERROR_NULL : BAYNN_ERROR_ALIGNMENT;
        baynn_cim_geometry_t geometry = {.struct_bytes = sizeof geometry};
        const baynn_cim_mac_t mac = {sizeof mac, 0, 0, 1, 1, 5, words, words};
        assert_int_equal(driver->geometry(at, &geometry), status);
        assert_int_equal(driver->program(at, 0, 0, words), status);
        assert_int_equal(driver->mac(at, &mac, words), status);
        assert_int_equal(driver->random(at, 1, 1, words), status);
        assert_int_equal(driver->sync(at), status);
        assert_int_equal(driver->read(at, 0, 0, words), status);
        assert_int_equal(driver->erase(at, 0), status);
        assert_int_equal(driver->wear(at, 0, words), status);
        assert_int_equal(driver->temperature(at, &millidegrees), status);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(objects_are_made_where_they_are_aligned),
        cmocka_unit_test(what_is_no_object_is_refused),
        cmocka_unit_test(objects_of_another_kind_are_refused),
        cmocka_unit_test(contexts_of_drivers_are_checked),
    };
    return cmocka_run_group_tests(tests, make_bench, free_bench);
}
