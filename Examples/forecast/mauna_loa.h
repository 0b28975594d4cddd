/* SPDX-License-Identifier: Apache-2.0
 *
 * Five years of CO2 in the air over Mauna Loa, Hawaii: monthly means of weekly values, which
 * are in the public domain. C. D. Keeling and T. P. Whorf, "Atmospheric CO2 concentrations
 * derived from flask air samples at sites in the SIO network", 2004; as distributed with
 * statsmodels (statsmodels.datasets.co2).
 */
#ifndef MAUNA_LOA_H
#define MAUNA_LOA_H

enum {
    MAUNA_LOA_FIRST_YEAR = 1997,
    MAUNA_LOA_MONTHS = 60,
};

/** Hundredths of a ppm, from January of the first year on. */
extern const int mauna_loa[MAUNA_LOA_MONTHS];

#endif
