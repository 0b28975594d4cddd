/* SPDX-License-Identifier: Apache-2.0 */
#include "image_edit.h"

#define ALL                                                                                        \
    (BAYNN_TEST_STORAGE | BAYNN_TEST_RANDOM | BAYNN_TEST_KERNELS | BAYNN_TEST_IMAGE |              \
     BAYNN_TEST_MODEL)

/* A model with known answers, and storage for its self-test. */
typedef struct fixture {
    image_t image;
    baynn_model_t model;
    size_t bytes;
    void *storage;
} fixture_t;

static int set_up(void **state) {
    fixture_t *f = calloc(1, sizeof *f);
    f->image = image_small();
    f->model = model_open(f->image);
    assert_int_equal(baynn_self_test_storage_bytes(&f->model, &f->bytes), BAYNN_OK);
    f->storage = malloc(f->bytes);
    assert_non_null(f->storage);
    *state = f;
    return 0;
}

static int tear_down(void **state) {
    fixture_t *f = *state;
    free(f->storage);
    image_free(f->image);
    free(f);
    return 0;
}

static baynn_self_test_report_t run(fixture_t *f, uint32_t tests, baynn_status_t expected) {
    baynn_self_test_config_t config = {.struct_bytes = sizeof config, .tests = tests};
    baynn_self_test_report_t report = {.struct_bytes = sizeof report};
    assert_int_equal(baynn_self_test(f->storage, f->bytes, &f->model, &config, &report), expected);
    assert_int_equal(report.struct_bytes, sizeof report);
    assert_int_equal(report.completed, report.requested);
    assert_int_equal(report.failed == 0, expected == BAYNN_OK);
    return report;
}

/* ---- Nothing wrong ---- */

static void a_good_model_passes(void **state) {
    fixture_t *f = *state;
    baynn_self_test_report_t report = run(f, 0, BAYNN_OK);
    assert_int_equal(report.requested, ALL);
    baynn_self_test_report_t again = {.struct_bytes = sizeof again};
    assert_int_equal(baynn_self_test(f->storage, f->bytes, &f->model, NULL, &again), BAYNN_OK);
    assert_memory_equal(&again, &report, sizeof report);
}

static void every_set_of_tests_passes(void **state) {
    fixture_t *f = *state;
    for (uint32_t tests = 1; tests <= ALL; tests++) {
        assert_int_equal(run(f, tests, BAYNN_OK).requested, tests);
    }
}

static void a_model_without_answers_says_so(void **state) {
    fixture_t *f = *state;
    image_t image = image_copy(f->image);
    edit_remove_section(&image, IMAGE_ANSWERS);
    image_reseal(image.data);
    f->model = model_open(image);
    for (uint32_t tests = 1; tests <= ALL; tests++) {
        baynn_self_test_config_t config = {.struct_bytes = sizeof config, .tests = tests};
        baynn_self_test_report_t report = {.struct_bytes = sizeof report};
        assert_int_equal(baynn_self_test(f->storage, f->bytes, &f->model, &config, &report),
                         BAYNN_OK);
        assert_int_equal(report.requested, tests);
        assert_int_equal(report.completed, tests & ~BAYNN_TEST_MODEL);
    }
    image_free(image);
}

/* The storage can be a session's afterwards. */
static void storage_is_that_of_a_session(void **state) {
    fixture_t *f = *state;
    size_t session_bytes = 0;
    assert_int_equal(baynn_session_storage_bytes(&f->model, NULL, &session_bytes), BAYNN_OK);
    assert_true(f->bytes >= session_bytes);
    run(f, 0, BAYNN_OK);
    baynn_session_t *session = NULL;
    assert_int_equal(baynn_session_init(f->storage, f->bytes, &f->model, NULL, &session), BAYNN_OK);
    uint8_t input[9] = {1, 2, 3};
    baynn_prediction_t prediction = {.struct_bytes = sizeof prediction};
    assert_int_equal(baynn_infer(session, input, sizeof input, &prediction), BAYNN_OK);
}

static void any_larger_storage_will_do(void **state) {
    fixture_t *f = *state;
    enum { GUARD = 32 };
    for (size_t more = 0; more < 40; more++) {
        size_t bytes = f->bytes + more;
        uint8_t *block = malloc(GUARD + bytes + GUARD);
        assert_non_null(block);
        memset(block, 0xE7, GUARD + bytes + GUARD);
        baynn_self_test_report_t report = {.struct_bytes = sizeof report};
        assert_int_equal(baynn_self_test(block + GUARD, bytes, &f->model, NULL, &report), BAYNN_OK);
        for (size_t i = 0; i < GUARD; i++) {
            assert_int_equal(block[i], 0xE7);
            assert_int_equal(block[GUARD + bytes + i], 0xE7);
        }
        free(block);
    }
}

/* Models of many shapes, very small ones too. */
static void models_of_many_shapes_pass(void **state) {
    (void)state;
    static const uint32_t sizes[] = {1, 2, 31, 32, 33, 65, 128};
    for (size_t i = 0; i < COUNT(sizes); i++) {
        for (uint32_t sites = 0; sites <= 3; sites++) {
            image_layer_t layers[3];
            for (uint32_t l = 0; l < 3; l++) {
                layers[l] = l < sites ? (image_layer_t){sizes[i], 2, 20000}
                                      : (image_layer_t){sizes[i], 1, 0};
            }
            image_spec_t spec = {.height = 1,
                                 .width = sizes[COUNT(sizes) - 1 - i],
                                 .channels = 1,
                                 .maximum = 1 + (uint32_t)i * 40,
                                 .layers = layers,
                                 .layer_count = 1 + sites % 3,
                                 .classes = 2 + (uint32_t)i * 6,
                                 .seed = i,
                                 .scale_spread_q16 = 60000,
                                 .answer_count = 2,
                                 .answer = naive_answer};
            fixture_t f = {.image = image_make(&spec)};
            f.model = model_open(f.image);
            assert_int_equal(baynn_self_test_storage_bytes(&f.model, &f.bytes), BAYNN_OK);
            f.storage = malloc(f.bytes);
            assert_non_null(f.storage);
            run(&f, 0, BAYNN_OK);
            free(f.storage);
            image_free(f.image);
        }
    }
}

/* ---- Faults ---- */

/* Any flipped bit is found by the checksum, those of the structure too. */
static void every_flipped_bit_is_found(void **state) {
    fixture_t *f = *state;
    uint32_t sealed = image_read_u32(f->image.data, f->image.bytes - 4);
    for (size_t bit = 0; bit < f->image.bytes * 8; bit++) {
        edit_flip(&f->image, bit / 8, bit % 8);
        baynn_self_test_report_t report = run(f, BAYNN_TEST_IMAGE, BAYNN_ERROR_SELF_TEST);
        assert_int_equal(report.failed, BAYNN_TEST_IMAGE);
        assert_int_equal(report.first_failed, BAYNN_TEST_IMAGE);
        if (bit >= 16 * 8 && bit < (f->image.bytes - 4) * 8) {
            assert_int_equal(report.first_index, -BAYNN_ERROR_IMAGE_CRC);
            assert_int_equal(report.first_actual, image_crc32(f->image.data, f->image.bytes - 4));
            assert_int_equal(report.first_expected, sealed);
        }
        edit_flip(&f->image, bit / 8, bit % 8);
    }
    run(f, 0, BAYNN_OK);
}

/* One failed test does not keep the others from running. */
static void other_tests_run_on_a_damaged_image(void **state) {
    fixture_t *f = *state;
    image_parts_t parts = image_dense_parts(f->image.data, 1);
    edit_flip(&f->image, parts.weights, 3);
    baynn_self_test_report_t report = run(f, 0, BAYNN_ERROR_SELF_TEST);
    assert_int_equal(report.requested, ALL);
    assert_int_equal(report.failed & ~BAYNN_TEST_MODEL, BAYNN_TEST_IMAGE);
    assert_int_equal(report.first_failed, BAYNN_TEST_IMAGE);
}

/* Whether the naive network still gives the answers that the image lists; if not, the
 * number of the first wrong one, and its first wrong word beside the one listed. */
static int answers_hold(image_t image, uint32_t *number, uint32_t *actual, uint32_t *expected) {
    naive_network_t *network = naive_network_read(image.data, image.bytes);
    size_t payload = image_section(image.data, IMAGE_ANSWERS, 0) + 8;
    uint32_t count = image_read_u32(image.data, payload);
    size_t at = payload + 4;
    int hold = 1;
    for (uint32_t i = 0; i < count && hold; i++) {
        uint32_t results[6];
        naive_prediction_t prediction;
        naive_config_t config = {.posterior = NAIVE_EXACT};
        naive_predict(network, image.data + at, &config, &prediction, &results[3]);
        results[0] = prediction.label;
        results[1] = prediction.entropy_q16;
        results[2] = prediction.mutual_information_q16;
        at += 12;
        for (uint32_t w = 0; w < COUNT(results) && hold; w++) {
            *number = i;
            *actual = results[w];
            *expected = image_read_u32(image.data, at + 4 * w);
            hold = *actual == *expected;
        }
        at += sizeof results;
    }
    naive_network_free(network);
    return hold;
}

/* A flipped bit that hides behind a right checksum is found by the known answers. */
static void known_answers_find_what_the_checksum_cannot(void **state) {
    fixture_t *f = *state;
    uint32_t found = 0;
    image_parts_t first = image_dense_parts(f->image.data, 0);
    image_parts_t second = image_dense_parts(f->image.data, 1);
    image_parts_t head = image_softmax_parts(f->image.data);
    const size_t ranges[][2] = {{first.weights, first.totals},
                                {first.thresholds, first.end},
                                {second.thresholds, second.end},
                                {head.thresholds, head.end}};
    for (size_t r = 0; r < COUNT(ranges); r++) {
        for (size_t bit = ranges[r][0] * 8; bit < ranges[r][1] * 8; bit++) {
            fixture_t damaged = *f;
            damaged.image = image_copy(f->image);
            edit_flip(&damaged.image, bit / 8, bit % 8);
            image_reseal(damaged.image.data);
            if (baynn_model_open(&damaged.model, damaged.image.data, damaged.image.bytes,
                                 baynn_parts_all) == BAYNN_OK) {
                uint32_t number = 0;
                uint32_t actual = 0;
                uint32_t expected = 0;
                if (answers_hold(damaged.image, &number, &actual, &expected)) {
                    run(&damaged, BAYNN_TEST_MODEL | BAYNN_TEST_IMAGE, BAYNN_OK);
                } else {
                    found++;
                    baynn_self_test_report_t report =
                        run(&damaged, BAYNN_TEST_MODEL | BAYNN_TEST_IMAGE, BAYNN_ERROR_SELF_TEST);
                    assert_int_equal(report.failed, BAYNN_TEST_MODEL);
                    assert_int_equal(report.first_failed, BAYNN_TEST_MODEL);
                    assert_int_equal(report.first_index, number);
                    assert_int_equal(report.first_actual, actual);
                    assert_int_equal(report.first_expected, expected);
                }
            }
            image_free(damaged.image);
        }
    }
    assert_true(found > 100);
}

/* Every part of a known answer counts. */
static void every_bit_of_an_answer_counts(void **state) {
    fixture_t *f = *state;
    size_t answers = image_section(f->image.data, IMAGE_ANSWERS, 0) + 8 + 4;
    for (uint32_t number = 0; number < 3; number++) {
        size_t results = answers + number * (12 + 12 + 12) + 12;
        for (uint32_t bit = 0; bit < 24 * 8; bit++) {
            fixture_t damaged = *f;
            damaged.image = image_copy(f->image);
            edit_flip(&damaged.image, results, bit);
            image_reseal(damaged.image.data);
            if (baynn_model_open(&damaged.model, damaged.image.data, damaged.image.bytes,
                                 baynn_parts_all) == BAYNN_OK) {
                baynn_self_test_report_t report =
                    run(&damaged, BAYNN_TEST_MODEL, BAYNN_ERROR_SELF_TEST);
                assert_int_equal(report.first_failed, BAYNN_TEST_MODEL);
                assert_int_equal(report.first_index, number);
                assert_int_not_equal(report.first_actual, report.first_expected);
            } else {
                /* Only a label can be seen to be wrong. */
                assert_true(bit < 32);
            }
            image_free(damaged.image);
        }
    }
}

/* A damaged structure behind a right checksum is found by the check of the image. */
static void structure_is_checked(void **state) {
    fixture_t *f = *state;
    image_parts_t parts = image_dense_parts(f->image.data, 1);
    edit_flip(&f->image, parts.totals, 0);
    image_reseal(f->image.data);
    baynn_self_test_report_t report = run(f, BAYNN_TEST_IMAGE, BAYNN_ERROR_SELF_TEST);
    assert_int_equal(report.failed, BAYNN_TEST_IMAGE);
    assert_int_equal(report.first_failed, BAYNN_TEST_IMAGE);
    assert_true(report.first_index == (uint32_t)-BAYNN_ERROR_IMAGE_WEIGHTS ||
                report.first_index == (uint32_t)-BAYNN_ERROR_IMAGE_CRC);
}

/* ---- Steps ---- */

static void steps_give_the_same(void **state) {
    fixture_t *f = *state;
    for (uint32_t damaged = 0; damaged < 2; damaged++) {
        if (damaged) {
            edit_flip(&f->image, image_dense_parts(f->image.data, 0).weights, 3);
        }
        baynn_status_t expected = damaged ? BAYNN_ERROR_SELF_TEST : BAYNN_OK;
        baynn_self_test_report_t whole = run(f, 0, expected);
        static const uint32_t sizes[] = {0, 1, 10, 1000, UINT32_MAX};
        uint32_t calls_before = UINT32_MAX;
        for (size_t s = 0; s < COUNT(sizes); s++) {
            baynn_self_test_t test;
            memset(&test, 0xA5, sizeof test);
            assert_int_equal(baynn_self_test_begin(&test, f->storage, f->bytes, &f->model, NULL),
                             BAYNN_OK);
            baynn_self_test_report_t report = {.struct_bytes = sizeof report};
            assert_int_equal(baynn_self_test_report(&test, &report), BAYNN_OK);
            assert_int_equal(report.requested, ALL);
            assert_int_equal(report.completed, 0);
            assert_int_equal(report.failed, 0);
            uint32_t calls = 0;
            uint32_t finished = 0;
            uint32_t completed = 0;
            while (!finished) {
                finished = 77;
                assert_int_equal(baynn_self_test_step(&test, sizes[s], &finished), BAYNN_OK);
                assert_in_range(finished, 0, 1);
                baynn_status_t status = baynn_self_test_report(&test, &report);
                assert_int_equal(status, report.failed == 0 ? BAYNN_OK : BAYNN_ERROR_SELF_TEST);
                /* Tests complete in order and stay so. */
                assert_int_equal(report.completed & completed, completed);
                assert_int_equal(report.completed & (report.completed + 1), 0);
                completed = report.completed;
                assert_true(++calls < 100000);
            }
            assert_true(calls >= 5 || sizes[s] > 10);
            assert_true(calls <= calls_before);
            calls_before = calls;
            assert_int_equal(baynn_self_test_report(&test, &report), expected);
            assert_memory_equal(&report, &whole, sizeof whole);
            /* Once more after the end. */
            assert_int_equal(baynn_self_test_step(&test, 1, &finished), BAYNN_OK);
            assert_int_equal(finished, 1);
            assert_int_equal(baynn_self_test_report(&test, &report), expected);
            assert_memory_equal(&report, &whole, sizeof whole);
        }
        assert_true(calls_before <= 10);
    }
}

/* "Every cell of the storage holds what is written to it": a cell that another writes to
 * between two steps of the test does not. */
static void storage_written_by_another_is_found(void **state) {
    fixture_t *f = *state;
    uint32_t found = 0;
    for (uint32_t steps = 1; steps < 200; steps++) {
        baynn_self_test_config_t config = {.struct_bytes = sizeof config,
                                           .tests = BAYNN_TEST_STORAGE};
        baynn_self_test_t test;
        memset(&test, 0, sizeof test);
        assert_int_equal(baynn_self_test_begin(&test, f->storage, f->bytes, &f->model, &config),
                         BAYNN_OK);
        uint32_t finished = 0;
        for (uint32_t i = 0; i < steps && !finished; i++) {
            assert_int_equal(baynn_self_test_step(&test, 1, &finished), BAYNN_OK);
        }
        if (finished) {
            break;
        }
        /* A random word is none of the test's patterns. */
        size_t at = f->bytes / 8 * 4;
        image_write_u32(f->storage, at, 0x12345678);
        while (!finished) {
            assert_int_equal(baynn_self_test_step(&test, 1, &finished), BAYNN_OK);
        }
        baynn_self_test_report_t report = {.struct_bytes = sizeof report};
        if (baynn_self_test_report(&test, &report) == BAYNN_ERROR_SELF_TEST) {
            found++;
            assert_int_equal(report.completed, BAYNN_TEST_STORAGE);
            assert_int_equal(report.failed, BAYNN_TEST_STORAGE);
            assert_int_equal(report.first_failed, BAYNN_TEST_STORAGE);
            assert_int_equal(report.first_index, at);
            assert_int_equal(report.first_actual, 0x12345678);
            assert_true(report.first_expected == 0 || report.first_expected == UINT32_MAX ||
                        report.first_expected != report.first_actual);
        }
    }
    assert_true(found > 0);
}

static void step_and_report_need_a_begin(void **state) {
    (void)state;
    baynn_self_test_t test;
    memset(&test, 0, sizeof test);
    baynn_self_test_report_t report = {.struct_bytes = sizeof report, .failed = 55};
    uint32_t finished = 55;
    assert_int_equal(baynn_self_test_step(&test, 1, &finished), BAYNN_ERROR_STATE);
    assert_int_equal(baynn_self_test_report(&test, &report), BAYNN_ERROR_STATE);
    assert_int_equal(finished, 55);
    assert_int_equal(report.failed, 55);
}

/* ---- Arguments ---- */

static void expect_both(fixture_t *f, void *storage, size_t bytes, const baynn_model_t *model,
                        const baynn_self_test_config_t *config, baynn_status_t expected) {
    (void)f;
    baynn_self_test_report_t report = {.struct_bytes = sizeof report, .failed = 55};
    assert_int_equal(baynn_self_test(storage, bytes, model, config, &report), expected);
    assert_int_equal(report.failed, expected == BAYNN_OK ? 0 : 55);
    baynn_self_test_t test;
    memset(&test, 0, sizeof test);
    baynn_self_test_t before = test;
    assert_int_equal(baynn_self_test_begin(&test, storage, bytes, model, config), expected);
    if (expected != BAYNN_OK) {
        assert_memory_equal(&test, &before, sizeof test);
    }
}

static void null_is_reported(void **state) {
    fixture_t *f = *state;
    baynn_self_test_report_t report = {.struct_bytes = sizeof report};
    baynn_self_test_t test;
    uint32_t finished = 0;
    size_t bytes = 0;
    assert_int_equal(baynn_self_test_storage_bytes(NULL, &bytes), BAYNN_ERROR_NULL);
    assert_int_equal(baynn_self_test_storage_bytes(&f->model, NULL), BAYNN_ERROR_NULL);
    expect_both(f, NULL, f->bytes, &f->model, NULL, BAYNN_ERROR_NULL);
    expect_both(f, f->storage, f->bytes, NULL, NULL, BAYNN_ERROR_NULL);
    assert_int_equal(baynn_self_test(f->storage, f->bytes, &f->model, NULL, NULL),
                     BAYNN_ERROR_NULL);
    assert_int_equal(baynn_self_test_begin(NULL, f->storage, f->bytes, &f->model, NULL),
                     BAYNN_ERROR_NULL);
    assert_int_equal(baynn_self_test_begin(&test, f->storage, f->bytes, &f->model, NULL), BAYNN_OK);
    assert_int_equal(baynn_self_test_step(NULL, 1, &finished), BAYNN_ERROR_NULL);
    assert_int_equal(baynn_self_test_step(&test, 1, NULL), BAYNN_ERROR_NULL);
    assert_int_equal(baynn_self_test_report(NULL, &report), BAYNN_ERROR_NULL);
    assert_int_equal(baynn_self_test_report(&test, NULL), BAYNN_ERROR_NULL);
}

static void closed_model_is_reported(void **state) {
    fixture_t *f = *state;
    baynn_model_t model;
    memset(&model, 0, sizeof model);
    size_t bytes = 77;
    assert_int_equal(baynn_self_test_storage_bytes(&model, &bytes), BAYNN_ERROR_STATE);
    assert_int_equal(bytes, 77);
    expect_both(f, f->storage, f->bytes, &model, NULL, BAYNN_ERROR_STATE);
}

static void wrong_storage_is_reported(void **state) {
    fixture_t *f = *state;
    uint8_t *block = malloc(f->bytes + 16);
    assert_non_null(block);
    for (size_t shift = 0; shift <= 8; shift++) {
        expect_both(f, block + shift, f->bytes, &f->model, NULL,
                    shift % BAYNN_STORAGE_ALIGNMENT == 0 ? BAYNN_OK : BAYNN_ERROR_ALIGNMENT);
    }
    free(block);
    static const size_t less[] = {1, 4, 8, 100};
    for (size_t i = 0; i < COUNT(less); i++) {
        expect_both(f, f->storage, f->bytes - less[i], &f->model, NULL, BAYNN_ERROR_STORAGE);
    }
    expect_both(f, f->storage, 0, &f->model, NULL, BAYNN_ERROR_STORAGE);
}

static void wrong_configuration_is_reported(void **state) {
    fixture_t *f = *state;
    baynn_self_test_config_t config = {.struct_bytes = sizeof config};
    for (uint32_t bit = 5; bit < 32; bit++) {
        config.tests = 1u << bit;
        expect_both(f, f->storage, f->bytes, &f->model, &config, BAYNN_ERROR_ARGUMENT);
        config.tests |= ALL;
        expect_both(f, f->storage, f->bytes, &f->model, &config, BAYNN_ERROR_ARGUMENT);
    }
    config.tests = 0;
    for (uint32_t bytes = 0; bytes < sizeof config; bytes++) {
        config.struct_bytes = bytes;
        expect_both(f, f->storage, f->bytes, &f->model, &config, BAYNN_ERROR_ARGUMENT);
    }
    struct {
        baynn_self_test_config_t config;
        uint32_t later[4];
    } large;
    memset(&large, 0, sizeof large);
    large.config.struct_bytes = sizeof large;
    expect_both(f, f->storage, f->bytes, &f->model, &large.config, BAYNN_OK);
}

#define WITH_MODEL(test) cmocka_unit_test_setup_teardown(test, set_up, tear_down)

int main(void) {
    const struct CMUnitTest tests[] = {
        WITH_MODEL(a_good_model_passes),
        WITH_MODEL(every_set_of_tests_passes),
        WITH_MODEL(a_model_without_answers_says_so),
        WITH_MODEL(storage_is_that_of_a_session),
        WITH_MODEL(any_larger_storage_will_do),
        cmocka_unit_test(models_of_many_shapes_pass),
        WITH_MODEL(every_flipped_bit_is_found),
        WITH_MODEL(other_tests_run_on_a_damaged_image),
        WITH_MODEL(known_answers_find_what_the_checksum_cannot),
        WITH_MODEL(every_bit_of_an_answer_counts),
        WITH_MODEL(structure_is_checked),
        WITH_MODEL(steps_give_the_same),
        WITH_MODEL(storage_written_by_another_is_found),
        cmocka_unit_test(step_and_report_need_a_begin),
        WITH_MODEL(null_is_reported),
        WITH_MODEL(closed_model_is_reported),
        WITH_MODEL(wrong_storage_is_reported),
        WITH_MODEL(wrong_configuration_is_reported),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
