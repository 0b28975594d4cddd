/* SPDX-License-Identifier: Apache-2.0 */
#include "image_edit.h"
#include "vectors.h"

/* Sections of every kind of layer that are cut, too long, or too many. */

#define SECTION BAYNN_ERROR_IMAGE_SECTION
#define SHAPE BAYNN_ERROR_IMAGE_SHAPE

static baynn_status_t open_resealed(image_t image) {
    image_reseal(image.data);
    /* Up to the end of memory, so that a byte read too far is a crash. */
    fence_t fence = fence_make(image.bytes, 4);
    memcpy(fence.memory, image.data, image.bytes);
    baynn_status_t status = model_open_damaged(fence.memory, image.bytes);
    fence_free(fence);
    return status;
}

/* Offsets of all sections of an image and of its checksum; returns how many. */
static uint32_t boundaries_of(image_t image, size_t offsets[100]) {
    uint32_t count = 0;
    size_t offset = 16;
    while (offset <= image.bytes - 4) {
        assert_true(count < 100);
        offsets[count++] = offset;
        offset += offset < image.bytes - 4 ? edit_section_bytes(&image, offset) : 4;
    }
    return count;
}

static int is_optional(image_t image, size_t section) {
    return image_read_u16(image.data, section) > IMAGE_LABELS;
}

/* The image ends behind a section, and says so; or in the middle of one. */
static void truncations_are_reported(void **state) {
    (void)state;
    uint32_t count;
    const vector_network_t *networks = vector_networks(&count);
    for (uint32_t i = 0; i < count; i++) {
        size_t offsets[100];
        image_t image = networks[i].image;
        uint32_t sections = boundaries_of(image, offsets) - 1;
        for (uint32_t s = 0; s < sections; s++) {
            const size_t ends[] = {offsets[s], offsets[s] + 4, offsets[s] + 8,
                                   (offsets[s] + offsets[s + 1]) / 8 * 4, offsets[s + 1] - 4};
            for (size_t e = 0; e < COUNT(ends); e++) {
                for (uint32_t says = 0; says < 2; says++) {
                    image_t part = image_copy(image);
                    edit_size(&part, ends[e] + 4);
                    image_write_u32(part.data, 12, says ? s : sections);
                    /* Answers and name need not be there. */
                    int is_whole = e == 0 && says && is_optional(image, offsets[s]);
                    assert_of(&networks[i], open_resealed(part) == (is_whole ? BAYNN_OK : SECTION));
                    part.bytes = image.bytes;
                    image_free(part);
                }
            }
        }
    }
}

/* A layer's payload is as long as its fields say: 4 bytes more or less are too many or too few. */
static void sizes_are_exact(void **state) {
    (void)state;
    uint32_t count;
    const vector_network_t *networks = vector_networks(&count);
    for (uint32_t i = 0; i < count; i++) {
        size_t offsets[100];
        uint32_t sections = boundaries_of(networks[i].image, offsets) - 1;
        for (uint32_t s = 0; s < sections; s++) {
            uint32_t kind = image_read_u16(networks[i].image.data, offsets[s]);
            if (kind >= IMAGE_LABELS) {
                continue;
            }
            image_t longer = image_copy(networks[i].image);
            size_t end = offsets[s] + edit_section_bytes(&longer, offsets[s]);
            edit_insert(&longer, end, 4);
            edit_add_u32(&longer, offsets[s] + 4, 4);
            assert_of(&networks[i], open_resealed(longer) == SECTION);
            image_free(longer);
            image_t shorter = image_copy(networks[i].image);
            edit_remove(&shorter, end - 4, 4);
            edit_add_u32(&shorter, offsets[s] + 4, 0u - 4u);
            assert_of(&networks[i], open_resealed(shorter) == SECTION);
            image_free(shorter);
            image_t empty = image_copy(networks[i].image);
            edit_remove(&empty, offsets[s] + 8, end - offsets[s] - 8);
            image_write_u32(empty.data, offsets[s] + 4, 0);
            assert_of(&networks[i], open_resealed(empty) == SECTION);
            image_free(empty);
        }
    }
}

/* Headers of sections: a size beyond the image, a reserved field, a kind that there is not. */
static void section_headers_are_checked(void **state) {
    (void)state;
    static const struct {
        size_t offset;
        uint32_t value;
        baynn_status_t status;
    } edits[] = {{4, 0xFFFFFFFC, SECTION}, {4, 0x7FFFFFFC, SECTION}, {4, 6, SECTION},
                 {0, 25, SECTION},         {0, 63, SECTION},         {0, 67, SECTION},
                 {0, 15, SECTION}};
    uint32_t count;
    const vector_network_t *networks = vector_networks(&count);
    for (uint32_t i = 0; i < count; i++) {
        vector_layer_t layers[VECTOR_LAYERS_MAX];
        uint32_t layer_count = vector_layers(networks[i].image, layers);
        for (uint32_t l = 0; l < layer_count; l++) {
            for (size_t e = 0; e < COUNT(edits); e++) {
                image_t copy = image_copy(networks[i].image);
                image_write_u32(copy.data, layers[l].section + edits[e].offset, edits[e].value);
                assert_of(&networks[i], open_resealed(copy) == edits[e].status);
                image_free(copy);
            }
            image_t copy = image_copy(networks[i].image);
            image_write_u16(copy.data, layers[l].section + 2, 1);
            assert_of(&networks[i], open_resealed(copy) == BAYNN_ERROR_IMAGE_VALUE);
            image_free(copy);
        }
    }
}

/* ---- Numbers of layers and sites ---- */

/* Repeats the last layer, which must take a tensor before itself, until there are so many. */
static void repeat_last_layer(image_t *image, uint32_t layers) {
    vector_layer_t before[VECTOR_LAYERS_MAX];
    uint32_t count = vector_layers(*image, before);
    size_t section = before[count - 1].section;
    size_t bytes = edit_section_bytes(image, section);
    for (; count < layers; count++) {
        edit_insert(image, section + bytes, bytes);
        memcpy(image->data + section + bytes, image->data + section, bytes);
        edit_add_u32(image, 12, 1);
    }
}

static void drop_answers(image_t *image) {
    if (image_section(image->data, IMAGE_ANSWERS, 0) != 0) {
        edit_remove_section(image, IMAGE_ANSWERS);
    }
}

/* Of any kind, 64 layers are the most. */
static void layers_are_limited(void **state) {
    (void)state;
    uint32_t count;
    const vector_network_t *networks = vector_networks(&count);
    for (uint32_t i = 0; i < count; i++) {
        vector_layer_t layers[VECTOR_LAYERS_MAX];
        uint32_t layer_count = vector_layers(networks[i].image, layers);
        uint32_t method = vector_word(networks[i].image, &layers[layer_count - 1], 3);
        if (layers[layer_count - 1].kind != IMAGE_AFFINE || method == 1) {
            continue;
        }
        image_t image = image_copy(networks[i].image);
        drop_answers(&image);
        repeat_last_layer(&image, 64);
        assert_of(&networks[i], open_resealed(image) == BAYNN_OK);
        repeat_last_layer(&image, 64);
        size_t last = layers[layer_count - 1].section;
        size_t bytes = edit_section_bytes(&image, last);
        edit_insert(&image, last, bytes);
        memcpy(image.data + last, image.data + last + bytes, bytes);
        edit_add_u32(&image, 12, 1);
        assert_of(&networks[i], open_resealed(image) == SECTION);
        image_free(image);
    }
}

/* Each repetition of the last layer, with Scale Dropout, is a site of its own. */
static void sites_are_limited(void **state) {
    (void)state;
    const vector_network_t *network = vector_network("regression, 1 outputs, method 1");
    baynn_model_t model = model_open(network->image);
    uint32_t sites = model_info(&model).sites;
    vector_layer_t layers[VECTOR_LAYERS_MAX];
    uint32_t count = vector_layers(network->image, layers);
    assert_int_equal(vector_word(network->image, &layers[count - 1], 3), 1);
    for (uint32_t more = 1; sites + more <= 40; more++) {
        image_t image = image_copy(network->image);
        drop_answers(&image);
        repeat_last_layer(&image, count + more);
        baynn_status_t status = open_resealed(image);
        assert_int_equal(status, sites + more <= 32 ? BAYNN_OK : SHAPE);
        if (status == BAYNN_OK) {
            model = model_open(image);
            assert_int_equal(model_info(&model).sites, sites + more);
        }
        image_free(image);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(truncations_are_reported),    cmocka_unit_test(sizes_are_exact),
        cmocka_unit_test(section_headers_are_checked), cmocka_unit_test(layers_are_limited),
        cmocka_unit_test(sites_are_limited),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
