// SPDX-License-Identifier: Apache-2.0

/// What a model is and costs, as `baynn_model_info` tells it.
struct ModelSummary: Equatable, Sendable {
  enum Task: String, Codable, Sendable {
    case classification, regression
  }

  enum Measure: String, Codable, Sendable {
    case entropy
    case mutualInformation = "mutual information"
    case deviation = "standard deviation"
  }

  /// When a prediction abstains: if the measure exceeds the threshold.
  struct Policy: Equatable, Codable, Sendable {
    var measure: Measure
    /// Nats, or the unit of the outputs.
    var threshold: Double
    /// Share of `samples` in-distribution validation inputs that were flagged.
    var rate: Double
    var samples: Int
  }

  var name = ""
  var task = Task.classification
  var format = 1
  var imageBytes = 0
  var imageChecksum: UInt32 = 0
  /// Height, width, channels.
  var inputShape: [Int]
  var inputMaximum = 255
  /// Height and width of the map of predictions; 1 x 1 for one prediction an input.
  var mapShape = [1, 1]
  /// Names of the classes, or of the outputs of a regression.
  var labels: [String]
  var layers = 0
  var weights = 0
  var sites = 0
  /// Layers whose decisions are too many to enumerate.
  var sampledLayers = 0
  var randomBits = 0
  var randomUnits = 0
  var passWork = 0
  var pieceWork = 0
  var knownAnswers = 0
  var policy: Policy?

  var inputElements: Int { inputShape.reduce(1, *) }
  var positions: Int { mapShape.reduce(1, *) }
  /// Number of classes; 0 for a regression.
  var classes: Int { task == .classification ? labels.count : 0 }
  /// Number of outputs of a regression; else 0.
  var outputs: Int { task == .regression ? labels.count : 0 }
}
