/* SPDX-License-Identifier: Apache-2.0 */
#include "vectors.h"

/* Small images that ask for much work: what no memory pays for is refused, what windows see
 * outside of their map costs nothing, and an image that is damaged while open cannot ask for
 * more than the model did. */

enum { WORDS = 4096 };

typedef struct writer {
    uint32_t words[WORDS];
    size_t count;
} writer_t;

static void put_section(writer_t *writer, uint32_t kind, const uint32_t *payload, size_t count) {
    assert_true(writer->count + 2 + count <= WORDS);
    writer->words[writer->count++] = kind;
    writer->words[writer->count++] = (uint32_t)(4 * count);
    memcpy(writer->words + writer->count, payload, 4 * count);
    writer->count += count;
}

typedef struct pool {
    uint32_t source_width;
    uint32_t kernel;
    uint32_t pad;
    uint32_t outputs;
} pool_t;

/* One row: an affine layer that keeps the input, a pool over it, a pool of all, one value. */
static image_t pool_image(const pool_t *pool) {
    writer_t *writer = calloc(1, sizeof *writer);
    assert_non_null(writer);
    const uint32_t header[] = {0x1A4E4E42, 1, 0, 6};
    memcpy(writer->words, header, sizeof header);
    writer->count = COUNT(header);
    const uint32_t input[] = {pool->source_width, 255, 1, pool->source_width, 1};
    put_section(writer, IMAGE_INPUT, input, COUNT(input));
    const uint32_t affine[] = {0, 0, 0, 0, 0, 0, 1, 0};
    put_section(writer, IMAGE_AFFINE, affine, COUNT(affine));
    const uint32_t first[] = {1, 1, 1, pool->kernel, 1, 1, 0, pool->pad, 1, pool->outputs};
    put_section(writer, IMAGE_POOL, first, COUNT(first));
    const uint32_t second[] = {2, 1, 1, pool->outputs, 1, pool->outputs, 0, 0, 1, 1};
    put_section(writer, IMAGE_POOL, second, COUNT(second));
    const uint32_t head[] = {1, 0, 0};
    put_section(writer, IMAGE_REGRESSION, head, COUNT(head));
    const uint32_t labels[] = {'v'};
    put_section(writer, IMAGE_LABELS, labels, COUNT(labels));
    image_t image = {.bytes = 4 * (writer->count + 1)};
    writer->words[2] = (uint32_t)image.bytes;
    image.data = malloc(image.bytes);
    assert_non_null(image.data);
    memcpy(image.data, writer->words, image.bytes);
    image_reseal(image.data);
    free(writer);
    return image;
}

static void overlapping_windows_are_refused(void **state) {
    (void)state;
    const pool_t refused[] = {
        {65535, 65535, 65534, 65535}, {11586, 11586, 11585, 11586}, {1, 65535, 65534, 65535}};
    const pool_t accepted[] = {
        {512, 512, 511, 512}, {4096, 4096, 0, 1}, {11585, 11585, 11584, 11585}};
    for (size_t i = 0; i < COUNT(refused); i++) {
        image_t image = pool_image(&refused[i]);
        baynn_model_t model;
        assert_int_equal(baynn_model_open(&model, image.data, image.bytes, baynn_parts_all),
                         BAYNN_ERROR_IMAGE_SHAPE);
        image_free(image);
    }
    for (size_t i = 0; i < COUNT(accepted); i++) {
        image_t image = pool_image(&accepted[i]);
        baynn_model_t model = model_open(image);
        baynn_model_info_t info = model_info(&model);
        uint64_t seen = accepted[i].kernel < accepted[i].source_width ? accepted[i].kernel
                                                                      : accepted[i].source_width;
        assert_true(info.pass_work_max >= seen * accepted[i].outputs);
        assert_true(info.pass_work_max <= 8 * (seen + 2) * (accepted[i].outputs + 2) + 100000);
        image_free(image);
    }
}

/* The kernel is far larger than the map. */
static void what_is_outside_costs_nothing(void **state) {
    (void)state;
    const pool_t pool = {1, 2000, 1999, 2000};
    image_t image = pool_image(&pool);
    baynn_model_t model = model_open(image);
    baynn_model_info_t info = model_info(&model);
    room_t room = room_make(&model, NULL);
    const uint8_t input[] = {200};
    assert_int_equal(baynn_infer_begin(room.session, input, sizeof input), BAYNN_OK);
    uint32_t finished = 0;
    uint64_t calls = 0;
    while (!finished) {
        assert_int_equal(baynn_infer_step(room.session, 4096, &finished), BAYNN_OK);
        calls++;
    }
    assert_true(calls <= info.pass_work_max / 4096 + 1);
    baynn_value_t value = {.struct_bytes = sizeof value};
    assert_int_equal(baynn_infer_value(room.session, 0, &value), BAYNN_OK);
    assert_int_equal(value.mean_q16, 200);
    room_free(room);
    image_free(image);
}

/* Every single bit of what a pool says, flipped after the image was opened. */
static void a_damaged_field_makes_no_session(void **state) {
    (void)state;
    const pool_t pool = {500, 5, 2, 500};
    image_t image = pool_image(&pool);
    baynn_model_t model = model_open(image);
    size_t bytes;
    assert_int_equal(baynn_session_storage_bytes(&model, NULL, &bytes), BAYNN_OK);
    uint64_t *storage = malloc(bytes);
    assert_non_null(storage);
    size_t section = image_section(image.data, IMAGE_POOL, 0);
    for (size_t bit = 0; bit < 8 * (8 + 40); bit++) {
        image.data[section + bit / 8] ^= (uint8_t)(1u << bit % 8);
        baynn_session_t *session;
        baynn_status_t status = baynn_session_init(storage, bytes, &model, NULL, &session);
        assert_true(status <= BAYNN_ERROR_IMAGE_TRUNCATED && status >= BAYNN_ERROR_IMAGE_WEIGHTS);
        image.data[section + bit / 8] ^= (uint8_t)(1u << bit % 8);
    }
    baynn_session_t *session;
    assert_int_equal(baynn_session_init(storage, bytes, &model, NULL, &session), BAYNN_OK);
    free(storage);
    image_free(image);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(overlapping_windows_are_refused),
        cmocka_unit_test(what_is_outside_costs_nothing),
        cmocka_unit_test(a_damaged_field_makes_no_session),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
