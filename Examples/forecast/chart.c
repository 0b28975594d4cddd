/* SPDX-License-Identifier: Apache-2.0 */
#include "chart.h"

#include <stdio.h>
#include <string.h>

enum { COLUMNS = 48 };

static const char *const names[12] = {"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                      "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};

/* The ends of the scale. */
typedef struct scale {
    double low;
    double high;
} scale_t;

static scale_t scale_of(const forecast_t *months, int count) {
    scale_t scale = {months[0].measured, months[0].measured};
    for (int i = 0; i < count; i += 1) {
        const double values[] = {months[i].mean - 2 * months[i].deviation,
                                 months[i].mean + 2 * months[i].deviation, months[i].measured};
        for (int j = 0; j < 3; j += 1) {
            scale.low = values[j] < scale.low ? values[j] : scale.low;
            scale.high = values[j] > scale.high ? values[j] : scale.high;
        }
    }
    return scale;
}

/* 0 to COLUMNS - 1. */
static int column(scale_t scale, double value) {
    const double span = scale.high > scale.low ? scale.high - scale.low : 1;
    return (int)((value - scale.low) / span * (COLUMNS - 1) + 0.5);
}

static void fill(char *line, scale_t scale, const forecast_t *month, double deviations, char mark) {
    const int last = column(scale, month->mean + deviations * month->deviation);
    for (int i = column(scale, month->mean - deviations * month->deviation); i <= last; i += 1) {
        line[i] = mark;
    }
}

void chart_draw(const forecast_t *months, int count) {
    const scale_t scale = scale_of(months, count);
    printf("        ppm  deviation  measured  %-*.1f%.1f\n", COLUMNS - 5, scale.low, scale.high);
    for (int i = 0; i < count; i += 1) {
        const forecast_t *month = &months[i];
        char line[COLUMNS + 1];
        memset(line, ' ', COLUMNS);
        line[COLUMNS] = '\0';
        fill(line, scale, month, 2, '-');
        fill(line, scale, month, 1, '=');
        line[column(scale, month->mean)] = 'o';
        line[column(scale, month->measured)] = '#';
        printf("%s  %6.2f       %4.2f    %6.2f  %s\n", names[i % 12], month->mean, month->deviation,
               month->measured, line);
    }
}
