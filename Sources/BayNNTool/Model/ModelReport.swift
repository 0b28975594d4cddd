// SPDX-License-Identifier: Apache-2.0

/// What `baynn info` tells about a model: the content of its JSON, whose keys are these
/// names in snake case.
struct ModelReport: Codable, Equatable {
  struct Input: Codable, Equatable {
    var height: Int
    var width: Int
    var channels: Int
    var maximum: Int
  }

  /// The storage of a session in bytes. A target with 32-bit pointers needs less.
  struct Storage: Codable, Equatable {
    var posterior: SessionSettings.Posterior
    var fastBytes: Int
    var minimalBytes: Int
  }

  var file: String
  var name: String
  var task: ModelSummary.Task
  var format: Int
  var imageBytes: Int
  var imageChecksum: String
  var input: Input
  var positionsHeight: Int
  var positionsWidth: Int
  /// Names of classes, or of the outputs of a regression.
  var labels: [String]
  var layers: Int
  var weights: Int
  var sites: Int
  var sampledLayers: Int
  var randomBitsPerPass: Int
  var randomUnits: Int
  /// In work units, at most: of one deterministic pass, and of the largest piece.
  var passWork: Int
  var pieceWork: Int
  var knownAnswers: Int
  var policy: ModelSummary.Policy?
  var defaultPosterior: SessionSettings.Posterior
  /// Of each posterior that the model can have, with 20 draws for the sampled one.
  var storage: [Storage]

  init(_ model: LoadedModel) throws {
    let summary = model.summary
    file = fileName(model.path)
    name = summary.name
    task = summary.task
    format = summary.format
    imageBytes = summary.imageBytes
    imageChecksum = hexadecimal(summary.imageChecksum)
    input = Input(
      height: summary.inputShape[0], width: summary.inputShape[1],
      channels: summary.inputShape[2], maximum: summary.inputMaximum)
    positionsHeight = summary.mapShape[0]
    positionsWidth = summary.mapShape[1]
    labels = summary.labels
    layers = summary.layers
    weights = summary.weights
    sites = summary.sites
    sampledLayers = summary.sampledLayers
    randomBitsPerPass = summary.randomBits
    randomUnits = summary.randomUnits
    passWork = summary.passWork
    pieceWork = summary.pieceWork
    knownAnswers = summary.knownAnswers
    policy = summary.policy
    defaultPosterior = SessionSettings().posterior(of: summary)
    storage = try SessionSettings.Posterior.allCases.compactMap { posterior in
      let bytes = { (memory: SessionSettings.Memory) in
        try storageBytes(model, SessionSettings(posterior: posterior, memory: memory))
      }
      guard let fast = try bytes(.fast), let minimal = try bytes(.minimal) else { return nil }
      return Storage(posterior: posterior, fastBytes: fast, minimalBytes: minimal)
    }
  }
}
