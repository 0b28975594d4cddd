// SPDX-License-Identifier: Apache-2.0
import Foundation

/// Sums over predictions of one real output whose truth is known. All in the output's unit.
struct RegressionTally: Equatable, Sendable {
  /// Half the width of the central 90 % interval of a Gaussian, in standard deviations.
  static let intervalHalfWidth = 1.6448536269514722
  /// One step of the library's numbers: a standard deviation of 0 counts as that.
  static let leastDeviation = 0x1p-16

  private(set) var count = 0
  private(set) var squaredErrorSum = 0.0
  private(set) var logLikelihoodSum = 0.0
  /// Truths inside the central 90 % interval.
  private(set) var covered = 0
  private(set) var deviationSum = 0.0
  private(set) var spreadSum = 0.0

  /// Counts a prediction.
  ///
  /// - Parameters:
  ///   - deviation: the standard deviation predicted, noise included.
  ///   - spread: the part of it that comes from not knowing the network.
  mutating func add(mean: Double, deviation: Double, spread: Double, truth: Double) {
    let sigma = max(deviation, RegressionTally.leastDeviation)
    let error = truth - mean
    let distance = error / sigma
    count += 1
    squaredErrorSum += error * error
    logLikelihoodSum -= distance * distance / 2 + log(sigma) + log(2 * Double.pi) / 2
    covered += abs(distance) <= RegressionTally.intervalHalfWidth ? 1 : 0
    deviationSum += deviation
    spreadSum += spread
  }

  mutating func merge(_ other: RegressionTally) {
    count += other.count
    squaredErrorSum += other.squaredErrorSum
    logLikelihoodSum += other.logLikelihoodSum
    covered += other.covered
    deviationSum += other.deviationSum
    spreadSum += other.spreadSum
  }

  var rootMeanSquaredError: Double? { ratio(squaredErrorSum, count).map { $0.squareRoot() } }
  /// Of a Gaussian, in nats; it depends on the unit.
  var negativeLogLikelihood: Double? { ratio(-logLikelihoodSum, count) }
  /// Share of truths inside the central 90 % interval: 0.9 if the deviations are right.
  var coverage: Double? { ratio(covered, count) }
  var meanDeviation: Double? { ratio(deviationSum, count) }
  var meanSpread: Double? { ratio(spreadSum, count) }
}
