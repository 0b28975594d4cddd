// SPDX-License-Identifier: Apache-2.0
import ArgumentParser

/// Where the settings of a device begin.
enum DevicePreset: String, CaseIterable, Codable, ExpressibleByArgument, Sendable {
  /// No effect at all.
  case ideal
  /// The published cells: 135.7 (standard deviation 5.5) and 53.2 (2.5) uS.
  case published
  /// The published harder corner, 18.54 (0.62) and 25.40 (0.93) kOhm: conductances are the
  /// reciprocals, and relative deviations are the same to first order.
  case harder

  var values: [DeviceField: Double] {
    switch self {
    case .ideal: [:]
    case .published: [.parallelDeviation: 5.5, .antiparallelDeviation: 2.5]
    case .harder:
      [
        .parallelConductance: 53.937, .parallelDeviation: 1.804,
        .antiparallelConductance: 39.370, .antiparallelDeviation: 1.442,
      ]
    }
  }
}
