/* SPDX-License-Identifier: Apache-2.0 */
#include "vectors.h"

/* Every layer, method and head gives what the reference gives, however it is asked to. */

/* A session on storage that ends where memory ends. */
typedef struct fenced {
    fence_t fence;
    baynn_session_t *session;
} fenced_t;

static fenced_t fenced_make(const vector_network_t *network, const baynn_model_t *model,
                            const baynn_session_config_t *config) {
    fenced_t room = {.session = NULL};
    size_t bytes = 0;
    assert_of(network, baynn_session_storage_bytes(model, config, &bytes) == BAYNN_OK);
    assert_of(network, bytes % BAYNN_STORAGE_ALIGNMENT == 0);
    room.fence = fence_make(bytes, BAYNN_STORAGE_ALIGNMENT);
    assert_of(network, baynn_session_init(room.fence.memory, bytes - 1, model, config,
                                          &room.session) == BAYNN_ERROR_STORAGE);
    assert_of(network, baynn_session_init(room.fence.memory, bytes, model, config, &room.session) ==
                           BAYNN_OK);
    assert_of(network, (uint8_t *)room.session == room.fence.memory);
    return room;
}

static void fenced_free(fenced_t room) {
    fence_check(&room.fence);
    fence_free(room.fence);
}

static void finish_in_steps(const vector_network_t *network, baynn_session_t *session,
                            uint32_t work_max) {
    uint32_t finished = 0;
    for (uint32_t calls = 0; !finished; calls++) {
        assert_of(network, calls < 100000);
        assert_of(network, baynn_infer_step(session, work_max, &finished) == BAYNN_OK);
    }
}

static void expect_complete(const vector_network_t *network, const baynn_session_t *session) {
    baynn_prediction_t prediction = {.struct_bytes = sizeof prediction};
    assert_of(network, baynn_infer_result(session, &prediction) == BAYNN_OK);
    assert_of(network, (prediction.flags & ~BAYNN_PREDICTION_ABSTAIN) == BAYNN_PREDICTION_COMPLETE);
}

/* In one call, then once more in the smallest steps, after what another input has left. */
static void check_run(const vector_network_t *network, const baynn_model_t *model,
                      const vector_run_t *run, uint32_t memory) {
    baynn_session_config_t config = run->config;
    config.memory = memory;
    fenced_t room = fenced_make(network, model, &config);
    const uint8_t *input = network->inputs[run->input];
    baynn_prediction_t prediction = {.struct_bytes = sizeof prediction};
    assert_of(network, baynn_infer_result(room.session, &prediction) == BAYNN_ERROR_STATE);
    assert_of(network,
              baynn_infer(room.session, input, network->input_bytes, &prediction) == BAYNN_OK);
    assert_vector_result(network, run, room.session);
    expect_complete(network, room.session);

    config.call = run->config.call - 1;
    assert_of(network, baynn_session_init(room.fence.memory, room.fence.bytes, model, &config,
                                          &room.session) == BAYNN_OK);
    uint32_t finished = 0;
    assert_of(network, baynn_infer_begin(room.session, network->inputs[1 - run->input],
                                         network->input_bytes) == BAYNN_OK);
    for (int i = 0; i < 7; i++) {
        assert_of(network, baynn_infer_step(room.session, 0, &finished) == BAYNN_OK);
    }
    assert_of(network, baynn_infer_begin(room.session, input, network->input_bytes) == BAYNN_OK);
    finish_in_steps(network, room.session, 0);
    assert_vector_result(network, run, room.session);
    fenced_free(room);
}

static void every_network_equals_the_reference(void **state) {
    (void)state;
    uint32_t count;
    uint32_t runs = 0;
    const vector_network_t *networks = vector_networks(&count);
    for (uint32_t i = 0; i < count; i++) {
        baynn_model_t model = model_open(networks[i].image);
        for (uint32_t run = 0; run < networks[i].run_count; run++, runs++) {
            check_run(&networks[i], &model, &networks[i].runs[run], BAYNN_MEMORY_FAST);
            check_run(&networks[i], &model, &networks[i].runs[run], BAYNN_MEMORY_MINIMAL);
        }
    }
    assert_true(runs > 500);
}

/* Images at every alignment that there is, each up to the end of memory. */
static void images_lie_anywhere(void **state) {
    (void)state;
    uint32_t count;
    const vector_network_t *networks = vector_networks(&count);
    for (uint32_t i = 0; i < count; i++) {
        const vector_network_t *network = &networks[i];
        const vector_run_t *run = &network->runs[0];
        for (size_t behind = 0; behind < 16; behind++) {
            fence_t fence = fence_make(network->image.bytes + behind, 16);
            uint8_t *image = fence.memory + behind;
            memcpy(image, network->image.data, network->image.bytes);
            baynn_model_t model;
            baynn_status_t status =
                baynn_model_open(&model, image, network->image.bytes, baynn_parts_all);
            assert_of(network, status == (behind % 4 == 0 ? BAYNN_OK : BAYNN_ERROR_ALIGNMENT));
            if (behind % 4 == 0) {
                fenced_t room = fenced_make(network, &model, &run->config);
                baynn_prediction_t prediction = {.struct_bytes = sizeof prediction};
                assert_of(network, baynn_infer(room.session, network->inputs[run->input],
                                               network->input_bytes, &prediction) == BAYNN_OK);
                assert_vector_result(network, run, room.session);
                assert_of(network, memcmp(image, network->image.data, network->image.bytes) == 0);
                fenced_free(room);
            }
            fence_free(fence);
        }
    }
}

/* Two sessions of one model, worked off in turn, do not disturb each other. */
static void sessions_are_independent(void **state) {
    (void)state;
    uint32_t count;
    const vector_network_t *networks = vector_networks(&count);
    for (uint32_t i = 0; i < count; i++) {
        const vector_network_t *network = &networks[i];
        baynn_model_t model = model_open(network->image);
        const vector_run_t *runs[2] = {&network->runs[0], &network->runs[network->run_count - 1]};
        fenced_t rooms[2];
        uint32_t finished[2] = {0, 0};
        for (int k = 0; k < 2; k++) {
            rooms[k] = fenced_make(network, &model, &runs[k]->config);
            assert_of(network, baynn_infer_begin(rooms[k].session, network->inputs[runs[k]->input],
                                                 network->input_bytes) == BAYNN_OK);
        }
        while (!finished[0] || !finished[1]) {
            for (int k = 0; k < 2; k++) {
                assert_of(network, baynn_infer_step(rooms[k].session, 1, &finished[k]) == BAYNN_OK);
            }
        }
        for (int k = 0; k < 2; k++) {
            assert_vector_result(network, runs[k], rooms[k].session);
            fenced_free(rooms[k]);
        }
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_network_equals_the_reference),
        cmocka_unit_test(images_lie_anywhere),
        cmocka_unit_test(sessions_are_independent),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
