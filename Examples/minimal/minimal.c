/* SPDX-License-Identifier: Apache-2.0
 *
 * The smallest complete program: opens a model of digits, tests it together with the
 * memory it is going to use, and asks it about one picture. It allocates nothing.
 */
#include <stdio.h>
#include <stdlib.h>

#include "baynn.h"

/* clang-format off */
static const uint8_t picture[64] = { /* a three: 0 is paper, 16 is ink */
    0, 0,  9, 16, 16, 12,  0, 0,
    0, 0, 12,  8,  8, 16,  3, 0,
    0, 0,  0,  0,  2, 16,  4, 0,
    0, 0,  0,  7, 15, 12,  0, 0,
    0, 0,  0,  5, 11, 16,  4, 0,
    0, 0,  0,  0,  0, 12, 10, 0,
    0, 0, 11,  5,  6, 15,  8, 0,
    0, 0,  9, 16, 16, 10,  1, 0,
};
/* clang-format on */

static uint64_t image[8192];   /* room for 64 KiB, aligned as a model has to be */
static uint64_t storage[2048]; /* room for 16 KiB, likewise */

static void require(baynn_status_t status, const char *what) {
    if (status != BAYNN_OK) {
        fprintf(stderr, "%s: %s\n", what, baynn_status_name(status));
        exit(EXIT_FAILURE);
    }
}

int main(int argc, char **argv) {
    FILE *file = argc == 2 ? fopen(argv[1], "rb") : NULL;
    if (file == NULL) {
        fprintf(stderr, "usage: %s MODEL, for example Examples/Models/digits/digits.baynn\n",
                argv[0]);
        return EXIT_FAILURE;
    }
    const size_t image_bytes = fread(image, 1, sizeof image, file);
    fclose(file);

    static baynn_model_t model;
    require(baynn_model_open(&model, image, image_bytes, baynn_parts_all), argv[1]);

    baynn_self_test_report_t report = {.struct_bytes = sizeof report};
    require(baynn_self_test(storage, sizeof storage, &model, NULL, &report), "self-test");

    baynn_session_t *session;
    require(baynn_session_init(storage, sizeof storage, &model, NULL, &session), "session");

    baynn_prediction_t prediction = {.struct_bytes = sizeof prediction};
    require(baynn_infer(session, picture, sizeof picture, &prediction), "inference");

    const char *name;
    require(baynn_model_class_name(&model, prediction.label, &name), "name");
    printf("%s with probability %.3f, entropy %.2f nats: %s\n", name,
           prediction.probability_q31 / 2147483648.0, prediction.entropy_q16 / 65536.0,
           prediction.flags & BAYNN_PREDICTION_ABSTAIN ? "too unsure to use" : "use it");
    return EXIT_SUCCESS;
}
