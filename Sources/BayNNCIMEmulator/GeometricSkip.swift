// SPDX-License-Identifier: Apache-2.0
import BayNNCore

/// How many trials fail before the next one succeeds, if each succeeds with a probability of
/// 1 - exp(-rate): floor(E / rate) with E from the exponential distribution.
struct GeometricSkip {
  private let inverse: ScaledPower

  /// - Parameter logRate: ln(rate) in Q27.
  init(logRate: Int64) { inverse = ScaledPower(ofQ27: 0 &- logRate) }

  /// The number that belongs to a random word; at most 2^62.
  func length(_ word: UInt32) -> UInt64 {
    inverse.times(FixedPoint.negatedLogarithm(word >> 1 &+ 1), fraction: 27)
  }
}
