/* SPDX-License-Identifier: Apache-2.0 */
#include "support.h"

typedef struct named {
    baynn_status_t status;
    const char *name;
} named_t;

#define NAMED(status)                                                                              \
    { status, #status }

static const named_t table[] = {
    NAMED(BAYNN_OK),
    NAMED(BAYNN_ERROR_NULL),
    NAMED(BAYNN_ERROR_ARGUMENT),
    NAMED(BAYNN_ERROR_ALIGNMENT),
    NAMED(BAYNN_ERROR_STORAGE),
    NAMED(BAYNN_ERROR_STATE),
    NAMED(BAYNN_ERROR_INPUT_SIZE),
    NAMED(BAYNN_ERROR_INPUT_RANGE),
    NAMED(BAYNN_ERROR_POSTERIOR),
    NAMED(BAYNN_ERROR_PART),
    NAMED(BAYNN_ERROR_NO_RESULT),
    NAMED(BAYNN_ERROR_IMAGE_TRUNCATED),
    NAMED(BAYNN_ERROR_IMAGE_MAGIC),
    NAMED(BAYNN_ERROR_IMAGE_FORMAT),
    NAMED(BAYNN_ERROR_IMAGE_CRC),
    NAMED(BAYNN_ERROR_IMAGE_SECTION),
    NAMED(BAYNN_ERROR_IMAGE_SHAPE),
    NAMED(BAYNN_ERROR_IMAGE_VALUE),
    NAMED(BAYNN_ERROR_IMAGE_WEIGHTS),
    NAMED(BAYNN_ERROR_SELF_TEST),
    NAMED(BAYNN_ERROR_CIM_DRIVER),
    NAMED(BAYNN_ERROR_CIM_GEOMETRY),
    NAMED(BAYNN_ERROR_CIM_CAPACITY),
    NAMED(BAYNN_ERROR_CIM_NOT_PROGRAMMED),
    NAMED(BAYNN_ERROR_CIM_WRITE),
    NAMED(BAYNN_ERROR_CIM_TIMEOUT),
    NAMED(BAYNN_ERROR_CIM_DEVICE),
    NAMED(BAYNN_CIM_DEVICE_COMMAND),
    NAMED(BAYNN_CIM_DEVICE_BUSY),
    NAMED(BAYNN_CIM_DEVICE_ADDRESS),
    NAMED(BAYNN_CIM_DEVICE_ROWS),
    NAMED(BAYNN_CIM_DEVICE_WRITE),
    NAMED(BAYNN_CIM_DEVICE_ANALOG),
    NAMED(BAYNN_CIM_EMULATOR_NO_POWER),
    NAMED(BAYNN_CIM_EMULATOR_FAILED),
};

static const char *expected_name(baynn_status_t status) {
    for (size_t i = 0; i < COUNT(table); i++) {
        if (table[i].status == status) {
            return table[i].name;
        }
    }
    return "unknown status";
}

static void every_status_has_its_name(void **state) {
    (void)state;
    for (size_t i = 0; i < COUNT(table); i++) {
        assert_string_equal(baynn_status_name(table[i].status), table[i].name);
    }
}

static void no_other_status_has_a_name(void **state) {
    (void)state;
    for (baynn_status_t status = -3000; status <= 100; status++) {
        assert_string_equal(baynn_status_name(status), expected_name(status));
    }
    static const baynn_status_t extremes[] = {INT32_MIN, INT32_MIN + 1, INT32_MAX,
                                              -65536,    65536,         -257};
    for (size_t i = 0; i < COUNT(extremes); i++) {
        assert_string_equal(baynn_status_name(extremes[i]), "unknown status");
    }
}

static void statuses_are_distinct(void **state) {
    (void)state;
    for (size_t i = 0; i < COUNT(table); i++) {
        for (size_t j = 0; j < i; j++) {
            assert_int_not_equal(table[i].status, table[j].status);
            assert_string_not_equal(table[i].name, table[j].name);
        }
    }
}

static void a_name_is_constant(void **state) {
    (void)state;
    const char *first = baynn_status_name(BAYNN_ERROR_STATE);
    assert_string_equal(baynn_status_name(BAYNN_ERROR_NULL), "BAYNN_ERROR_NULL");
    assert_string_equal(first, "BAYNN_ERROR_STATE");
    assert_ptr_equal(first, baynn_status_name(BAYNN_ERROR_STATE));
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_status_has_its_name),
        cmocka_unit_test(no_other_status_has_a_name),
        cmocka_unit_test(statuses_are_distinct),
        cmocka_unit_test(a_name_is_constant),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
