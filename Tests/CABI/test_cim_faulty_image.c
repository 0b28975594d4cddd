/* SPDX-License-Identifier: Apache-2.0 */
#include <math.h>

#include "support_cim_emulator.h"
#include "vectors.h"

/* Images in which weights are wrong as they would be on a device. */

static image_t image_wide(void) {
    static const image_layer_t layers[] = {{300, 2, 9830}, {200, 1, 0}};
    image_spec_t spec = {.height = 20,
                         .width = 20,
                         .channels = 1,
                         .maximum = 7,
                         .layers = layers,
                         .layer_count = 2,
                         .classes = 10,
                         .seed = 5,
                         .scale_spread_q16 = 20000};
    return image_make(&spec);
}

static baynn_status_t make(image_t copy, const baynn_model_t *model,
                           const baynn_cim_emulator_config_t *config, uint64_t nanoseconds,
                           uint32_t *wrong) {
    return baynn_cim_faulty_image(copy.data, copy.bytes, model, config, nanoseconds, wrong);
}

/* Weights of the dense layers of an image, and how many differ from those of another one, and
 * how many are 1. */
static void compare(image_t a, image_t b, uint32_t *weights, uint32_t *differ, uint32_t *ones) {
    *weights = *differ = *ones = 0;
    for (size_t section = 16; section < a.bytes - 4;) {
        uint32_t kind, bytes, inputs, outputs;
        memcpy(&kind, a.data + section, 4);
        memcpy(&bytes, a.data + section + 4, 4);
        memcpy(&inputs, a.data + section + 8, 4);
        memcpy(&outputs, a.data + section + 12, 4);
        size_t words = (outputs + 31) / 32;
        size_t rows = section + 8 + (kind == 16 ? 24u : 16u);
        for (size_t i = 0; (kind == 16 || kind == 64) && i < inputs * words; i++) {
            uint32_t x, y;
            memcpy(&x, a.data + rows + 4 * i, 4);
            memcpy(&y, b.data + rows + 4 * i, 4);
            *differ += (uint32_t)__builtin_popcount(x ^ y);
            *ones += (uint32_t)__builtin_popcount(y);
        }
        *weights += kind == 16 || kind == 64 ? inputs * outputs : 0;
        section += 8 + bytes;
    }
}

static void no_faults_change_nothing(void **state) {
    (void)state;
    uint32_t count;
    const vector_network_t *networks = vector_networks(&count);
    for (uint32_t i = 0; i < count; i++) {
        baynn_model_t model = model_open(networks[i].image);
        image_t copy = image_copy(networks[i].image);
        memset(copy.data, 0xA5, copy.bytes);
        uint32_t wrong = 7;
        assert_of(&networks[i], make(copy, &model, NULL, UINT64_MAX, &wrong) == BAYNN_OK);
        assert_of(&networks[i], wrong == 0);
        assert_memory_equal(copy.data, networks[i].image.data, copy.bytes);
        image_free(copy);
    }
}

/* Every kind of layer with weights, at many rates: all that opening checks still holds. */
static void faulty_images_open(void **state) {
    (void)state;
    uint32_t count;
    const vector_network_t *networks = vector_networks(&count);
    for (uint32_t i = 0; i < count; i++) {
        baynn_model_t model = model_open(networks[i].image);
        baynn_model_info_t info = model_info(&model);
        image_t copy = image_copy(networks[i].image);
        for (uint32_t seed = 0; seed < 12; seed++) {
            baynn_cim_emulator_config_t config = {.struct_bytes = sizeof config,
                                                  .seed = seed,
                                                  .stuck_parallel_ppm = 1000u << seed % 6,
                                                  .stuck_antiparallel_ppm = 90000u * (seed % 3),
                                                  .silent_write_ppm = 50000u * (seed % 4),
                                                  .stability_q8 = 256 * 20};
            uint32_t wrong = 0;
            assert_of(&networks[i], make(copy, &model, &config, 10000000, &wrong) == BAYNN_OK);
            assert_of(&networks[i], wrong <= info.weights);
            baynn_model_t faulty = model_open(copy);
            assert_of(&networks[i], model_info(&faulty).weights == info.weights);
        }
        image_free(copy);
    }
}

/* Everything happens for sure: what comes out is known. */
static void certain_faults(void **state) {
    (void)state;
    image_t image = image_wide();
    baynn_model_t model = model_open(image);
    image_t copy = image_copy(image);
    uint32_t weights, differ, ones, old_ones, wrong;
    compare(image, image, &weights, &differ, &old_ones);
    assert_int_equal(weights, model_info(&model).weights);
    const struct {
        baynn_cim_emulator_config_t config;
        uint32_t ones;
    } cases[] = {
        {{.stuck_parallel_ppm = 1000000}, weights},
        {{.stuck_antiparallel_ppm = 1000000}, 0},
        {{.silent_write_ppm = 1000000}, 0},
        /* A stability of 1/256 for an hour. */
        {{.stability_q8 = 1}, weights - old_ones},
        {{.stability_q8 = 1, .silent_write_ppm = 1000000}, weights},
        {{.stability_q8 = 1, .silent_write_ppm = 1000000, .stuck_antiparallel_ppm = 1000000}, 0},
        {{.stability_q8 = 65536, .stuck_parallel_ppm = 1000000}, weights},
        {{.stability_q8 = 65536}, old_ones},
    };
    for (size_t i = 0; i < COUNT(cases); i++) {
        baynn_cim_emulator_config_t config = cases[i].config;
        config.struct_bytes = sizeof config;
        assert_int_equal(make(copy, &model, &config, UINT64_C(3600000000000), &wrong), BAYNN_OK);
        compare(image, copy, &weights, &differ, &ones);
        assert_int_equal(ones, cases[i].ones);
        assert_int_equal(wrong, differ);
        model_open(copy);
    }
    image_free(copy);
    image_free(image);
}

/* Five deviations of a binomial distribution with n trials. */
static void assert_rate(double count, double n, double p) {
    if (fabs(count - n * p) > 5 * sqrt(n * p * (1 - p)) + 1) {
        fail_msg("%g of %g, expected %g", count, n, n * p);
    }
}

/* Each effect at its own rate, over 20 devices. */
static void rates(void **state) {
    (void)state;
    image_t image = image_wide();
    baynn_model_t model = model_open(image);
    image_t copy = image_copy(image);
    uint32_t weights, differ, ones, old_ones;
    compare(image, image, &weights, &differ, &old_ones);
    double sums[5] = {0};
    enum { DEVICES = 20 };
    for (uint32_t seed = 0; seed < DEVICES; seed++) {
        const baynn_cim_emulator_config_t configs[] = {
            {.stuck_parallel_ppm = 10000},
            {.stuck_antiparallel_ppm = 30000},
            {.silent_write_ppm = 2000},
            /* Ten years: 0.33 %. */
            {.stability_q8 = 46 * 256},
            {.stuck_parallel_ppm = 20000, .stuck_antiparallel_ppm = 60000},
        };
        for (size_t i = 0; i < COUNT(configs); i++) {
            baynn_cim_emulator_config_t config = configs[i];
            config.struct_bytes = sizeof config;
            config.seed = seed;
            uint32_t wrong;
            assert_int_equal(make(copy, &model, &config, UINT64_C(315360000000000000), &wrong),
                             BAYNN_OK);
            compare(image, copy, &weights, &differ, &ones);
            assert_int_equal(wrong, differ);
            assert_in_range(wrong, 1, weights);
            sums[i] += wrong;
        }
    }
    double n = (double)DEVICES * weights, n1 = (double)DEVICES * old_ones;
    assert_rate(sums[0], n - n1, 0.01);
    assert_rate(sums[1], n1, 0.03);
    assert_rate(sums[2], n1, 0.002);
    assert_rate(sums[3], n, 1 - exp(-3.1536e17 * exp(-46)));
    assert_rate(sums[4], n, (0.02 * (n - n1) + 0.06 * n1) / n);
    image_free(copy);
    image_free(image);
}

/* Devices with cells have as many wrong junctions: a cell is wrong there if either of its two is,
 * and here only the one that holds the weight counts. Twenty devices, five deviations of the
 * difference of two binomial distributions. */
static void as_often_as_on_devices(void **state) {
    (void)state;
    image_t image = image_wide();
    baynn_model_t model = model_open(image);
    image_t copy = image_copy(image);
    const baynn_cim_emulator_config_t configs[] = {
        {.stuck_parallel_ppm = 4000, .stuck_antiparallel_ppm = 8000},
        {.silent_write_ppm = 10000},
    };
    for (size_t i = 0; i < COUNT(configs); i++) {
        double cells = 0, bits = 0, n = 0;
        for (uint32_t seed = 0; seed < 20; seed++) {
            baynn_cim_emulator_config_t config = configs[i];
            config.struct_bytes = sizeof config;
            config.arrays = 8;
            config.seed = seed;
            emulated_t *device = emulated_make(&model, &config, NULL);
            baynn_cim_info_t info = {.struct_bytes = sizeof info};
            assert_int_equal(baynn_cim_info(&device->cim, &info), BAYNN_OK);
            uint32_t wrong;
            assert_int_equal(make(copy, &model, &config, 0, &wrong), BAYNN_OK);
            cells += (double)info.cells_wrong / info.weight_cells;
            bits += (double)wrong / model_info(&model).weights;
            n += model_info(&model).weights;
            emulated_free(device);
        }
        double p = bits / 20;
        /* 1 - (1 - q)^2 of the cells. */
        double q = 1 - sqrt(1 - cells / 20);
        print_message("wrong: %.5f of junctions, %.5f of bits\n", q, p);
        assert_true(fabs(q - p) < 5 * sqrt(1.5 * p / n));
    }
    image_free(copy);
    image_free(image);
}

static void pure_function_of_the_seed(void **state) {
    (void)state;
    image_t image = image_wide();
    baynn_model_t model = model_open(image);
    image_t one = image_copy(image), other = image_copy(image);
    baynn_cim_emulator_config_t config = {
        .struct_bytes = sizeof config, .seed = UINT64_C(1) << 40, .stuck_parallel_ppm = 500};
    assert_int_equal(make(one, &model, &config, 0, NULL), BAYNN_OK);
    assert_int_equal(make(other, &model, &config, 0, NULL), BAYNN_OK);
    assert_memory_equal(one.data, other.data, one.bytes);
    config.seed = 0;
    assert_int_equal(make(other, &model, &config, 0, NULL), BAYNN_OK);
    assert_memory_not_equal(one.data, other.data, one.bytes);
    image_free(one);
    image_free(other);
    image_free(image);
}

static void refusals(void **state) {
    (void)state;
    image_t image = image_small();
    baynn_model_t model = model_open(image), closed = {{0}};
    image_t copy = image_copy(image);
    uint32_t wrong = 42;
    assert_int_equal(baynn_cim_faulty_image(NULL, copy.bytes, &model, NULL, 0, &wrong),
                     BAYNN_ERROR_NULL);
    assert_int_equal(make(copy, NULL, NULL, 0, &wrong), BAYNN_ERROR_NULL);
    assert_int_equal(make(copy, &closed, NULL, 0, &wrong), BAYNN_ERROR_STATE);
    assert_int_equal(baynn_cim_faulty_image(copy.data + 1, copy.bytes, &model, NULL, 0, &wrong),
                     BAYNN_ERROR_ALIGNMENT);
    assert_int_equal(baynn_cim_faulty_image(copy.data, copy.bytes - 1, &model, NULL, 0, &wrong),
                     BAYNN_ERROR_STORAGE);
    const baynn_cim_emulator_config_t bad[] = {
        {.struct_bytes = sizeof *bad - 1},
        {.struct_bytes = sizeof *bad, .reserved = 1},
        {.struct_bytes = sizeof *bad, .silent_write_ppm = 1000001},
        {.struct_bytes = sizeof *bad, .stuck_parallel_ppm = 1000001},
        {.struct_bytes = sizeof *bad,
         .stuck_parallel_ppm = 500001,
         .stuck_antiparallel_ppm = 500000},
    };
    for (size_t i = 0; i < COUNT(bad); i++) {
        assert_int_equal(make(copy, &model, &bad[i], 0, &wrong), BAYNN_ERROR_ARGUMENT);
    }
    assert_memory_equal(copy.data, image.data, image.bytes);
    assert_int_equal(wrong, 42);
    /* Damage since the model was opened is not passed on under a new checksum. */
    for (size_t byte = image.bytes - 8; byte < image.bytes; byte++) {
        image.data[byte] ^= 1;
        assert_int_equal(make(copy, &model, NULL, 0, &wrong), BAYNN_ERROR_IMAGE_CRC);
        image.data[byte] ^= 1;
    }
    image_free(copy);
    image_free(image);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(no_faults_change_nothing),
        cmocka_unit_test(faulty_images_open),
        cmocka_unit_test(certain_faults),
        cmocka_unit_test(rates),
        cmocka_unit_test(as_often_as_on_devices),
        cmocka_unit_test(pure_function_of_the_seed),
        cmocka_unit_test(refusals),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
