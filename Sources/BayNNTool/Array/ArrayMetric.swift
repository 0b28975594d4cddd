// SPDX-License-Identifier: Apache-2.0

/// A measure of an evaluation that is compared over devices. Keys of JSON are these names in
/// snake case.
enum ArrayMetric: String, CaseIterable, Codable, CodingKeyRepresentable, Sendable {
  case accuracy
  case negativeLogLikelihood
  case expectedCalibrationError
  case meanIntersectionOverUnion
  /// Of class 1 of a map.
  case f1
  /// Over all outputs of a regression, whose units should agree.
  case rootMeanSquaredError
  case coverage90
  case meanEntropy
  case meanMutualInformation
  case meanLargestDeviation
  /// Share of inputs that the model's policy flags.
  case abstention
  case accuracyOfTheRest

  var title: String {
    switch self {
    case .accuracy: "accuracy"
    case .negativeLogLikelihood: "NLL"
    case .expectedCalibrationError: "ECE"
    case .meanIntersectionOverUnion: "mean IoU"
    case .f1: "F1"
    case .rootMeanSquaredError: "RMSE"
    case .coverage90: "in 90 % interval"
    case .meanEntropy: "entropy"
    case .meanMutualInformation: "MI"
    case .meanLargestDeviation: "deviation"
    case .abstention: "abstain"
    case .accuracyOfTheRest: "accuracy of the rest"
    }
  }

  var unit: String {
    switch self {
    case .negativeLogLikelihood, .meanEntropy, .meanMutualInformation: "nats"
    case .expectedCalibrationError: "15 bins"
    case .abstention: "inputs flagged"
    case .accuracyOfTheRest: "without what abstains"
    default: ""
    }
  }

  var isShare: Bool {
    switch self {
    case .accuracy, .meanIntersectionOverUnion, .f1, .coverage90, .abstention,
      .accuracyOfTheRest:
      true
    default: false
    }
  }

  /// Whether the worst value is the smallest one. Uncertainty and abstention are neither good
  /// nor bad: of them, the worst is the largest.
  var isHigherBetter: Bool {
    switch self {
    case .accuracy, .meanIntersectionOverUnion, .f1, .coverage90, .accuracyOfTheRest: true
    default: false
    }
  }

  func text(_ value: Double?) -> String {
    guard let value else { return "–" }
    return isShare ? number(value * 100, digits: 2) + " %" : number(value, digits: 4)
  }
}

extension SetTally {
  /// What is known about a set; a measure of nothing is left out.
  func metrics(of model: ModelSummary) -> [ArrayMetric: Double] {
    var result: [ArrayMetric: Double] = [:]
    if let classification {
      result[.accuracy] = classification.accuracy
      result[.negativeLogLikelihood] = classification.negativeLogLikelihood
      result[.expectedCalibrationError] = classification.bins.expectedCalibrationError
      if model.positions > 1 {
        result[.meanIntersectionOverUnion] = classification.overlap.meanIntersectionOverUnion
        result[.f1] = classification.overlap.f1(of: 1)
      }
      if model.policy != nil { result[.accuracyOfTheRest] = classification.keptAccuracy }
    }
    if !regression.isEmpty {
      let count = regression.count
      let squares = regression.compactMap(\.rootMeanSquaredError).reduce(0) { $0 + $1 * $1 }
      result[.rootMeanSquaredError] = ratio(squares, count)?.squareRoot()
      result[.negativeLogLikelihood] = ratio(
        regression.compactMap(\.negativeLogLikelihood).reduce(0, +), count)
      result[.coverage90] = ratio(regression.compactMap(\.coverage).reduce(0, +), count)
    }
    switch model.task {
    case .classification:
      result[.meanEntropy] = scores.meanEntropy
      result[.meanMutualInformation] = scores.meanMutualInformation
    case .regression: result[.meanLargestDeviation] = scores.meanDeviation
    }
    if model.policy != nil { result[.abstention] = scores.flaggedShare }
    return result
  }
}
