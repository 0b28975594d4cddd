// SPDX-License-Identifier: Apache-2.0

/// A measure over several devices.
struct Spread: Codable, Equatable, Sendable {
  var count: Int
  var mean: Double
  /// Standard deviation over devices (n - 1); absent for one device.
  var standardDeviation: Double?
  var worst: Double
  var best: Double

  /// nil if there are no values.
  init?(_ values: [Double], isHigherBetter: Bool) {
    guard let low = values.min(), let high = values.max(),
      let mean = ratio(values.reduce(0, +), values.count)
    else { return nil }
    count = values.count
    self.mean = mean
    let squares = values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) }
    standardDeviation = ratio(squares, values.count - 1)?.squareRoot()
    worst = isHigherBetter ? low : high
    best = isHigherBetter ? high : low
  }
}
