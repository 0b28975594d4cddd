// SPDX-License-Identifier: Apache-2.0
import CBayNN

/// An emulated device and its surroundings, in the units of the options.
struct DeviceSettings: Equatable, Sendable {
  /// Fields that are not here have their neutral value.
  private(set) var values: [DeviceField: Double]

  init(_ preset: DevicePreset = .ideal) { values = preset.values }

  subscript(field: DeviceField) -> Double {
    values[field] ?? DeviceSettings.neutral[field] ?? 0
  }

  /// Every field, whether it has been set or not.
  var all: [DeviceField: Double] {
    Dictionary(uniqueKeysWithValues: DeviceField.allCases.map { ($0, self[$0]) })
  }

  /// What a field is if nobody says anything, unless it is 0.
  static let neutral: [DeviceField: Double] = [
    .rows: 256, .columns: 256, .activeRows: 16, .randomUnits: 1, .parallelConductance: 135.7,
    .antiparallelConductance: 53.2, .unitStability: 60, .unitPulse: 10, .scaleDeviation: 1,
    .temperature: DeviceSettings.writingTemperature,
  ]

  /// Degrees Celsius at which a device is programmed.
  static let writingTemperature = 25.0

  /// - Throws: `usage` if the value is out of the field's range, or too small for its step.
  mutating func set(_ field: DeviceField, to value: Double) throws {
    let format = field.format
    guard format.range.contains(value) else {
      let (low, high) = (format.range.lowerBound, format.range.upperBound)
      throw ToolError.usage(
        "--\(field.rawValue) is \(short(low)) to \(short(high)) (\(format.unit)), not "
          + short(value))
    }
    if let steps = format.steps {
      let exact = value * steps
      guard value == 0 || exact.magnitude >= 0.5 else {
        throw ToolError.usage(
          "--\(field.rawValue) \(short(value)) is smaller than its step of \(short(1 / steps)) "
            + "(\(format.unit))")
      }
      guard steps > 1 || exact == exact.rounded() else {
        throw ToolError.usage("--\(field.rawValue) is a whole number, not \(short(value))")
      }
    }
    if field == .rows || field == .columns, Int(value) % 32 != 0 {
      throw ToolError.usage("--\(field.rawValue) is a multiple of 32, not \(short(value))")
    }
    values[field] = value
  }

  /// - Throws: `usage` if fields do not fit together.
  func validate() throws {
    guard self[.activeRows] <= self[.rows] else {
      throw ToolError.usage(
        "--active-rows \(short(self[.activeRows])) are more than the \(short(self[.rows])) rows "
          + "of an array")
    }
    guard self[.antiparallelConductance] < self[.parallelConductance] else {
      throw ToolError.usage(
        "--antiparallel-conductance is below --parallel-conductance "
          + "\(short(self[.parallelConductance]))")
    }
    if self[.converterCodes] == 1 {
      throw ToolError.usage("--converter-codes is 0, for none in between, or 2 to 65536")
    }
    let stuck = self[.stuck] + self[.stuckParallel] + self[.stuckAntiparallel]
    guard stuck <= 100 else {
      throw ToolError.usage("more than all MTJs are stuck: \(short(stuck)) %")
    }
  }

  /// The configuration of the library for one device.
  func configuration(arrays: Int, seed: UInt64) -> baynn_cim_emulator_config_t {
    var result = baynn_cim_emulator_config_t()
    result.struct_bytes = UInt32(MemoryLayout<baynn_cim_emulator_config_t>.size)
    result.arrays = UInt32(arrays)
    result.seed = seed
    for field in DeviceField.allCases {
      if let member = field.member { result[keyPath: member] = UInt32(steps(field)) }
    }
    result.parallel_deviation_ns = scaledDeviation(.parallelDeviation)
    result.antiparallel_deviation_ns = scaledDeviation(.antiparallelDeviation)
    result.converter_offset_q8 = Int32(steps(.converterOffset))
    result.converter_gain_error_ppm = Int32(steps(.converterGainError))
    // One half of the stuck MTJs each.
    let half = steps(.stuck) / 2
    result.stuck_parallel_ppm += UInt32(half)
    result.stuck_antiparallel_ppm += UInt32(steps(.stuck) - half)
    return result
  }

  /// Time between programming and use.
  var retentionNanoseconds: UInt64 { UInt64(self[.retentionHours] * 3600e9) }
  var millidegrees: Int32 { Int32(steps(.temperature)) }

  private func steps(_ field: DeviceField) -> Int {
    Int((self[field] * (field.format.steps ?? 1)).rounded())
  }

  private func scaledDeviation(_ field: DeviceField) -> UInt32 {
    let scaled = self[field] * self[.scaleDeviation] * (field.format.steps ?? 1)
    return UInt32(min(scaled.rounded(), 0x1p31))
  }
}

/// A number without digits that say nothing: "16", "0.05".
func short(_ value: Double) -> String {
  value == value.rounded() && value.magnitude < 1e15 ? "\(Int(value))" : "\(value)"
}
