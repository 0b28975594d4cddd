/* SPDX-License-Identifier: Apache-2.0
 *
 * An emulated device: spintronic arrays and a stochastic unit behind the register map of
 * SPEC.md section 7. It lives in the caller's memory, on a host or in firmware, and is
 * reached through a bus like silicon would be. Each cell is simulated: two magnetic tunnel
 * junctions (MTJ), one holding the weight and one its complement, of which the input of the
 * row selects one; a column's current is the sum of the selected ones' conductances.
 *
 * Every effect is a field of the configuration, and zero means that it is absent: an emulator
 * with a configuration of zeros is ideal. All that is random is a pure function of seed and
 * of what has been done so far, and the same bits on every machine. SPEC.md section 8 defines
 * each effect; figures named here as published are from the papers named there.
 */
#ifndef BAYNN_CIM_EMULATOR_H
#define BAYNN_CIM_EMULATOR_H

#include <stddef.h>
#include <stdint.h>

#include "cim_registers.h"
#include "session.h"
#include "status.h"

#ifdef __cplusplus
extern "C" {
#endif

/** Values of unit_stuck. */
#define BAYNN_CIM_UNIT_WORKS 0u
/** Every bit is 0: everything is kept. */
#define BAYNN_CIM_UNIT_STUCK_KEEP 1u
/** Every bit is 1: everything is dropped. */
#define BAYNN_CIM_UNIT_STUCK_DROP 2u

/** Every access after the power was cut, until baynn_cim_emulator_power_on. */
#define BAYNN_CIM_EMULATOR_NO_POWER (-1100)
/** The access that fail_access asked to fail. */
#define BAYNN_CIM_EMULATOR_FAILED (-1101)

/** The most stochastic units. */
#define BAYNN_CIM_EMULATOR_UNITS_MAX 4096u

/** An emulated device. ppm: parts in a million, at most 1000000 unless another limit is given;
 *  nS: nanosiemens; q8: in 1/256. Deviations are standard deviations of normal distributions. */
typedef struct baynn_cim_emulator_config_t {
    /** sizeof(baynn_cim_emulator_config_t). */
    uint32_t struct_bytes;

    /* Geometry. */

    /** 0 means 4, 256, 256 and 16: see baynn_cim_geometry_t. At most 2^28 cells. */
    uint32_t arrays;
    uint32_t rows;
    uint32_t columns;
    uint32_t active_rows_max;
    /** Up to BAYNN_CIM_EMULATOR_UNITS_MAX; 0 means 1. Bits come from the units in turn. */
    uint32_t random_units;
    /** Of everything random. */
    uint64_t seed;

    /* Conductance of an MTJ, parallel (low resistance) and antiparallel, at 25 degrees
     * Celsius. Deviations are from cell to cell, drawn anew for each device. Published, in
     * nS: 135700 (5500) and 53200 (2500); means of 0 mean these. At most 262140 each, and the
     * parallel mean at least 4 above the other one. */

    uint32_t parallel_ns;
    uint32_t parallel_deviation_ns;
    uint32_t antiparallel_ns;
    uint32_t antiparallel_deviation_ns;
    /** From write to write of the same cell, relative. */
    uint32_t write_deviation_ppm;
    /** From read to read: of the current of a column, relative, and added to it, at most
     *  1000000. */
    uint32_t read_deviation_ppm;
    uint32_t read_deviation_ns;
    /** From column to column, relative: gain of the sense line. */
    uint32_t column_deviation_ppm;
    /** Loss of the difference between both states with temperature, per degree above 25; at
     *  most 10000. */
    uint32_t temperature_loss_ppm;
    /** Loss of conductance, relative, per decade of time after the first second since the
     *  cell was written. */
    uint32_t drift_ppm;

    /* Conversion of a column's current to a count. Without any of these a converter decides
     * midway between the mean currents of neighbouring counts. */

    /** Codes that are spread evenly from three deviations below the smallest current to three
     *  above the largest one, of the rows driven; the nearest count is taken. 0: no codes in
     *  between. Published: 2 n + 1 for n rows. 2 to 65536. */
    uint32_t converter_codes;
    /** In counts, of up to 4096: the same for all columns, and from column to column. */
    int32_t converter_offset_q8;
    uint32_t converter_offset_deviation_q8;
    /** Relative, of the current; -500000 to 500000. */
    int32_t converter_gain_error_ppm;
    /** The largest count that comes out; 0 means no limit. */
    uint32_t converter_saturation;

    /* Faults of MTJs, and of writing. */

    /** Share of MTJs that are always parallel, or always antiparallel; 1000000 at most
     *  together. */
    uint32_t stuck_parallel_ppm;
    uint32_t stuck_antiparallel_ppm;
    /** Probability that an MTJ keeps its old state when it is written, and nobody notices. */
    uint32_t silent_write_ppm;
    /** Probability that a row's write fails and the device says so; nothing is written then. */
    uint32_t noticed_write_ppm;
    /** Probability that an MTJ that is read flips to the parallel state, per thousand million
     *  reads, in columns that are converted. */
    uint32_t read_disturb_ppb;
    /** Thermal stability at 25 degrees Celsius, in 1/256: a state that is left alone for t
     *  flips with a probability of 1 - exp(-(t / 1 ns) exp(-stability)). Falls in proportion
     *  to absolute temperature's inverse. At most 256; 0 means for ever. */
    uint32_t stability_q8;

    /* The stochastic unit: reset, write with a current that switches with probability p,
     * read. p = 1 - exp(-(t / 1 ns) exp(-stability (1 - I / Ic0))). */

    /** Stability of its MTJ, in 1/256, 20 to 200, and length of its pulse in ns, up to 1000; 0
     *  mean 60 and 10. */
    uint32_t unit_stability_q8;
    uint32_t unit_pulse_ns;
    /** Spread of Ic0 and of the stability from unit to unit, relative. */
    uint32_t unit_current_deviation_ppm;
    uint32_t unit_stability_deviation_ppm;
    /** The current is found by measuring how often the unit itself switches, with so many
     *  trials for each of the 18 bits of the result, instead of being that of an average unit.
     *  Up to 65536; 0: not calibrated. Found at 25 degrees. */
    uint32_t unit_calibration_trials;
    /** BAYNN_CIM_UNIT_... */
    uint32_t unit_stuck;
    /** Probability that the reset fails: the bit before then stays, if it was a 1. */
    uint32_t unit_reset_failure_ppm;

    /* The bus. */

    /** How often STATUS reads busy after each command. UINT32_MAX: for ever. */
    uint32_t busy_polls;
    /** The access to the bus (a call of one of its functions), counted from 1 when the device is
     *  made or configured, that fails with BAYNN_CIM_EMULATOR_FAILED and has no effect; 0 means
     *  none. */
    uint32_t fail_access;
    /** The row write, counted from 1 when the device is made, configured or powered, at which
     *  power is cut when the first half of its columns is written; 0 means never. An erase
     *  writes each row. */
    uint32_t power_cut_write;
    /** Reserved, 0. */
    uint32_t reserved;
} baynn_cim_emulator_config_t;

/** An emulated device, in all the memory that it takes. */
typedef struct baynn_cim_emulator baynn_cim_emulator_t;

/** The storage that a device needs: about 4.3 bytes a cell, and 11 kB.
 *  @param config optional
 *  @return BAYNN_OK; BAYNN_ERROR_ARGUMENT (a field is out of range) */
baynn_status_t baynn_cim_emulator_storage_bytes(const baynn_cim_emulator_config_t *config,
                                                size_t *bytes);

/** Makes a device, powered and blank: all weights are 0.
 *  @param storage  aligned to BAYNN_STORAGE_ALIGNMENT
 *  @param bytes    at least what baynn_cim_emulator_storage_bytes says
 *  @param config   optional; read during the call only
 *  @param emulator receives the device; it lies in the storage
 *  @return BAYNN_OK; BAYNN_ERROR_ARGUMENT; BAYNN_ERROR_ALIGNMENT; BAYNN_ERROR_STORAGE */
baynn_status_t baynn_cim_emulator_init(void *storage, size_t bytes,
                                       const baynn_cim_emulator_config_t *config,
                                       baynn_cim_emulator_t **emulator);

/** Fills in the bus of a device; its context is the emulator.
 *  @param bus struct_bytes set; receives the functions
 *  @return BAYNN_OK; BAYNN_ERROR_ARGUMENT (struct_bytes); BAYNN_ERROR_STATE (no device) */
baynn_status_t baynn_cim_emulator_bus(baynn_cim_emulator_t *emulator, baynn_cim_bus_t *bus);

/** Exchanges the configuration of a device that exists, as if its surroundings had changed:
 *  cells keep their states, but for those that are stuck now. The geometry must be the same.
 *  @param config optional
 *  @return BAYNN_OK; BAYNN_ERROR_ARGUMENT; BAYNN_ERROR_STATE (no device) */
baynn_status_t baynn_cim_emulator_configure(baynn_cim_emulator_t *emulator,
                                            const baynn_cim_emulator_config_t *config);

/** Lets time pass: states flip according to stability_q8, conductances drift.
 *  @return BAYNN_OK; BAYNN_ERROR_STATE (no device) */
baynn_status_t baynn_cim_emulator_wait(baynn_cim_emulator_t *emulator, uint64_t nanoseconds);

/** Sets the temperature, -100000 to 300000 thousandths of a degree Celsius; 25000 at first.
 *  @return BAYNN_OK; BAYNN_ERROR_ARGUMENT; BAYNN_ERROR_STATE (no device) */
baynn_status_t baynn_cim_emulator_heat(baynn_cim_emulator_t *emulator, int32_t millidegrees);

/** Turns the power on again after it was cut, or off and on: registers are as after a reset,
 *  cells keep their states, and power_cut_write counts from 1 again.
 *  @param cut_write the new power_cut_write
 *  @return BAYNN_OK; BAYNN_ERROR_STATE (no device) */
baynn_status_t baynn_cim_emulator_power_on(baynn_cim_emulator_t *emulator, uint32_t cut_write);

/* Two faster models of the same devices, for campaigns over many of them. Neither knows cells
 * that keep their conductance from one read to the next, and so the spread between devices. */

/** Column by column: the sums of a session without arrays, to which each read of active rows
 *  would have added errors. How often a read of n rows is off, and by how much, comes from the
 *  mean and variance of the current of as many cells, each of them parallel with a probability
 *  of 1/2. Knows the effects on conductance and conversion, of which active_rows_max rows are
 *  read at once; not temperature, drift, faults or the stochastic unit. Errors are a pure
 *  function of emulator_config's seed, config's call, and what the session has counted before.
 *
 *  @param emulator_config optional
 *  @return as baynn_session_storage_bytes, or BAYNN_ERROR_ARGUMENT */
baynn_status_t baynn_cim_column_session_storage_bytes(
    const baynn_model_t *model, const baynn_session_config_t *config,
    const baynn_cim_emulator_config_t *emulator_config, size_t *bytes);

/** Makes such a session. @return as baynn_session_init, or BAYNN_ERROR_ARGUMENT */
baynn_status_t baynn_cim_column_session_init(void *storage, size_t bytes,
                                             const baynn_model_t *model,
                                             const baynn_session_config_t *config,
                                             const baynn_cim_emulator_config_t *emulator_config,
                                             baynn_session_t **session);

/** Bit by bit: writes a copy of a model's image in which weights are wrong as they would be
 *  on a device: stuck, silently not written (to a device that held zeros), or flipped in
 *  nanoseconds of waiting. It is opened like any other image and runs at full speed. A pair
 *  of MTJs counts as the one that holds the weight.
 *
 *  @param image           receives the copy; aligned to BAYNN_MODEL_ALIGNMENT
 *  @param bytes           its size, at least the model's image_bytes
 *  @param emulator_config optional
 *  @param weights_wrong   receives how many weights differ; optional
 *  @return BAYNN_OK; BAYNN_ERROR_STATE (model not open); BAYNN_ERROR_ARGUMENT;
 *          BAYNN_ERROR_ALIGNMENT; BAYNN_ERROR_STORAGE; BAYNN_ERROR_IMAGE_... if the image has
 *          been damaged since it was opened */
baynn_status_t baynn_cim_faulty_image(void *image, size_t bytes, const baynn_model_t *model,
                                      const baynn_cim_emulator_config_t *emulator_config,
                                      uint64_t nanoseconds, uint32_t *weights_wrong);

#ifdef __cplusplus
}
#endif

#endif
