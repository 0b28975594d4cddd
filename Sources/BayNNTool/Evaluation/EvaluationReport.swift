// SPDX-License-Identifier: Apache-2.0

/// What an evaluation found: the content of its JSON, whose keys are these names in snake
/// case. What is not known is left out.
struct EvaluationReport: Codable, Equatable {
  struct Classification: Codable, Equatable {
    /// Predictions whose truth is known: inputs, or positions of maps.
    var predictions: Int
    var right: Int
    var accuracy: Double?
    /// In nats.
    var negativeLogLikelihood: Double?
    /// 15 bins.
    var expectedCalibrationError: Double?
    /// Predictions that the model's policy abstains on, and accuracy of the others.
    var abstained: Int
    var abstainedShare: Double?
    var accuracyOfTheRest: Double?
    /// Only for maps.
    var meanIntersectionOverUnion: Double?
    /// Of class 1; only for maps.
    var f1: Double?
  }

  struct Output: Codable, Equatable {
    var name: String
    var rootMeanSquaredError: Double?
    /// In nats.
    var negativeLogLikelihood: Double?
    /// Share of truths inside the central 90 % interval.
    var coverage90: Double?
    var meanDeviation: Double?
    var meanSpread: Double?
  }

  struct Uncertainty: Codable, Equatable {
    var inputs: Int
    /// In nats; absent for regression.
    var meanEntropy: Double?
    var meanMutualInformation: Double?
    /// Mean over inputs of the largest standard deviation; only for regression.
    var meanLargestDeviation: Double?
    /// Inputs that the model's policy flags; absent if it has none.
    var flagged: Int?
    var flaggedShare: Double?
    /// Different networks evaluated for an input.
    var meanNetworks: Double?
    var hash: String
  }

  struct Outside: Codable, Equatable {
    var name: String
    var uncertainty: Uncertainty
    var aurocEntropy: Double?
    var aurocMutualInformation: Double?
    var aurocDeviation: Double?
  }

  var model: String
  var modelName: String
  var modelChecksum: String
  var data: String
  var task: ModelSummary.Task
  var posterior: SessionSettings.Posterior
  /// Draws and seed; only for the sampled posterior.
  var passes: Int?
  var seed: UInt64?
  var memory: SessionSettings.Memory
  var stop: SessionSettings.Stop
  var policy: ModelSummary.Policy?
  /// Of the in-distribution set.
  var uncertainty: Uncertainty
  var classification: Classification?
  var outputs: [Output]?
  var outside: [Outside]
  var threads: Int
  /// Of all sets, reading the files not counted.
  var seconds: Double
  var hash: String
}
