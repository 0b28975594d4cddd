/* SPDX-License-Identifier: Apache-2.0 */
#include "image_edit.h"
#include "vectors.h"

/* Every field of every layer takes small, large and nearby values: an image error, or a model
 * that stays within its memory. With a right checksum, and again after the image was opened. */

enum { WORK_MAX = 1 << 15, STORAGE_MAX = 1 << 22 };

static const uint32_t values[] = {0,   1,     2,       3,       8,        255,
                                  256, 65535, 1 << 16, 1 << 24, 1u << 31, UINT32_MAX};

static int is_image_error(baynn_status_t status) {
    return status <= BAYNN_ERROR_IMAGE_TRUNCATED && status >= BAYNN_ERROR_IMAGE_WEIGHTS;
}

/* Memory that ends where memory ends, used again and again. */
static fence_t image_fence;
static fence_t storage_fence;

static int make_fences(void **state) {
    (void)state;
    image_fence = fence_make(1 << 14, 4);
    storage_fence = fence_make(STORAGE_MAX, BAYNN_STORAGE_ALIGNMENT);
    return 0;
}

static int free_fences(void **state) {
    (void)state;
    fence_free(image_fence);
    fence_free(storage_fence);
    return 0;
}

static uint8_t *end_of_memory(const fence_t *fence, size_t bytes) {
    assert_true(bytes <= fence->bytes);
    return fence->memory + fence->bytes - bytes;
}

/* An inference at the end of memory, with bytes of a known value in front of the storage. */
static baynn_status_t infer(const vector_network_t *network, const baynn_model_t *model,
                            const baynn_session_config_t *config, const uint8_t *input,
                            uint32_t input_bytes) {
    size_t bytes = 0;
    baynn_status_t status = baynn_session_storage_bytes(model, config, &bytes);
    if (status != BAYNN_OK || bytes > STORAGE_MAX - 64) {
        return status;
    }
    uint8_t *storage = end_of_memory(&storage_fence, bytes);
    memset(storage - 64, 0xC3, bytes + 64);
    baynn_session_t *session = NULL;
    status = baynn_session_init(storage, bytes, model, config, &session);
    if (status == BAYNN_OK) {
        baynn_prediction_t prediction = {.struct_bytes = sizeof prediction};
        status = baynn_infer(session, input, input_bytes, &prediction);
    }
    for (size_t i = 1; i <= 64; i++) {
        assert_of(network, storage[-(ptrdiff_t)i] == 0xC3);
    }
    return status;
}

/* One inference, deterministic, or of two drawn passes. */
static const baynn_session_config_t configs[] = {
    {.struct_bytes = sizeof(baynn_session_config_t), .posterior = BAYNN_POSTERIOR_DETERMINISTIC},
    {.struct_bytes = sizeof(baynn_session_config_t),
     .posterior = BAYNN_POSTERIOR_SAMPLED,
     .memory = BAYNN_MEMORY_MINIMAL,
     .passes = 2}};

typedef struct tally {
    uint32_t opened;
    uint32_t inferred;
    uint32_t refused;
    uint32_t damaged;
} tally_t;

/* The changed image, opened as it is; returns whether it may be evaluated in time. */
static int use_resealed(const vector_network_t *network, image_t image, tally_t *tally) {
    image_reseal(image.data);
    uint8_t *memory = end_of_memory(&image_fence, image.bytes);
    memcpy(memory, image.data, image.bytes);
    baynn_model_t model;
    baynn_status_t status = baynn_model_open(&model, memory, image.bytes, baynn_parts_all);
    assert_of(network, status == BAYNN_OK || is_image_error(status));
    if (status != BAYNN_OK) {
        tally->refused++;
        return 1;
    }
    tally->opened++;
    baynn_model_info_t info = model_info(&model);
    if (info.pass_work_max > WORK_MAX) {
        return 0;
    }
    for (size_t c = 0; c < COUNT(configs); c++) {
        status = infer(network, &model, &configs[c], network->inputs[0], network->input_bytes);
        assert_of(network, status == BAYNN_OK);
        tally->inferred++;
    }
    return 1;
}

/* The same change after the original was opened. */
static void use_damaged(const vector_network_t *network, image_t changed, tally_t *tally) {
    uint8_t *memory = end_of_memory(&image_fence, changed.bytes);
    memcpy(memory, network->image.data, changed.bytes);
    baynn_model_t model;
    assert_of(network,
              baynn_model_open(&model, memory, changed.bytes, baynn_parts_all) == BAYNN_OK);
    memcpy(memory, changed.data, changed.bytes - 4);
    for (size_t c = 0; c < COUNT(configs); c++) {
        baynn_status_t status =
            infer(network, &model, &configs[c], network->inputs[1], network->input_bytes);
        assert_of(network, status == BAYNN_OK || is_image_error(status));
        tally->damaged += status == BAYNN_OK;
    }
}

static void any_field_stays_inside(void **state) {
    (void)state;
    uint32_t count;
    tally_t tally = {0, 0, 0, 0};
    const vector_network_t *networks = vector_networks(&count);
    for (uint32_t i = 0; i < count; i++) {
        vector_layer_t layers[VECTOR_LAYERS_MAX];
        uint32_t layer_count = vector_layers(networks[i].image, layers);
        for (uint32_t l = 0; l < layer_count; l++) {
            uint32_t words = vector_header_words(layers[l].kind);
            for (uint32_t field = 0; field < words * (COUNT(values) + 2); field++) {
                size_t offset = layers[l].section + 8 + 4 * (size_t)(field % words);
                uint32_t choice = field / words;
                uint32_t old = image_read_u32(networks[i].image.data, offset);
                uint32_t value =
                    choice < COUNT(values) ? values[choice] : old + (choice % 2 == 0 ? 1u : ~0u);
                image_t copy = image_copy(networks[i].image);
                image_write_u32(copy.data, offset, value);
                if (use_resealed(&networks[i], copy, &tally)) {
                    use_damaged(&networks[i], copy, &tally);
                }
                image_free(copy);
            }
        }
    }
    print_message("%u opened, %u inferred, %u refused; %u inferred after damage\n", tally.opened,
                  tally.inferred, tally.refused, tally.damaged);
    assert_true(tally.opened > 1000 && tally.refused > 10000 && tally.damaged > 1000);
}

/* Any bit of the image may flip while a session is at work: it goes on, within its memory. */
static void damage_under_a_session_is_harmless(void **state) {
    (void)state;
    uint32_t count;
    const vector_network_t *networks = vector_networks(&count);
    for (uint32_t i = 0; i < count; i++) {
        const vector_network_t *network = &networks[i];
        uint8_t *memory = end_of_memory(&image_fence, network->image.bytes);
        memcpy(memory, network->image.data, network->image.bytes);
        baynn_model_t model;
        assert_of(network, baynn_model_open(&model, memory, network->image.bytes,
                                            baynn_parts_all) == BAYNN_OK);
        size_t bytes = 0;
        assert_of(network, baynn_session_storage_bytes(&model, &configs[1], &bytes) == BAYNN_OK);
        uint8_t *storage = end_of_memory(&storage_fence, bytes);
        baynn_session_t *session = NULL;
        assert_of(network,
                  baynn_session_init(storage, bytes, &model, &configs[1], &session) == BAYNN_OK);
        uint64_t random = i;
        for (int round = 0; round < 20; round++) {
            for (int flips = 0; flips < 8; flips++) {
                size_t at = image_random(&random) % network->image.bytes;
                memory[at] = (uint8_t)image_random(&random);
            }
            baynn_prediction_t prediction = {.struct_bytes = sizeof prediction};
            assert_of(network, baynn_infer(session, network->inputs[round % 2],
                                           network->input_bytes, &prediction) == BAYNN_OK);
            assert_of(network, (prediction.flags & BAYNN_PREDICTION_COMPLETE) != 0);
        }
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(any_field_stays_inside),
        cmocka_unit_test(damage_under_a_session_is_harmless),
    };
    return cmocka_run_group_tests(tests, make_fences, free_fences);
}
