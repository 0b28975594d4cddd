// SPDX-License-Identifier: Apache-2.0
import Foundation

/// Sums over class predictions whose truth is known.
struct ClassificationTally: Equatable, Sendable {
  /// The least probability but 0 that the library reports; 0 counts as that.
  static let leastProbability = 0x1p-31

  private(set) var count = 0
  private(set) var right = 0
  /// Predictions that did not abstain, and those of them that are right.
  private(set) var kept = 0
  private(set) var keptRight = 0
  private(set) var logLikelihoodSum = 0.0
  private(set) var bins = CalibrationBins()
  private(set) var overlap: ClassOverlap

  init(classes: Int) {
    overlap = ClassOverlap(classes: classes)
  }

  /// Counts a prediction.
  ///
  /// - Parameters:
  ///   - label: the class predicted, and `confidence` its probability.
  ///   - truth: the true class, and `truthProbability` its probability.
  mutating func add(
    label: Int, confidence: Double, truth: Int, truthProbability: Double, abstains: Bool
  ) {
    let isRight = label == truth
    count += 1
    right += isRight ? 1 : 0
    if !abstains {
      kept += 1
      keptRight += isRight ? 1 : 0
    }
    logLikelihoodSum += log(max(truthProbability, ClassificationTally.leastProbability))
    bins.add(confidence: confidence, isRight: isRight)
    overlap.add(predicted: label, truth: truth)
  }

  mutating func merge(_ other: ClassificationTally) {
    count += other.count
    right += other.right
    kept += other.kept
    keptRight += other.keptRight
    logLikelihoodSum += other.logLikelihoodSum
    bins.merge(other.bins)
    overlap.merge(other.overlap)
  }

  var accuracy: Double? { ratio(right, count) }
  /// Accuracy of the predictions that did not abstain.
  var keptAccuracy: Double? { ratio(keptRight, kept) }
  /// In nats.
  var negativeLogLikelihood: Double? { ratio(-logLikelihoodSum, count) }
}
