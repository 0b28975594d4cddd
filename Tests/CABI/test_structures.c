/* SPDX-License-Identifier: Apache-2.0 */
#include "published.h"
#include "support_cim_emulator.h"
#include "vectors.h"

/* Every structure with struct_bytes, as passed by a program that was compiled with older headers
 * (its first published size) or newer ones (a tail that this library does not know). A page that
 * cannot be accessed begins where the structure ends. */

enum { TAIL = 24, UNKNOWN = 0x5A, SELF_TEST_BYTES = 16384 };

typedef struct bench {
    baynn_model_t model;
    image_t image;
    room_t room;
    uint8_t input[9];
    const vector_network_t *regression;
    room_t values;
    emulated_t *arrays;
    void *storage;
    size_t storage_bytes;
    baynn_self_test_t test;
    baynn_cim_t cim;
    baynn_cim_registers_t registers;
    baynn_cim_config_t config;
    baynn_cim_driver_t driver;
    baynn_cim_bus_t bus;
    baynn_cim_costs_t costs;
    baynn_cim_ledger_t ledger;
    baynn_cim_mac_t mac;
    uint32_t active[8], counts[8 * 32];
} bench_t;

static void finish(baynn_session_t *session, const uint8_t *input, size_t bytes) {
    uint32_t finished = 0;
    assert_int_equal(baynn_infer_begin(session, input, bytes), BAYNN_OK);
    while (!finished) {
        assert_int_equal(baynn_infer_step(session, UINT32_MAX, &finished), BAYNN_OK);
    }
}

static bench_t bench;

static int make_bench(void **state) {
    (void)state;
    bench_t *b = &bench;
    b->image = image_small();
    b->model = model_open(b->image);
    b->room = room_make(&b->model, NULL);
    finish(b->room.session, b->input, sizeof b->input);
    b->regression = vector_network("regression of a map");
    baynn_model_t regression = model_open(b->regression->image);
    b->values = room_make(&regression, NULL);
    finish(b->values.session, b->regression->inputs[0], b->regression->input_bytes);
    b->arrays = emulated_make(&b->model, NULL, NULL);
    b->storage_bytes = 8 << 20;
    b->storage = malloc(b->storage_bytes);
    assert_non_null(b->storage);
    b->config = (baynn_cim_config_t){.struct_bytes = sizeof b->config,
                                     .driver = &b->arrays->registers.driver,
                                     .context = &b->arrays->registers};
    b->driver = b->arrays->registers.driver;
    b->bus = b->arrays->bus;
    b->costs.struct_bytes = sizeof b->costs;
    assert_int_equal(baynn_cim_costs_default(&b->costs), BAYNN_OK);
    b->ledger.struct_bytes = sizeof b->ledger;
    assert_int_equal(baynn_cim_ledger(&b->arrays->cim, &b->ledger), BAYNN_OK);
    b->active[0] = 1;
    b->mac = (baynn_cim_mac_t){sizeof b->mac, 0, 0, 1, 1, 5, b->active, b->active};
    assert_int_equal(baynn_self_test_begin(&b->test, b->storage, b->storage_bytes, &b->model, NULL),
                     BAYNN_OK);
    return 0;
}

static int free_bench(void **state) {
    (void)state;
    emulated_free(bench.arrays);
    free(bench.storage);
    room_free(bench.values);
    room_free(bench.room);
    image_free(bench.image);
    return 0;
}

/* ---- Every function that takes a structure ---- */

static baynn_status_t info(bench_t *b, void *s) {
    return baynn_model_info(&b->model, s);
}
static baynn_status_t session_bytes(bench_t *b, void *s) {
    size_t bytes;
    return baynn_session_storage_bytes(&b->model, s, &bytes);
}
static baynn_status_t session(bench_t *b, void *s) {
    baynn_session_t *made;
    return baynn_session_init(b->storage, b->storage_bytes, &b->model, s, &made);
}
static baynn_status_t infer(bench_t *b, void *s) {
    return baynn_infer(b->room.session, b->input, sizeof b->input, s);
}
static baynn_status_t result(bench_t *b, void *s) {
    return baynn_infer_result(b->room.session, s);
}
static baynn_status_t position(bench_t *b, void *s) {
    return baynn_infer_position(b->room.session, 0, s);
}
static baynn_status_t value(bench_t *b, void *s) {
    return baynn_infer_value(b->values.session, 0, s);
}
static baynn_status_t self_test_of(bench_t *b, void *s) {
    baynn_self_test_report_t report = {.struct_bytes = sizeof report};
    return baynn_self_test(b->storage, SELF_TEST_BYTES, &b->model, s, &report);
}
static baynn_status_t self_test_begin(bench_t *b, void *s) {
    baynn_self_test_t test;
    return baynn_self_test_begin(&test, b->storage, SELF_TEST_BYTES, &b->model, s);
}
static baynn_status_t self_test(bench_t *b, void *s) {
    return baynn_self_test(b->storage, SELF_TEST_BYTES, &b->model, NULL, s);
}
static baynn_status_t self_test_report(bench_t *b, void *s) {
    return baynn_self_test_report(&b->test, s);
}
static baynn_status_t cim_open(bench_t *b, void *s) {
    return baynn_cim_open(&b->cim, &b->model, s);
}
static baynn_status_t cim_driver(bench_t *b, void *s) {
    baynn_cim_config_t config = b->config;
    config.driver = s;
    return baynn_cim_open(&b->cim, &b->model, &config);
}
static baynn_status_t cim_info(bench_t *b, void *s) {
    return baynn_cim_info(&b->arrays->cim, s);
}
static baynn_status_t cim_scrub(bench_t *b, void *s) {
    return baynn_cim_scrub(&b->arrays->cim, UINT32_MAX, s);
}
static baynn_status_t cim_ledger(bench_t *b, void *s) {
    return baynn_cim_ledger(&b->arrays->cim, s);
}
static baynn_status_t cim_session_bytes(bench_t *b, void *s) {
    size_t bytes;
    return baynn_cim_session_storage_bytes(&b->arrays->cim, s, &bytes);
}
static baynn_status_t cim_session(bench_t *b, void *s) {
    baynn_session_t *made;
    return baynn_cim_session_init(b->storage, b->storage_bytes, &b->arrays->cim, s, &made);
}
static baynn_status_t cim_self_test(bench_t *b, void *s) {
    baynn_self_test_t test;
    return baynn_cim_self_test_begin(&test, b->storage, b->storage_bytes, &b->arrays->cim, s);
}
static baynn_status_t costs_default(bench_t *b, void *s) {
    (void)b;
    return baynn_cim_costs_default(s);
}
static baynn_status_t energy_of(bench_t *b, const void *ledger, const void *costs) {
    (void)b;
    baynn_cim_energy_t energy = {.struct_bytes = sizeof energy};
    return baynn_cim_energy(ledger, costs, 1, &energy);
}
static baynn_status_t energy_of_ledger(bench_t *b, void *s) {
    return energy_of(b, s, NULL);
}
static baynn_status_t energy_of_costs(bench_t *b, void *s) {
    return energy_of(b, &b->ledger, s);
}
static baynn_status_t energy(bench_t *b, void *s) {
    return baynn_cim_energy(&b->ledger, NULL, 1, s);
}
static baynn_status_t geometry(bench_t *b, void *s) {
    return b->arrays->registers.driver.geometry(&b->arrays->registers, s);
}
static baynn_status_t mac(bench_t *b, void *s) {
    return b->arrays->registers.driver.mac(&b->arrays->registers, s, b->counts);
}
static baynn_status_t registers_open(bench_t *b, void *s) {
    return baynn_cim_registers_open(&b->registers, s, b->arrays->emulator, 0);
}
static baynn_status_t emulator_bus(bench_t *b, void *s) {
    return baynn_cim_emulator_bus(b->arrays->emulator, s);
}
static baynn_status_t emulator_bytes(bench_t *b, void *s) {
    (void)b;
    size_t bytes;
    return baynn_cim_emulator_storage_bytes(s, &bytes);
}
static baynn_status_t emulator_init(bench_t *b, void *s) {
    baynn_cim_emulator_t *made;
    return baynn_cim_emulator_init(b->storage, b->storage_bytes, s, &made);
}
static baynn_status_t emulator_configure(bench_t *b, void *s) {
    return baynn_cim_emulator_configure(b->arrays->emulator, s);
}
static baynn_status_t column_bytes(bench_t *b, void *s) {
    size_t bytes;
    return baynn_cim_column_session_storage_bytes(&b->model, s, NULL, &bytes);
}
static baynn_status_t column_bytes_emulated(bench_t *b, void *s) {
    size_t bytes;
    return baynn_cim_column_session_storage_bytes(&b->model, NULL, s, &bytes);
}
static baynn_status_t column_session(bench_t *b, void *s) {
    baynn_session_t *made;
    return baynn_cim_column_session_init(b->storage, b->storage_bytes, &b->model, s, NULL, &made);
}
static baynn_status_t column_session_emulated(bench_t *b, void *s) {
    baynn_session_t *made;
    return baynn_cim_column_session_init(b->storage, b->storage_bytes, &b->model, NULL, s, &made);
}
static baynn_status_t faulty_image(bench_t *b, void *s) {
    return baynn_cim_faulty_image(b->storage, b->storage_bytes, &b->model, s, 0, NULL);
}

/* ---- What a program passes ---- */

typedef struct use {
    const char *name;
    baynn_status_t (*call)(bench_t *b, void *structure);
    uint32_t published;
    uint32_t alignment;
    int receives;
    /* What a structure that is filled in holds; NULL: zeros. */
    const void *content;
    baynn_status_t refused;
} use_t;

#define STRUCTURE(type) sizeof(first_##type##_t), _Alignof(first_##type##_t)
#define RECEIVES(type, call)                                                                       \
    { #call, call, STRUCTURE(type), 1, NULL, BAYNN_ERROR_ARGUMENT }
#define TAKES(type, call, content)                                                                 \
    { #call, call, STRUCTURE(type), 0, content, BAYNN_ERROR_ARGUMENT }

static const use_t uses[] = {
    RECEIVES(model_info, info),
    TAKES(session_config, session_bytes, NULL),
    TAKES(session_config, session, NULL),
    RECEIVES(prediction, infer),
    RECEIVES(prediction, result),
    RECEIVES(prediction, position),
    RECEIVES(value, value),
    TAKES(self_test_config, self_test_of, NULL),
    TAKES(self_test_config, self_test_begin, NULL),
    RECEIVES(self_test_report, self_test),
    RECEIVES(self_test_report, self_test_report),
    TAKES(cim_config, cim_open, &bench.config),
    {"cim_driver", cim_driver, STRUCTURE(cim_driver), 0, &bench.driver, BAYNN_ERROR_CIM_DRIVER},
    RECEIVES(cim_info, cim_info),
    RECEIVES(cim_scrub_report, cim_scrub),
    RECEIVES(cim_ledger, cim_ledger),
    TAKES(session_config, cim_session_bytes, NULL),
    TAKES(session_config, cim_session, NULL),
    TAKES(self_test_config, cim_self_test, NULL),
    RECEIVES(cim_costs, costs_default),
    TAKES(cim_ledger, energy_of_ledger, NULL),
    TAKES(cim_costs, energy_of_costs, &bench.costs),
    RECEIVES(cim_energy, energy),
    RECEIVES(cim_geometry, geometry),
    TAKES(cim_mac, mac, &bench.mac),
    TAKES(cim_bus, registers_open, &bench.bus),
    RECEIVES(cim_bus, emulator_bus),
    TAKES(cim_emulator_config, emulator_bytes, NULL),
    TAKES(cim_emulator_config, emulator_init, NULL),
    TAKES(cim_emulator_config, emulator_configure, NULL),
    TAKES(session_config, column_bytes, NULL),
    TAKES(session_config, column_session, NULL),
    TAKES(cim_emulator_config, column_bytes_emulated, NULL),
    TAKES(cim_emulator_config, column_session_emulated, NULL),
    TAKES(cim_emulator_config, faulty_image, NULL),
};

/* ---- What comes of it ---- */

/* Memory that ends at a page which cannot be accessed, and holds a structure of so many bytes. */
static fence_t structure_make(const use_t *use, uint32_t bytes) {
    const size_t step = use->alignment;
    fence_t fence = fence_make((bytes + step - 1) / step * step, step);
    memset(fence.memory, use->receives ? UNKNOWN : 0, bytes);
    if (use->content != NULL) {
        memcpy(fence.memory, use->content, bytes < use->published ? bytes : use->published);
    }
    memcpy(fence.memory, &bytes, sizeof bytes);
    return fence;
}

static void assert_status(const use_t *use, baynn_status_t status, baynn_status_t expected,
                          uint32_t bytes) {
    if (status != expected) {
        fail_msg("%s with %u bytes: %s, expected %s", use->name, bytes, baynn_status_name(status),
                 baynn_status_name(expected));
    }
}

/* Calls; a structure that is refused, or that is only read, stays as it is. */
static void expect(const use_t *use, const fence_t *fence, baynn_status_t expected) {
    uint8_t *before = malloc(fence->bytes);
    assert_non_null(before);
    memcpy(before, fence->memory, fence->bytes);
    uint32_t bytes;
    memcpy(&bytes, fence->memory, sizeof bytes);
    assert_status(use, use->call(&bench, fence->memory), expected, bytes);
    fence_check(fence);
    if (expected != BAYNN_OK || !use->receives) {
        assert_memory_equal(fence->memory, before, fence->bytes);
    }
    free(before);
}

static void programs_of_the_first_version_work(void **state) {
    (void)state;
    for (size_t i = 0; i < COUNT(uses); i++) {
        fence_t fence = structure_make(&uses[i], uses[i].published);
        expect(&uses[i], &fence, BAYNN_OK);
        fence_free(fence);
    }
}

/* Members that the library does not know are as the caller set them. */
static void newer_programs_work(void **state) {
    (void)state;
    for (size_t i = 0; i < COUNT(uses); i++) {
        const use_t *use = &uses[i];
        fence_t first = structure_make(use, use->published);
        fence_t newer = structure_make(use, use->published + TAIL);
        expect(use, &first, BAYNN_OK);
        expect(use, &newer, BAYNN_OK);
        uint32_t bytes;
        memcpy(&bytes, newer.memory, sizeof bytes);
        assert_int_equal(bytes, use->published + TAIL);
        for (uint32_t k = use->published; use->receives && k < use->published + TAIL; k++) {
            assert_int_equal(newer.memory[k], UNKNOWN);
        }
        fence_free(first);
        fence_free(newer);
    }
}

static void results_are_written_whole(void **state) {
    (void)state;
    for (size_t i = 0; i < COUNT(uses); i++) {
        const use_t *use = &uses[i];
        if (!use->receives) {
            continue;
        }
        fence_t fence = structure_make(use, use->published);
        expect(use, &fence, BAYNN_OK);
        /* No member holds four bytes of what was there before. */
        for (uint32_t k = 4; k < use->published; k += 4) {
            static const uint8_t unwritten[4] = {UNKNOWN, UNKNOWN, UNKNOWN, UNKNOWN};
            if (memcmp(fence.memory + k, unwritten, sizeof unwritten) == 0) {
                fail_msg("%s: byte %u is not written", use->name, k);
            }
        }
        fence_free(fence);
    }
}

static void unknown_members_that_are_not_0_are_refused(void **state) {
    (void)state;
    for (size_t i = 0; i < COUNT(uses); i++) {
        const use_t *use = &uses[i];
        for (uint32_t k = 0; !use->receives && k < TAIL; k++) {
            fence_t fence = structure_make(use, use->published + TAIL);
            fence.memory[use->published + k] = 1;
            expect(use, &fence, use->refused);
            fence_free(fence);
        }
    }
}

static void short_structures_are_refused(void **state) {
    (void)state;
    for (size_t i = 0; i < COUNT(uses); i++) {
        const use_t *use = &uses[i];
        for (uint32_t bytes = 4; bytes < use->published; bytes++) {
            fence_t fence = structure_make(use, bytes);
            expect(use, &fence, use->refused);
            fence_free(fence);
        }
        for (uint32_t bytes = 0; bytes < 4; bytes++) {
            fence_t fence = structure_make(use, 4);
            memcpy(fence.memory, &bytes, sizeof bytes);
            expect(use, &fence, use->refused);
            fence_free(fence);
        }
    }
}

/* As it is if nobody has set it: nothing is read from where it would end. */
static void sizes_that_were_not_set_are_refused(void **state) {
    (void)state;
    static const uint32_t sizes[] = {BAYNN_STRUCT_BYTES_MAX + 1, 0x5A5A5A5A, 0x7FFFFFFF, 1u << 31,
                                     UINT32_MAX};
    for (size_t i = 0; i < COUNT(uses); i++) {
        const use_t *use = &uses[i];
        for (size_t k = 0; k < COUNT(sizes); k++) {
            fence_t fence = structure_make(use, use->published);
            memcpy(fence.memory, &sizes[k], sizeof sizes[k]);
            expect(use, &fence, use->refused);
            fence_free(fence);
        }
        fence_t largest = structure_make(use, BAYNN_STRUCT_BYTES_MAX);
        expect(use, &largest, BAYNN_OK);
        fence_free(largest);
    }
}

static void misaligned_structures_are_refused(void **state) {
    (void)state;
    for (size_t i = 0; i < COUNT(uses); i++) {
        const use_t *use = &uses[i];
        for (uint32_t shift = 1; shift < use->alignment; shift++) {
            fence_t fence = structure_make(use, use->published + use->alignment);
            fence_t inner = fence;
            inner.memory += shift;
            inner.bytes = use->published;
            memmove(inner.memory, fence.memory, use->published);
            memcpy(inner.memory, &use->published, sizeof use->published);
            uint8_t before[512];
            assert_true(use->published <= sizeof before);
            memcpy(before, inner.memory, use->published);
            assert_status(use, use->call(&bench, inner.memory), BAYNN_ERROR_ALIGNMENT, shift);
            assert_memory_equal(inner.memory, before, use->published);
            fence_free(fence);
        }
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(programs_of_the_first_version_work),
        cmocka_unit_test(newer_programs_work),
        cmocka_unit_test(results_are_written_whole),
        cmocka_unit_test(unknown_members_that_are_not_0_are_refused),
        cmocka_unit_test(short_structures_are_refused),
        cmocka_unit_test(sizes_that_were_not_set_are_refused),
        cmocka_unit_test(misaligned_structures_are_refused),
    };
    return cmocka_run_group_tests(tests, make_bench, free_bench);
}
