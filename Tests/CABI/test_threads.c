/* SPDX-License-Identifier: Apache-2.0 */
#include <pthread.h>

#include "support.h"

/* Sessions that share one open model, in several threads at once, give what they give in
 * one. */

enum { THREADS = 6, ROUNDS = 300, ELEMENTS = 9, MAXIMUM = 4, CLASSES = 3 };

/* What one session does; checksum covers all results. */
typedef struct job {
    const baynn_model_t *model;
    uint32_t number;
    uint32_t errors;
    uint32_t checksum;
} job_t;

static void work(job_t *job) {
    baynn_session_config_t config = {.struct_bytes = sizeof config,
                                     .posterior = job->number % 5,
                                     .memory = job->number % 2,
                                     .seed = job->number};
    size_t bytes = 0;
    job->errors += baynn_session_storage_bytes(job->model, &config, &bytes) != BAYNN_OK;
    size_t test_bytes = 0;
    job->errors += baynn_self_test_storage_bytes(job->model, &test_bytes) != BAYNN_OK;
    bytes = bytes > test_bytes ? bytes : test_bytes;
    void *storage = malloc(bytes);
    baynn_self_test_report_t report = {.struct_bytes = sizeof report};
    job->errors += baynn_self_test(storage, bytes, job->model, NULL, &report) != BAYNN_OK;
    baynn_session_t *session = NULL;
    job->errors += baynn_session_init(storage, bytes, job->model, &config, &session) != BAYNN_OK;
    uint64_t random = job->number;
    for (uint32_t round = 0; round < ROUNDS && job->errors == 0; round++) {
        uint8_t input[ELEMENTS];
        uint32_t probability[CLASSES];
        baynn_prediction_t prediction = {.struct_bytes = sizeof prediction};
        input_random(&random, input, ELEMENTS, MAXIMUM);
        job->errors += baynn_infer(session, input, ELEMENTS, &prediction) != BAYNN_OK;
        job->errors += baynn_infer_probabilities(session, probability, CLASSES) != BAYNN_OK;
        job->checksum = baynn_crc32(job->checksum, &prediction, sizeof prediction);
        job->checksum = baynn_crc32(job->checksum, probability, sizeof probability);
    }
    free(storage);
}

static void *run(void *job) {
    work(job);
    return NULL;
}

static void threads_give_what_one_gives(void **state) {
    (void)state;
    image_t image = image_small();
    baynn_model_t model = model_open(image);
    job_t alone[THREADS];
    job_t together[THREADS];
    for (uint32_t i = 0; i < THREADS; i++) {
        alone[i] = (job_t){.model = &model, .number = i};
        together[i] = alone[i];
        work(&alone[i]);
        assert_int_equal(alone[i].errors, 0);
        for (uint32_t j = 0; j < i; j++) {
            assert_int_not_equal(alone[i].checksum, alone[j].checksum);
        }
    }
    for (int repeat = 0; repeat < 5; repeat++) {
        pthread_t threads[THREADS];
        for (uint32_t i = 0; i < THREADS; i++) {
            together[i].errors = 0;
            together[i].checksum = 0;
            assert_int_equal(pthread_create(&threads[i], NULL, run, &together[i]), 0);
        }
        for (uint32_t i = 0; i < THREADS; i++) {
            assert_int_equal(pthread_join(threads[i], NULL), 0);
            assert_int_equal(together[i].errors, 0);
            assert_int_equal(together[i].checksum, alone[i].checksum);
        }
    }
    image_free(image);
}

int main(void) {
    const struct CMUnitTest tests[] = {cmocka_unit_test(threads_give_what_one_gives)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
