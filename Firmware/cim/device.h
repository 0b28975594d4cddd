/* SPDX-License-Identifier: Apache-2.0
 *
 * The device that this program runs on: emulated arrays in its own memory, behind a bus with
 * the registers of SPEC.md section 7. With silicon on the bus, this file alone would change.
 */
#ifndef DEVICE_H
#define DEVICE_H

#include "baynn.h"
#include "baynn/cim_emulator.h"
#include "bus_watch.h"

typedef struct device {
    baynn_cim_emulator_config_t emulated;
    baynn_cim_emulator_t *emulator;
    /** The bus, with the emulator behind. */
    bus_watch_t bus;
    /** What is passed to the library: registers.driver, with registers as its context. */
    baynn_cim_registers_t registers;
} device_t;

/** Ideal arrays, two of 256 x 256 cells, that drive 8 rows at once: room for the digits model. */
baynn_cim_emulator_config_t device_ideal(void);

/** The same, with the published spreads of the conductances and 2 n + 1 codes of the converter,
 *  and a calibrated stochastic unit whose critical current is 1 % off, in standard deviations. */
baynn_cim_emulator_config_t device_published(void);

/** Junctions whose resistances are only 37 % apart, instead of 155 %, and 32 rows at once: with 16
 *  junctions of each kind the deviation of a current is 9.2 uS, and the step from one count to
 *  the next 14.6 uS. */
baynn_cim_emulator_config_t device_low_contrast(void);

/** Makes a blank device; the one made before is gone. */
baynn_status_t device_make(device_t *device, const baynn_cim_emulator_config_t *emulated);

/** Turns the power off and on: weights stay, the driver begins anew. */
baynn_status_t device_restart(device_t *device);

/** Exchanges what is wrong with the device. */
baynn_status_t device_change(device_t *device, const baynn_cim_emulator_config_t *emulated);

/** Lays a model out on the device. */
baynn_status_t device_open_model(device_t *device, const baynn_model_t *model, baynn_cim_t *cim);

#endif
