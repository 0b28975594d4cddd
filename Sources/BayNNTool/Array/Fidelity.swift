// SPDX-License-Identifier: Apache-2.0
import ArgumentParser

/// How closely devices are emulated.
enum Fidelity: String, CaseIterable, Codable, ExpressibleByArgument, Sendable {
  /// Every cell, behind the registers of a device.
  case cell
  /// Errors of a column's sums, drawn from their distribution.
  case column
  /// Wrong weights alone, at full speed.
  case bits

  /// Whether a setting has an effect.
  func knows(_ field: DeviceField) -> Bool {
    switch self {
    case .cell: true
    case .column:
      field == .activeRows || field.group == .conductance || field.group == .conversion
    case .bits: field.group == .faults || field.group == .retention
    }
  }
}
