/* SPDX-License-Identifier: Apache-2.0 */
#include "soft_arrays.h"
#include "vectors.h"

/* Every layer, method and head gives on ideal arrays of any shape what it gives without. */

typedef struct shape {
    uint32_t rows;
    uint32_t columns;
    uint32_t active_rows_max;
    uint32_t mapping;
    uint32_t ecc;
    uint32_t capabilities;
} shape_t;

static const shape_t shapes[] = {
    {128, 128, 16, BAYNN_CIM_MAPPING_UNROLLED, BAYNN_CIM_ECC_NONE, BAYNN_CIM_CAN_READ},
    {64, 64, 5, BAYNN_CIM_MAPPING_SPLIT, BAYNN_CIM_ECC_WORD, BAYNN_CIM_CAN_READ},
    {32, 32, 1, BAYNN_CIM_MAPPING_UNROLLED, BAYNN_CIM_ECC_NONE, 0},
    {64, 32, 64, BAYNN_CIM_MAPPING_SPLIT, BAYNN_CIM_ECC_NONE, BAYNN_CIM_CAN_READ},
};

enum { ARRAYS = 2048 };

static uint32_t needed(const baynn_model_t *model, const shape_t *shape) {
    /* Enough that their number is never the limit: no cell is there. */
    soft_arrays_t *soft = soft_arrays_make(1, shape->rows, shape->columns, shape->active_rows_max,
                                           shape->capabilities);
    soft->arrays = ARRAYS;
    baynn_cim_config_t config = soft_config(soft);
    config.mapping = shape->mapping;
    config.ecc = shape->ecc;
    baynn_cim_t cim;
    assert_int_equal(baynn_cim_open(&cim, model, &config), BAYNN_OK);
    soft_arrays_free(soft);
    uint32_t low = 0;
    uint32_t high = ARRAYS;
    while (high - low > 1) {
        uint32_t arrays = (low + high) / 2;
        soft = soft_arrays_make(1, shape->rows, shape->columns, shape->active_rows_max,
                                shape->capabilities);
        soft->arrays = arrays;
        config.context = soft;
        config.driver = &soft->driver;
        baynn_status_t status = baynn_cim_open(&cim, model, &config);
        soft_arrays_free(soft);
        if (status == BAYNN_OK) {
            high = arrays;
        } else {
            assert_int_equal(status, BAYNN_ERROR_CIM_CAPACITY);
            low = arrays;
        }
    }
    return high;
}

static void check_run(const vector_network_t *network, const baynn_model_t *model,
                      soft_arrays_t *soft, baynn_cim_t *cim, const vector_run_t *run,
                      uint32_t memory) {
    baynn_model_info_t info = model_info(model);
    baynn_session_config_t config = run->config;
    config.memory = memory;
    uint32_t passes = config.passes != 0 ? config.passes : 20;
    soft->draws = true;
    soft->seed = config.seed;
    soft->call = config.call;
    soft->draws_done = 0;
    soft->site_draws = passes * info.sites;
    soft->wide_layers = info.sampled_layers;
    soft->has_drawn_gaussians = false;
    soft->random_bits = 0;
    room_t room = soft_room(cim, &config);
    baynn_prediction_t prediction = {.struct_bytes = sizeof prediction};
    assert_of(network, baynn_infer(room.session, network->inputs[run->input], network->input_bytes,
                                   &prediction) == BAYNN_OK);
    if (!soft->has_drawn_gaussians) {
        assert_vector_result(network, run, room.session);
    }
    bool is_sampled = config.posterior == BAYNN_POSTERIOR_SAMPLED ||
                      (config.posterior == BAYNN_POSTERIOR_DEFAULT && info.sampled_layers > 0);
    assert_of(network, soft->random_bits == (is_sampled ? passes * info.random_bits : 0));
    room_free(room);
}

/* Each tap of each matrix begins in an array of its own. */
static void split_kernels_take_an_array_a_tap(void **state) {
    (void)state;
    uint32_t count;
    uint32_t convolutions = 0;
    const vector_network_t *networks = vector_networks(&count);
    for (uint32_t i = 0; i < count; i++) {
        vector_layer_t layers[VECTOR_LAYERS_MAX];
        uint32_t layer_count = vector_layers(networks[i].image, layers);
        baynn_model_t model = model_open(networks[i].image);
        uint32_t taps = 0;
        for (uint32_t k = 0; k < layer_count; k++) {
            if (layers[k].kind == IMAGE_CONVOLUTION) {
                taps += vector_word(networks[i].image, &layers[k], 1) *
                        vector_word(networks[i].image, &layers[k], 2);
                convolutions += 1;
            }
        }
        shape_t shape = shapes[3];
        assert_of(&networks[i], needed(&model, &shape) >= taps);
    }
    assert_true(convolutions > 50);
}

static void every_network_is_the_same_on_arrays(void **state) {
    (void)state;
    uint32_t count;
    const vector_network_t *networks = vector_networks(&count);
    for (uint32_t i = 0; i < count; i++) {
        const vector_network_t *network = &networks[i];
        const shape_t *shape = &shapes[i % COUNT(shapes)];
        baynn_model_t model = model_open(network->image);
        soft_arrays_t *soft = soft_arrays_make(needed(&model, shape), shape->rows, shape->columns,
                                               shape->active_rows_max, shape->capabilities);
        baynn_cim_config_t config = soft_config(soft);
        config.mapping = shape->mapping;
        config.ecc = shape->ecc;
        baynn_cim_t cim;
        assert_of(network, baynn_cim_open(&cim, &model, &config) == BAYNN_OK);
        soft_program(&cim);
        for (uint32_t run = 0; run < network->run_count; run++) {
            check_run(network, &model, soft, &cim, &network->runs[run],
                      run % 2 ? BAYNN_MEMORY_MINIMAL : BAYNN_MEMORY_FAST);
        }
        soft_arrays_free(soft);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_network_is_the_same_on_arrays),
        cmocka_unit_test(split_kernels_take_an_array_a_tap),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
