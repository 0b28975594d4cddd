/* SPDX-License-Identifier: Apache-2.0 */
#include "soft_arrays.h"

/* What a driver or a bus returns, and what comes out of the library. */

static const struct {
    baynn_status_t returned, expected;
} statuses[] = {
    {1, BAYNN_ERROR_CIM_DRIVER},
    {2, BAYNN_ERROR_CIM_DRIVER},
    {INT32_MAX, BAYNN_ERROR_CIM_DRIVER},
    {BAYNN_ERROR_NULL, BAYNN_ERROR_CIM_DRIVER},
    {BAYNN_ERROR_ARGUMENT, BAYNN_ERROR_CIM_DRIVER},
    {BAYNN_ERROR_STATE, BAYNN_ERROR_CIM_DRIVER},
    {BAYNN_ERROR_NO_RESULT, BAYNN_ERROR_CIM_DRIVER},
    {BAYNN_ERROR_IMAGE_CRC, BAYNN_ERROR_CIM_DRIVER},
    {BAYNN_ERROR_SELF_TEST, BAYNN_ERROR_CIM_DRIVER},
    {-79, BAYNN_ERROR_CIM_DRIVER},
    {BAYNN_ERROR_CIM_DRIVER, BAYNN_ERROR_CIM_DRIVER},
    {BAYNN_ERROR_CIM_WRITE, BAYNN_ERROR_CIM_WRITE},
    {BAYNN_ERROR_CIM_TIMEOUT, BAYNN_ERROR_CIM_TIMEOUT},
    {BAYNN_ERROR_CIM_DEVICE, BAYNN_ERROR_CIM_DEVICE},
    {-100, BAYNN_ERROR_CIM_DRIVER},
    {-999, BAYNN_ERROR_CIM_DRIVER},
    {BAYNN_CIM_DEVICE_COMMAND, BAYNN_CIM_DEVICE_COMMAND},
    {BAYNN_CIM_EMULATOR_FAILED, BAYNN_CIM_EMULATOR_FAILED},
    {-2000, -2000},
    {-70000, -70000},
    {INT32_MIN, INT32_MIN},
};

enum { ELEMENTS_OF_SMALL = 9 };

/* Each operation of a driver on the way from opening to a prediction returns each value once. */
static void drivers_return_no_status_of_the_library(void **state) {
    (void)state;
    static const uint32_t capabilities[] = {0, BAYNN_CIM_CAN_READ | BAYNN_CIM_CAN_ERASE |
                                                   BAYNN_CIM_CAN_WEAR | BAYNN_CIM_CAN_TEMPERATURE};
    image_t image = image_small();
    baynn_model_t model = model_open(image);
    const uint8_t input[ELEMENTS_OF_SMALL] = {1, 0, 4, 2, 3};
    for (size_t i = 0; i < COUNT(statuses) * COUNT(capabilities); i++) {
        soft_arrays_t *soft = soft_arrays_make(3, 64, 64, 16, capabilities[i % 2]);
        soft->failure = statuses[i / 2].returned;
        const baynn_status_t expected = statuses[i / 2].expected;
        baynn_cim_config_t config = soft_config(soft);
        config.write_attempts = 1;
        baynn_cim_t cim;
        /* The geometry. */
        soft->fail_operation = 1;
        assert_int_equal(baynn_cim_open(&cim, &model, &config), expected);
        soft->fail_operation = 0;
        assert_int_equal(baynn_cim_open(&cim, &model, &config), BAYNN_OK);
        baynn_cim_info_t info = {.struct_bytes = sizeof info};
        soft->fail_operation = soft->operations + 1;
        assert_int_equal(baynn_cim_info(&cim, &info), expected);
        if (capabilities[i % 2] != 0) {
            /* Wear, which is asked for an array after its label; and the temperature. */
            soft->fail_operation = UINT32_MAX;
            const uint32_t before = soft->operations;
            assert_int_equal(baynn_cim_info(&cim, &info), BAYNN_OK);
            const uint32_t last = soft->operations - before;
            for (uint32_t k = 1; k <= last; k++) {
                soft->fail_operation = soft->operations + k;
                assert_int_equal(baynn_cim_info(&cim, &info), expected);
            }
        }
        soft->fail_operation = soft->operations + 1;
        assert_int_equal(baynn_cim_erase(&cim), expected);
        soft_program(&cim);
        room_t room = soft_room(&cim, NULL);
        baynn_prediction_t prediction = {.struct_bytes = sizeof prediction, .label = 77};
        soft->fail_operation = soft->operations + 1;
        assert_int_equal(baynn_infer(room.session, input, sizeof input, &prediction), expected);
        assert_int_equal(prediction.label, 77);
        assert_int_equal(baynn_infer_result(room.session, &prediction), BAYNN_ERROR_STATE);
        soft->fail_operation = soft->operations + 1;
        assert_int_equal(baynn_cim_calibrate(room.session, input, sizeof input), expected);
        assert_int_equal(baynn_infer(room.session, input, sizeof input, &prediction), BAYNN_OK);
        baynn_cim_scrub_report_t report = {.struct_bytes = sizeof report};
        soft->fail_operation = soft->operations + 1;
        assert_int_equal(baynn_cim_scrub(&cim, UINT32_MAX, &report), expected);
        room_free(room);
        soft_arrays_free(soft);
    }
    image_free(image);
}

/* ---- Buses ---- */

static baynn_status_t bus_status;

static baynn_status_t read32(void *context, uint32_t address, uint32_t *value) {
    (void)context, (void)address, (void)value;
    return bus_status;
}

static baynn_status_t write32(void *context, uint32_t address, uint32_t value) {
    (void)context, (void)address, (void)value;
    return bus_status;
}

static void buses_return_no_status_of_the_library(void **state) {
    (void)state;
    const baynn_cim_bus_t bus = {.struct_bytes = sizeof bus, .read32 = read32, .write32 = write32};
    for (size_t i = 0; i < COUNT(statuses); i++) {
        bus_status = statuses[i].returned;
        baynn_cim_registers_t registers;
        assert_int_equal(baynn_cim_registers_open(&registers, &bus, NULL, 0), statuses[i].expected);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(drivers_return_no_status_of_the_library),
        cmocka_unit_test(buses_return_no_status_of_the_library),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
