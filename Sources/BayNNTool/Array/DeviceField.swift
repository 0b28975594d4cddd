// SPDX-License-Identifier: Apache-2.0
import CBayNN

/// A setting of an emulated device or of its surroundings, by the name of its option.
///
/// All but the last group stand for members of `baynn_cim_emulator_config_t`. What that has
/// besides, delays and failures of the bus, changes no result and is left to tests.
enum DeviceField: String, CaseIterable, Codable, CodingKeyRepresentable, Sendable {
  case rows, columns
  case activeRows = "active-rows"
  case randomUnits = "random-units"

  case parallelConductance = "parallel-conductance"
  case parallelDeviation = "parallel-deviation"
  case antiparallelConductance = "antiparallel-conductance"
  case antiparallelDeviation = "antiparallel-deviation"
  case writeDeviation = "write-deviation"
  case readDeviation = "read-deviation"
  case readNoise = "read-noise"
  case columnDeviation = "column-deviation"
  case temperatureLoss = "temperature-loss"
  case drift

  case converterCodes = "converter-codes"
  case converterOffset = "converter-offset"
  case converterOffsetDeviation = "converter-offset-deviation"
  case converterGainError = "converter-gain-error"
  case converterSaturation = "converter-saturation"

  case stuckParallel = "stuck-parallel"
  case stuckAntiparallel = "stuck-antiparallel"
  case silentWrite = "silent-write"
  case noticedWrite = "noticed-write"
  case readDisturb = "read-disturb"
  case stability

  case unitStability = "unit-stability"
  case unitPulse = "unit-pulse"
  case unitCurrentDeviation = "unit-current-deviation"
  case unitStabilityDeviation = "unit-stability-deviation"
  case unitCalibrationTrials = "unit-calibration-trials"
  case unitStuck = "unit-stuck"
  case unitResetFailure = "unit-reset-failure"

  case stuck
  case scaleDeviation = "scale-deviation"
  case retentionHours = "retention-hours"
  case temperature
}

extension DeviceField {
  /// What a field is of.
  enum Group: String, Sendable {
    case geometry, conductance, conversion, faults, retention, unit, surroundings
  }

  /// What an option takes: unit, range, and how many steps of the library's integer a unit
  /// has; nil if it takes a real number as it is.
  struct Format: Sendable {
    var unit: String
    var range: ClosedRange<Double>
    var steps: Double?
  }

  var group: Group {
    switch self {
    case .rows, .columns, .activeRows, .randomUnits: .geometry
    case .parallelConductance, .parallelDeviation, .antiparallelConductance,
      .antiparallelDeviation, .writeDeviation, .readDeviation, .readNoise, .columnDeviation,
      .scaleDeviation:
      .conductance
    case .converterCodes, .converterOffset, .converterOffsetDeviation, .converterGainError,
      .converterSaturation:
      .conversion
    case .stuckParallel, .stuckAntiparallel, .stuck, .silentWrite: .faults
    case .stability, .retentionHours: .retention
    case .unitStability, .unitPulse, .unitCurrentDeviation, .unitStabilityDeviation,
      .unitCalibrationTrials, .unitStuck, .unitResetFailure:
      .unit
    case .temperatureLoss, .drift, .noticedWrite, .readDisturb, .temperature: .surroundings
    }
  }

  var format: Format {
    switch self {
    case .rows, .columns: Format(unit: "lines", range: 32...4096, steps: 1)
    case .activeRows: Format(unit: "rows", range: 1...4096, steps: 1)
    case .randomUnits: Format(unit: "units", range: 1...65_536, steps: 1)
    case .parallelConductance, .antiparallelConductance:
      Format(unit: "uS", range: 0.001...262, steps: 1000)
    case .parallelDeviation, .antiparallelDeviation:
      Format(unit: "uS", range: 0...262, steps: 1000)
    case .readNoise: Format(unit: "uS", range: 0...4000, steps: 1000)
    case .writeDeviation, .readDeviation, .columnDeviation, .drift, .stuckParallel,
      .stuckAntiparallel, .stuck, .silentWrite, .noticedWrite, .unitCurrentDeviation,
      .unitStabilityDeviation, .unitResetFailure:
      Format(unit: "%", range: 0...100, steps: 1e4)
    case .temperatureLoss: Format(unit: "%", range: 0...10, steps: 1e4)
    case .converterCodes: Format(unit: "codes", range: 0...65_536, steps: 1)
    case .converterOffset: Format(unit: "counts", range: -4096...4096, steps: 256)
    case .converterOffsetDeviation: Format(unit: "counts", range: 0...4096, steps: 256)
    case .converterGainError: Format(unit: "%", range: -100...100, steps: 1e4)
    case .converterSaturation: Format(unit: "counts", range: 0...4096, steps: 1)
    case .readDisturb: Format(unit: "per 1e9 reads", range: 0...1e9, steps: 1)
    case .stability, .unitStability: Format(unit: "kT", range: 0...1000, steps: 256)
    case .unitPulse: Format(unit: "ns", range: 0...1e6, steps: 1)
    case .unitCalibrationTrials: Format(unit: "trials", range: 0...65_536, steps: 1)
    case .unitStuck: Format(unit: "0, 1 or 2", range: 0...2, steps: 1)
    case .scaleDeviation: Format(unit: "factor", range: 0...100, steps: nil)
    case .retentionHours: Format(unit: "h", range: 0...5e6, steps: nil)
    case .temperature: Format(unit: "C", range: -100...300, steps: 1000)
    }
  }

  /// The member of the library's configuration that is not negative and stands for the field
  /// alone; nil for the others.
  var member: WritableKeyPath<baynn_cim_emulator_config_t, UInt32>? {
    switch self {
    case .rows: \.rows
    case .columns: \.columns
    case .activeRows: \.active_rows_max
    case .randomUnits: \.random_units
    case .parallelConductance: \.parallel_ns
    case .parallelDeviation: \.parallel_deviation_ns
    case .antiparallelConductance: \.antiparallel_ns
    case .antiparallelDeviation: \.antiparallel_deviation_ns
    case .writeDeviation: \.write_deviation_ppm
    case .readDeviation: \.read_deviation_ppm
    case .readNoise: \.read_deviation_ns
    case .columnDeviation: \.column_deviation_ppm
    case .temperatureLoss: \.temperature_loss_ppm
    case .drift: \.drift_ppm
    case .converterCodes: \.converter_codes
    case .converterOffsetDeviation: \.converter_offset_deviation_q8
    case .converterSaturation: \.converter_saturation
    case .stuckParallel: \.stuck_parallel_ppm
    case .stuckAntiparallel: \.stuck_antiparallel_ppm
    case .silentWrite: \.silent_write_ppm
    case .noticedWrite: \.noticed_write_ppm
    case .readDisturb: \.read_disturb_ppb
    case .stability: \.stability_q8
    case .unitStability: \.unit_stability_q8
    case .unitPulse: \.unit_pulse_ns
    case .unitCurrentDeviation: \.unit_current_deviation_ppm
    case .unitStabilityDeviation: \.unit_stability_deviation_ppm
    case .unitCalibrationTrials: \.unit_calibration_trials
    case .unitStuck: \.unit_stuck
    case .unitResetFailure: \.unit_reset_failure_ppm
    case .converterOffset, .converterGainError, .stuck, .scaleDeviation, .retentionHours,
      .temperature:
      nil
    }
  }
}
