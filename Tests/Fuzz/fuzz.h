/* SPDX-License-Identifier: Apache-2.0 */
#ifndef FUZZ_H
#define FUZZ_H

#include <stddef.h>
#include <stdint.h>

#include "baynn.h"

/* What the parts of the fuzz target share. */

enum {
    /* Bounds that keep one execution short. */
    STORAGE_MAX = 1 << 20,
    PASS_WORK_MAX = 1 << 14,
    WORK_MAX = 1 << 18,
    REPEATED_WORK_MAX = 1 << 16,
    SELF_TEST_WORK_MAX = 1 << 10,
    NAIVE_WEIGHTS_MAX = 1 << 13,
    NAIVE_LEAVES_MAX = 16
};

/** What to do with the image; the last bytes of the data. */
typedef struct control {
    uint8_t posterior;
    /** Low half: memory; bit 4: stop when settled; 255: a stop that there is not. */
    uint8_t memory;
    uint8_t passes;
    uint8_t cut_shift;
    uint8_t work_shift;
    /** Odd: make the checksum right. */
    uint8_t reseal;
    uint8_t damage_value;
    uint8_t input_kind;
    uint32_t input_seed;
    uint32_t damage_offset;
} control_t;

/** Ends the process, and says where. */
#define require(condition) require_at((condition), #condition, __FILE__, __LINE__)
void require_at(int condition, const char *text, const char *file, int line);

/** A block on the heap of exactly its size, so that the sanitizer sees a step beyond it. */
void *block(size_t bytes);

int is_image_error(baynn_status_t status);

/** Makes size and checksum of an image right, if there is room for them. */
void reseal(uint8_t *image, size_t bytes);

/** Units of work that a whole inference takes at most. */
uint64_t whole_work(const baynn_model_info_t *info, const baynn_session_config_t *config);

/* ---- Results ---- */

/** What holds of every result of an intact image; of a damaged one only that it is there. */
void check_result(const baynn_session_t *session, const baynn_model_info_t *info, int intact,
                  baynn_prediction_t *prediction);

/** Compares with the plain network, if the image has only dense layers and a softmax. */
void compare_with_naive(const uint8_t *image, size_t bytes, const uint8_t *input,
                        const baynn_session_config_t *config, const baynn_prediction_t *prediction);

/** What must be the same, however an inference is made: in one call, with another setting of
 *  memory, and, of a label that is certain, with all leaves. */
void check_repetition(const baynn_model_t *model, const baynn_model_info_t *info,
                      const baynn_session_config_t *config, const uint8_t *input,
                      const baynn_prediction_t *prediction);

/* ---- Self-test ---- */

/** Runs the self-test at once and in steps. */
void self_test(const baynn_model_t *model, int intact, uint32_t work_max);

#endif
