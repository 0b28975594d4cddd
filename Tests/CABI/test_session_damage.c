/* SPDX-License-Identifier: Apache-2.0 */
#include <stdio.h>

#include "support.h"

/* Single bits of a session's storage, flipped between two calls. State that the code follows is
 * sealed: no damage to it ends in a wild access, a hang or a result. Data (tensors, sums) is
 * not: an inference under way may give other numbers, and the next one is right again. */

enum { LEAF_WORDS = 64, CALLS_MAX = 100000 };

typedef struct outcome {
    uint32_t flips;
    uint32_t refused;
    uint32_t same;
    uint32_t wrong;
} outcome_t;

typedef struct answer {
    baynn_prediction_t prediction;
    uint32_t probabilities[LEAF_WORDS];
} answer_t;

typedef struct victim {
    baynn_model_info_t info;
    uint8_t *storage;
    uint8_t *intact;
    size_t bytes;
    baynn_session_t *session;
    uint8_t *input;
    answer_t expected;
} victim_t;

/* Goes on to the end and asks for the result. */
static baynn_status_t finish(const victim_t *victim, answer_t *answer) {
    memset(answer, 0, sizeof *answer);
    answer->prediction.struct_bytes = sizeof answer->prediction;
    uint32_t finished = 0;
    for (uint32_t calls = 0; !finished; calls++) {
        assert_true(calls < CALLS_MAX);
        baynn_status_t status = baynn_infer_step(victim->session, 5000, &finished);
        if (status != BAYNN_OK) {
            return status;
        }
    }
    baynn_status_t status = baynn_infer_result(victim->session, &answer->prediction);
    uint32_t count = victim->info.classes < LEAF_WORDS ? victim->info.classes : LEAF_WORDS;
    return status != BAYNN_OK
               ? status
               : baynn_infer_probabilities(victim->session, answer->probabilities, count);
}

static baynn_status_t begin(const victim_t *victim) {
    return baynn_infer_begin(victim->session, victim->input, victim->info.input_elements);
}

/* Flips each bit once, or one in `every`; after `steps` pieces of an inference, or before any. */
static outcome_t flip_all(victim_t *victim, int steps, size_t every) {
    outcome_t outcome = {0, 0, 0, 0};
    if (steps > 0) {
        assert_int_equal(begin(victim), BAYNN_OK);
        for (int i = 0; i < steps; i++) {
            uint32_t finished;
            assert_int_equal(baynn_infer_step(victim->session, 1, &finished), BAYNN_OK);
        }
    }
    memcpy(victim->intact, victim->storage, victim->bytes);
    for (size_t bit = 0; bit < 8 * victim->bytes; bit += every) {
        memcpy(victim->storage, victim->intact, victim->bytes);
        victim->storage[bit / 8] ^= (uint8_t)(1u << bit % 8);
        answer_t answer;
        baynn_status_t status = steps > 0 ? BAYNN_OK : begin(victim);
        if (status == BAYNN_OK) {
            status = finish(victim, &answer);
        }
        outcome.flips++;
        if (status != BAYNN_OK) {
            assert_int_equal(status, BAYNN_ERROR_STATE);
            outcome.refused++;
        } else if (memcmp(&answer, &victim->expected, sizeof answer) == 0) {
            outcome.same++;
        } else {
            outcome.wrong++;
        }
    }
    memcpy(victim->storage, victim->intact, victim->bytes);
    return outcome;
}

static void attack(const char *name, uint32_t memory, size_t every, outcome_t *rest,
                   outcome_t *work) {
    image_t image = file_read("BAYNN_MODELS", name);
    baynn_model_t model = model_open(image);
    victim_t victim = {.info = model_info(&model)};
    baynn_session_config_t config = {.struct_bytes = sizeof config, .memory = memory};
    assert_int_equal(baynn_session_storage_bytes(&model, &config, &victim.bytes), BAYNN_OK);
    victim.storage = malloc(victim.bytes);
    victim.intact = malloc(victim.bytes);
    victim.input = malloc(victim.info.input_elements);
    assert_true(victim.storage != NULL && victim.intact != NULL && victim.input != NULL);
    uint64_t random = 7;
    for (uint32_t i = 0; i < victim.info.input_elements; i++) {
        victim.input[i] = (uint8_t)(image_random(&random) % (victim.info.input_maximum + 1));
    }
    memset(victim.storage, 0, victim.bytes);
    assert_int_equal(
        baynn_session_init(victim.storage, victim.bytes, &model, &config, &victim.session),
        BAYNN_OK);
    assert_int_equal(begin(&victim), BAYNN_OK);
    assert_int_equal(finish(&victim, &victim.expected), BAYNN_OK);
    outcome_t outcome = flip_all(&victim, 0, every);
    printf("%s, %zu bytes, between inferences: %u flips, %u refused, %u same, %u wrong\n", name,
           victim.bytes, outcome.flips, outcome.refused, outcome.same, outcome.wrong);
    assert_int_equal(outcome.wrong, 0);
    rest->flips += outcome.flips;
    outcome = flip_all(&victim, 2, every);
    printf("%s, %zu bytes, within one: %u flips, %u refused, %u same, %u wrong\n", name,
           victim.bytes, outcome.flips, outcome.refused, outcome.same, outcome.wrong);
    work->flips += outcome.flips;
    work->wrong += outcome.wrong;
    free(victim.storage);
    free(victim.intact);
    free(victim.input);
    image_free(image);
}

static void damage_is_found_or_harmless(void **state) {
    (void)state;
    outcome_t rest = {0, 0, 0, 0};
    outcome_t work = {0, 0, 0, 0};
    for (uint32_t memory = BAYNN_MEMORY_FAST; memory <= BAYNN_MEMORY_MINIMAL; memory++) {
        attack("digits/digits.baynn", memory, 1, &rest, &work);
        attack("ecg/ecg.baynn", memory, 61, &rest, &work);
        attack("mnist/mnist.baynn", memory, 509, &rest, &work);
    }
    assert_true(rest.flips >= 20000 && work.flips >= 20000);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(damage_is_found_or_harmless),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
