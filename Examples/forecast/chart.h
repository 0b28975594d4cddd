/* SPDX-License-Identifier: Apache-2.0 */
#ifndef CHART_H
#define CHART_H

/** A month of the forecast, in ppm. */
typedef struct forecast {
    double mean;
    double deviation;
    double measured;
} forecast_t;

/** Draws a line a month, January first: numbers, then the forecast on a scale of ppm. */
void chart_draw(const forecast_t *months, int count);

#endif
