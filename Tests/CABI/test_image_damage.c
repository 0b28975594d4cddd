/* SPDX-License-Identifier: Apache-2.0 */
#include "image_edit.h"

/* Truncated images and flipped bits. */

static int is_image_error(baynn_status_t status) {
    return status <= BAYNN_ERROR_IMAGE_TRUNCATED && status >= BAYNN_ERROR_IMAGE_WEIGHTS;
}

/* Each in a block of exactly its size, so that a memory checker sees any read behind it. */
static void every_truncation_is_reported(void **state) {
    (void)state;
    image_t image = image_small();
    baynn_model_t model;
    for (size_t bytes = 0; bytes < image.bytes; bytes++) {
        uint8_t *part = malloc(bytes + (bytes == 0));
        assert_non_null(part);
        memcpy(part, image.data, bytes);
        assert_int_equal(baynn_model_open(&model, part, bytes, baynn_parts_all),
                         BAYNN_ERROR_IMAGE_TRUNCATED);
        free(part);
    }
    image_free(image);
}

/* The image says that it is as short as it has been cut. */
static void every_consistent_truncation_is_reported(void **state) {
    (void)state;
    image_t image = image_small();
    baynn_model_t model;
    for (size_t bytes = 20; bytes < image.bytes; bytes += 4) {
        image_t part = {malloc(bytes), bytes};
        assert_non_null(part.data);
        memcpy(part.data, image.data, bytes);
        image_write_u32(part.data, 8, (uint32_t)bytes);
        image_reseal(part.data);
        assert_int_equal(baynn_model_open(&model, part.data, bytes, baynn_parts_all),
                         BAYNN_ERROR_IMAGE_SECTION);
        image_free(part);
    }
    image_free(image);
}

static void every_flipped_bit_is_reported(void **state) {
    (void)state;
    image_t image = image_small();
    baynn_model_t model;
    for (size_t bit = 0; bit < image.bytes * 8; bit++) {
        edit_flip(&image, bit / 8, bit % 8);
        baynn_status_t status = baynn_model_open(&model, image.data, image.bytes, baynn_parts_all);
        assert_true(is_image_error(status));
        if (bit >= 16 * 8) {
            assert_int_equal(status, BAYNN_ERROR_IMAGE_CRC);
        }
        edit_flip(&image, bit / 8, bit % 8);
    }
    assert_int_equal(baynn_model_open(&model, image.data, image.bytes, baynn_parts_all), BAYNN_OK);
    image_free(image);
}

/* What opens must infer, and as the specification says. */
static void check_inference(image_t image) {
    baynn_model_t model = model_open(image);
    naive_network_t *network = naive_network_read(image.data, image.bytes);
    assert_non_null(network);
    uint32_t elements = naive_network_inputs(network);
    uint8_t *input = malloc(elements);
    assert_non_null(input);
    uint64_t random = 99;
    input_random(&random, input, elements, naive_network_maximum(network));
    naive_config_t naive = naive_config(network, NULL);
    room_t room = room_make(&model, NULL);
    baynn_prediction_t prediction = {.struct_bytes = sizeof prediction};
    assert_int_equal(baynn_infer(room.session, input, elements, &prediction), BAYNN_OK);
    assert_result(room.session, network, input, &naive);
    room_free(room);
    free(input);
    naive_network_free(network);
}

/* A flipped bit behind a right checksum: another valid image, or an error. */
static void every_flipped_and_resealed_bit_is_harmless(void **state) {
    (void)state;
    image_t image = image_small();
    baynn_model_t model;
    size_t opened = 0;
    for (size_t bit = 0; bit < (image.bytes - 4) * 8; bit++) {
        if (bit / 32 == 2) {
            continue; /* image_bytes: nothing to reseal at */
        }
        image_t copy = image_copy(image);
        edit_flip(&copy, bit / 8, bit % 8);
        image_reseal(copy.data);
        baynn_status_t status = baynn_model_open(&model, copy.data, copy.bytes, baynn_parts_all);
        assert_true(status == BAYNN_OK || is_image_error(status));
        if (status == BAYNN_OK) {
            opened++;
            check_inference(copy);
        }
        image_free(copy);
    }
    assert_true(opened > 100);
    image_free(image);
}

/* Several flipped bits. */
static void random_damage_is_harmless(void **state) {
    (void)state;
    image_t image = image_small();
    uint64_t random = 5;
    for (int round = 0; round < 5000; round++) {
        image_t copy = image_copy(image);
        uint64_t count = 2 + image_random(&random) % 6;
        for (uint64_t i = 0; i < count; i++) {
            size_t at = 12 + image_random(&random) % (image.bytes - 16);
            copy.data[at] = (uint8_t)(image_random(&random) >> 7);
        }
        image_reseal(copy.data);
        baynn_model_t model;
        baynn_status_t status = baynn_model_open(&model, copy.data, copy.bytes, baynn_parts_all);
        assert_true(status == BAYNN_OK || is_image_error(status));
        if (status == BAYNN_OK) {
            check_inference(copy);
        }
        image_free(copy);
    }
    image_free(image);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_truncation_is_reported),
        cmocka_unit_test(every_consistent_truncation_is_reported),
        cmocka_unit_test(every_flipped_bit_is_reported),
        cmocka_unit_test(every_flipped_and_resealed_bit_is_harmless),
        cmocka_unit_test(random_damage_is_harmless),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
