/* SPDX-License-Identifier: Apache-2.0 */
#ifndef PUBLISHED_H
#define PUBLISHED_H

#include "baynn.h"

/* Each structure as it was when it was first published. They never change: a program that was
 * compiled with them works with every later library of the same binary interface. */

typedef struct first_model_info {
    uint32_t struct_bytes, format, image_bytes, image_crc, input_elements, input_height,
        input_width, input_channels, input_maximum, classes, layers, weights, sites, random_bits,
        random_units, known_answers;
    uint64_t pass_work_max, piece_work_max;
    uint32_t policy_measure, policy_threshold_q16, policy_rate_q16, policy_samples, head,
        positions_height, positions_width, outputs, sampled_layers, reserved;
} first_model_info_t;

typedef struct first_session_config {
    uint32_t struct_bytes, posterior, memory, passes, cut_q31, stop;
    uint64_t seed, call;
    uint32_t stop_error_q31, reserved;
} first_session_config_t;

typedef struct first_prediction {
    uint32_t struct_bytes, label, flags, leaves, samples, probability_q31, entropy_q16,
        mutual_information_q16, mass_q31;
} first_prediction_t;

typedef struct first_value {
    uint32_t struct_bytes;
    int32_t mean_q16;
    uint32_t deviation_q16, spread_q16;
} first_value_t;

typedef struct first_self_test_config {
    uint32_t struct_bytes, tests;
} first_self_test_config_t;

typedef struct first_self_test_report {
    uint32_t struct_bytes, requested, completed, failed, first_failed, first_index, first_actual,
        first_expected;
} first_self_test_report_t;

typedef struct first_cim_config {
    uint32_t struct_bytes, mapping;
    const baynn_cim_driver_t *driver;
    void *context;
    uint32_t first_array, active_rows, ecc, write_attempts, wrong_cells_max, reserved;
} first_cim_config_t;

typedef struct first_cim_info {
    uint32_t struct_bytes, arrays, rows, weight_cells, cells, arrays_programmed, cells_wrong,
        array_rows, array_columns, active_rows, random_units, row_writes_max;
    int32_t millidegrees;
} first_cim_info_t;

typedef struct first_cim_scrub_report {
    uint32_t struct_bytes, rows, rows_wrong, cells_wrong, cells_left, words_uncorrectable;
} first_cim_scrub_report_t;

typedef struct first_cim_ledger {
    uint32_t struct_bytes, reserved;
    uint64_t macs, cell_reads, conversions, accumulations, random_bits, cell_writes, row_writes,
        cell_verifies, buffer_words;
} first_cim_ledger_t;

typedef struct first_cim_costs {
    uint32_t struct_bytes, reserved, cell_read_aj, conversion_aj, accumulation_aj, random_bit_aj,
        cell_write_aj, cell_verify_aj, buffer_word_aj, mac_ps, conversion_ps, converters,
        random_bit_ps, row_write_ps;
} first_cim_costs_t;

typedef struct first_cim_energy {
    uint32_t struct_bytes, reserved;
    uint64_t total_fj, cell_read_fj, conversion_fj, accumulation_fj, random_bit_fj, cell_write_fj,
        cell_verify_fj, buffer_fj, time_ns;
} first_cim_energy_t;

typedef struct first_cim_driver {
    uint32_t struct_bytes, capabilities;
    baynn_status_t (*geometry)(void *context, baynn_cim_geometry_t *geometry);
    baynn_status_t (*program)(void *context, uint32_t array, uint32_t row, const uint32_t *weights);
    baynn_status_t (*mac)(void *context, const baynn_cim_mac_t *mac, uint32_t *counts);
    baynn_status_t (*random)(void *context, uint32_t probability_q16, uint32_t count,
                             uint32_t *bits);
    baynn_status_t (*sync)(void *context);
    baynn_status_t (*read)(void *context, uint32_t array, uint32_t row, uint32_t *weights);
    baynn_status_t (*erase)(void *context, uint32_t array);
    baynn_status_t (*wear)(void *context, uint32_t array, uint32_t *writes);
    baynn_status_t (*temperature)(void *context, int32_t *millidegrees);
} first_cim_driver_t;

typedef struct first_cim_geometry {
    uint32_t struct_bytes, arrays, rows, columns, active_rows_max, random_units;
} first_cim_geometry_t;

typedef struct first_cim_mac {
    uint32_t struct_bytes, array, first_row, row_words, column_words, count_planes;
    const uint32_t *active;
    const uint32_t *inputs;
} first_cim_mac_t;

typedef struct first_cim_bus {
    uint32_t struct_bytes, reserved;
    baynn_status_t (*read32)(void *context, uint32_t address, uint32_t *value);
    baynn_status_t (*write32)(void *context, uint32_t address, uint32_t value);
    baynn_status_t (*read_words)(void *context, uint32_t address, uint32_t *words, uint32_t count);
    baynn_status_t (*write_words)(void *context, uint32_t address, const uint32_t *words,
                                  uint32_t count);
} first_cim_bus_t;

typedef struct first_cim_emulator_config {
    uint32_t struct_bytes, arrays, rows, columns, active_rows_max, random_units;
    uint64_t seed;
    uint32_t parallel_ns, parallel_deviation_ns, antiparallel_ns, antiparallel_deviation_ns,
        write_deviation_ppm, read_deviation_ppm, read_deviation_ns, column_deviation_ppm,
        temperature_loss_ppm, drift_ppm, converter_codes;
    int32_t converter_offset_q8;
    uint32_t converter_offset_deviation_q8;
    int32_t converter_gain_error_ppm;
    uint32_t converter_saturation, stuck_parallel_ppm, stuck_antiparallel_ppm, silent_write_ppm,
        noticed_write_ppm, read_disturb_ppb, stability_q8, unit_stability_q8, unit_pulse_ns,
        unit_current_deviation_ppm, unit_stability_deviation_ppm, unit_calibration_trials,
        unit_stuck, unit_reset_failure_ppm, busy_polls, fail_access, power_cut_write, reserved;
} first_cim_emulator_config_t;

/* What was published stays where it was. */
#define PUBLISHED_MEMBER(name, last)                                                               \
    _Static_assert(offsetof(first_##name##_t, last) == offsetof(baynn_##name##_t, last) &&         \
                       sizeof(first_##name##_t) <= sizeof(baynn_##name##_t),                       \
                   #name)

PUBLISHED_MEMBER(model_info, reserved);
PUBLISHED_MEMBER(session_config, reserved);
PUBLISHED_MEMBER(prediction, mass_q31);
PUBLISHED_MEMBER(value, spread_q16);
PUBLISHED_MEMBER(self_test_config, tests);
PUBLISHED_MEMBER(self_test_report, first_expected);
PUBLISHED_MEMBER(cim_config, reserved);
PUBLISHED_MEMBER(cim_info, millidegrees);
PUBLISHED_MEMBER(cim_scrub_report, words_uncorrectable);
PUBLISHED_MEMBER(cim_ledger, buffer_words);
PUBLISHED_MEMBER(cim_costs, row_write_ps);
PUBLISHED_MEMBER(cim_energy, time_ns);
PUBLISHED_MEMBER(cim_driver, temperature);
PUBLISHED_MEMBER(cim_geometry, random_units);
PUBLISHED_MEMBER(cim_mac, inputs);
PUBLISHED_MEMBER(cim_bus, write_words);
PUBLISHED_MEMBER(cim_emulator_config, reserved);

#endif
