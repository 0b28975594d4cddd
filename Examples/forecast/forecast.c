/* SPDX-License-Identifier: Apache-2.0
 *
 * What four years of CO2 on Mauna Loa let a long short-term memory expect of the next one, how
 * sure it is, and what came.
 */
#include <stdio.h>
#include <stdlib.h>

#include "chart.h"
#include "loaded_model.h"
#include "mauna_loa.h"
#include "window.h"

static void check_shape(const loaded_model_t *loaded) {
    if (loaded->info.head != BAYNN_HEAD_REGRESSION || loaded->info.outputs != WINDOW_HORIZON ||
        loaded->info.input_elements != WINDOW_ELEMENTS || loaded->info.input_maximum != 255) {
        fprintf(stderr, "This program needs a model of %d inputs up to 255 and %d outputs.\n",
                WINDOW_ELEMENTS, WINDOW_HORIZON);
        exit(EXIT_FAILURE);
    }
}

static forecast_t forecast_of(const loaded_model_t *loaded, int month) {
    baynn_value_t value = {.struct_bytes = sizeof value};
    require(baynn_infer_value(loaded->session, (uint32_t)month, &value), "value");
    return (forecast_t){
        .mean = window_reference(mauna_loa, month) / 100.0 + value.mean_q16 / 65536.0,
        .deviation = value.deviation_q16 / 65536.0,
        .measured = mauna_loa[WINDOW_HISTORY + month] / 100.0,
    };
}

/* How many of the measured months lie within so many standard deviations. */
static int covered(const forecast_t *months, double deviations) {
    int count = 0;
    for (int i = 0; i < WINDOW_HORIZON; i += 1) {
        const double error = months[i].measured - months[i].mean;
        const double limit = deviations * months[i].deviation;
        count += error <= limit && error >= -limit;
    }
    return count;
}

int main(int argc, char **argv) {
    if (argc != 2) {
        fprintf(stderr, "usage: %s MODEL, for example Examples/Models/co2/co2.baynn\n", argv[0]);
        return EXIT_FAILURE;
    }
    static loaded_model_t loaded;
    loaded_model_open(&loaded, argv[1]);
    check_shape(&loaded);

    uint8_t input[WINDOW_ELEMENTS];
    window_encode(mauna_loa, input);
    baynn_prediction_t prediction = {.struct_bytes = sizeof prediction};
    require(baynn_infer(loaded.session, input, sizeof input, &prediction), "inference");

    forecast_t months[WINDOW_HORIZON];
    for (int i = 0; i < WINDOW_HORIZON; i += 1) {
        months[i] = forecast_of(&loaded, i);
    }
    const int year = MAUNA_LOA_FIRST_YEAR + WINDOW_HISTORY / 12;
    printf("CO2 on Mauna Loa in %d, as forecast from the %d months before by %u networks\n", year,
           WINDOW_HISTORY, (unsigned)prediction.leaves);
    printf("o forecast  = one standard deviation  - two  # measured\n\n");
    chart_draw(months, WINDOW_HORIZON);
    printf("\nmeasured within one standard deviation: %d of %d months; within two: %d\n",
           covered(months, 1), WINDOW_HORIZON, covered(months, 2));
    if (prediction.flags & BAYNN_PREDICTION_ABSTAIN) {
        printf("The policy of the model says: too uncertain to use.\n");
    }
    loaded_model_close(&loaded);
    return EXIT_SUCCESS;
}
