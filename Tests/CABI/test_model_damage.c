/* SPDX-License-Identifier: Apache-2.0 */
#include "support.h"

/* Every single bit of an open model, flipped: no function takes the model for the one that was
 * opened, so that no policy is lost without a word. */

static void a_flipped_bit_closes_the_model(void **state) {
    (void)state;
    image_t image = image_small();
    baynn_model_t opened = model_open(image);
    static uint64_t storage[8192];
    size_t bytes;
    assert_int_equal(baynn_self_test_storage_bytes(&opened, &bytes), BAYNN_OK);
    assert_true(bytes <= sizeof storage);
    uint32_t noticed = 0;
    for (size_t bit = 0; bit < 8 * sizeof opened; bit++) {
        baynn_model_t model = opened;
        ((uint8_t *)&model)[bit / 8] ^= (uint8_t)(1u << bit % 8);
        baynn_model_info_t info = {.struct_bytes = sizeof info};
        const char *name;
        baynn_session_t *session;
        baynn_self_test_t test;
        baynn_status_t status = baynn_model_info(&model, &info);
        assert_int_equal(baynn_model_name(&model, &name), status);
        assert_int_equal(baynn_model_class_name(&model, 0, &name), status);
        assert_int_equal(baynn_session_storage_bytes(&model, NULL, &bytes), status);
        assert_int_equal(baynn_session_init(storage, sizeof storage, &model, NULL, &session),
                         status);
        assert_int_equal(baynn_self_test_storage_bytes(&model, &bytes), status);
        assert_int_equal(baynn_self_test_begin(&test, storage, sizeof storage, &model, NULL),
                         status);
        assert_true(status == BAYNN_ERROR_STATE || status == BAYNN_OK);
        noticed += status == BAYNN_ERROR_STATE;
        if (status == BAYNN_OK) {
            baynn_model_info_t intact = model_info(&opened);
            assert_memory_equal(&info, &intact, sizeof info);
        }
    }
    /* The rest of the object is not in use. */
    assert_true(noticed >= 8 * 96);
    image_free(image);
}

/* Damage that comes while the self-test runs. */
static void the_self_test_notices_too(void **state) {
    (void)state;
    image_t image = image_small();
    static uint64_t storage[8192];
    for (size_t bit = 8 * 16; bit < 8 * 96; bit++) {
        baynn_model_t model = model_open(image);
        baynn_self_test_t test;
        baynn_self_test_config_t config = {.struct_bytes = sizeof config,
                                           .tests = BAYNN_TEST_RANDOM | BAYNN_TEST_IMAGE};
        assert_int_equal(baynn_self_test_begin(&test, storage, sizeof storage, &model, &config),
                         BAYNN_OK);
        uint32_t finished;
        assert_int_equal(baynn_self_test_step(&test, 0, &finished), BAYNN_OK);
        ((uint8_t *)&model)[bit / 8] ^= (uint8_t)(1u << bit % 8);
        baynn_self_test_report_t report = {.struct_bytes = sizeof report};
        do {
            assert_int_equal(baynn_self_test_step(&test, 0, &finished), BAYNN_OK);
        } while (!finished);
        assert_int_equal(baynn_self_test_report(&test, &report), BAYNN_ERROR_SELF_TEST);
        assert_int_equal(report.failed, BAYNN_TEST_IMAGE);
    }
    image_free(image);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_flipped_bit_closes_the_model),
        cmocka_unit_test(the_self_test_notices_too),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
