// SPDX-License-Identifier: Apache-2.0

/// How confident predictions are, and how often they are right, in 15 equal bins of the
/// confidence (Guo et al. 2017).
///
/// Bin k holds confidences above k / 15 up to (k + 1) / 15; 0 belongs to the first.
struct CalibrationBins: Equatable, Sendable {
  static let count = 15

  struct Bin: Equatable, Sendable {
    var count = 0
    var right = 0
    var confidenceSum = 0.0
  }

  private(set) var bins = [Bin](repeating: Bin(), count: CalibrationBins.count)

  /// Counts a prediction whose probability is `confidence`, 0 to 1.
  mutating func add(confidence: Double, isRight: Bool) {
    let last = CalibrationBins.count - 1
    let number = Int((confidence * Double(CalibrationBins.count)).rounded(.up)) - 1
    let k = min(max(number, 0), last)
    bins[k].count += 1
    bins[k].right += isRight ? 1 : 0
    bins[k].confidenceSum += confidence
  }

  mutating func merge(_ other: CalibrationBins) {
    for k in bins.indices {
      bins[k].count += other.bins[k].count
      bins[k].right += other.bins[k].right
      bins[k].confidenceSum += other.bins[k].confidenceSum
    }
  }

  /// Mean distance of confidence and accuracy over all predictions (equation 5 there), or
  /// nil if there are none. Empty bins contribute nothing.
  var expectedCalibrationError: Double? {
    let distance = bins.reduce(0) { $0 + abs($1.confidenceSum - Double($1.right)) }
    return ratio(distance, bins.reduce(0) { $0 + $1.count })
  }
}
