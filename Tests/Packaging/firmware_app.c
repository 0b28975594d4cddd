/* SPDX-License-Identifier: Apache-2.0
 *
 * A program that passes floats and enums around and uses the library, to be linked only.
 */
#include "baynn.h"

enum gain { GAIN_LOW, GAIN_HIGH };

static baynn_model_t model;
static uint64_t storage[256];
static const uint64_t image[16];
volatile float scale = 1.5f;

float scaled(float value, enum gain gain);
float scaled(float value, enum gain gain) {
    return gain == GAIN_HIGH ? value * scale : value;
}

int main(void);
int main(void) {
    static uint8_t input[64];
    baynn_session_t *session;
    baynn_prediction_t prediction = {.struct_bytes = sizeof prediction};
    input[0] = (uint8_t)scaled(4.0f, GAIN_HIGH);
    if (baynn_model_open(&model, image, sizeof image, baynn_parts_all) != BAYNN_OK ||
        baynn_session_init(storage, sizeof storage, &model, NULL, &session) != BAYNN_OK) {
        return 1;
    }
    return baynn_infer(session, input, sizeof input, &prediction) == BAYNN_OK ? 0 : 2;
}
