// SPDX-License-Identifier: Apache-2.0
import Foundation
import Testing

@testable import BayNNTool

@Suite struct TallyTests {
  @Test func classificationByHand() throws {
    var tally = ClassificationTally(classes: 3)
    tally.add(label: 0, confidence: 0.5, truth: 0, truthProbability: 0.5, abstains: false)
    tally.add(label: 1, confidence: 0.75, truth: 2, truthProbability: 0.25, abstains: true)
    tally.add(label: 2, confidence: 1, truth: 2, truthProbability: 1, abstains: false)
    tally.add(label: 2, confidence: 1, truth: 1, truthProbability: 0, abstains: false)
    #expect(tally.accuracy == 0.5)
    #expect(tally.keptAccuracy == 2.0 / 3)
    #expect(tally.kept == 3)
    // 0 counts as 2^-31.
    let expected = (log(2.0) + log(4.0) + 0 + 31 * log(2.0)) / 4
    #expect(abs(try #require(tally.negativeLogLikelihood) - expected) < 1e-12)
  }

  @Test func nothingIsUnknown() {
    let tally = ClassificationTally(classes: 2)
    #expect(tally.accuracy == nil && tally.keptAccuracy == nil)
    #expect(tally.negativeLogLikelihood == nil)
    #expect(tally.overlap.meanIntersectionOverUnion == nil && tally.overlap.f1(of: 1) == nil)
    let regression = RegressionTally()
    #expect(regression.rootMeanSquaredError == nil && regression.coverage == nil)
    #expect(UncertaintyScores().meanEntropy == nil && UncertaintyScores().flaggedShare == nil)
  }

  @Test func allAbstained() {
    var tally = ClassificationTally(classes: 2)
    tally.add(label: 0, confidence: 0.5, truth: 0, truthProbability: 0.5, abstains: true)
    #expect(tally.accuracy == 1 && tally.keptAccuracy == nil)
  }

  @Test func overlapByHand() throws {
    var overlap = ClassOverlap(classes: 3)
    for (predicted, truth) in [(0, 0), (0, 1), (1, 1), (1, 1), (1, 0)] {
      overlap.add(predicted: predicted, truth: truth)
    }
    // Class 0: both 1, predicted 2, truth 2. Class 1: both 2, predicted 3, truth 3.
    #expect(overlap.intersectionOverUnion(of: 0) == 1.0 / 3)
    #expect(overlap.intersectionOverUnion(of: 1) == 0.5)
    #expect(overlap.intersectionOverUnion(of: 2) == nil)
    let mean = try #require(overlap.meanIntersectionOverUnion)
    #expect(abs(mean - 5.0 / 12) < 1e-12)
    #expect(overlap.f1(of: 1) == 2.0 / 3)
  }

  @Test func regressionByHand() throws {
    var tally = RegressionTally()
    tally.add(mean: 1, deviation: 2, spread: 1, truth: 3)
    tally.add(mean: -1, deviation: 1, spread: 0, truth: 1)
    #expect(tally.rootMeanSquaredError == 2)
    // 1 and 2 standard deviations off; the 90 % interval ends at 1.645.
    #expect(tally.coverage == 0.5)
    #expect(tally.meanDeviation == 1.5 && tally.meanSpread == 0.5)
    let constant = log(2 * Double.pi) / 2
    let expected = ((0.5 + log(2.0) + constant) + (2 + constant)) / 2
    #expect(abs(try #require(tally.negativeLogLikelihood) - expected) < 1e-12)
  }

  /// The interval is the one of a Gaussian that holds 90 %.
  @Test func intervalHoldsNinetyPercent() {
    #expect(abs(erf(RegressionTally.intervalHalfWidth / 2.0.squareRoot()) - 0.9) < 1e-12)
  }

  @Test func certainRegressionStaysFinite() throws {
    var tally = RegressionTally()
    tally.add(mean: 1, deviation: 0, spread: 0, truth: 1)
    #expect(tally.coverage == 1)
    #expect(try #require(tally.negativeLogLikelihood).isFinite)
  }

  @Test func mergedScoresKeepTheirOrder() {
    var first = UncertaintyScores()
    first.add(entropy: 1, mutualInformation: 0.5, deviation: 0, isFlagged: true, networks: 4)
    var second = UncertaintyScores()
    second.add(entropy: 2, mutualInformation: 0.25, deviation: 0, isFlagged: false, networks: 1)
    first.merge(second)
    #expect(first.entropy == [1, 2] && first.mutualInformation == [0.5, 0.25])
    #expect(first.flagged == 1 && first.flaggedShare == 0.5 && first.meanEntropy == 1.5)
    #expect(first.meanNetworks == 2.5)
  }
}
