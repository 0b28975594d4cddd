// SPDX-License-Identifier: Apache-2.0
import CBayNN

extension SetTally {
  /// Predicts an input and adds what comes out.
  ///
  /// - Parameter index: of the input in `data`.
  mutating func score(
    _ index: Int, of data: DataSet, by predictor: some Predictor, model: ModelSummary
  ) throws {
    let whole = try data.inputs.withInput(index) { try predictor.infer($0) }
    hash.add(whole)
    var deviation = 0.0
    switch model.task {
    case .regression:
      deviation = try scoreValues(index, data.targets, predictor, model)
    case .classification where model.positions > 1:
      try scoreMap(index, data.targets, predictor, model)
    case .classification:
      try scoreLabel(index, data.targets, predictor, whole)
    }
    scores.add(
      entropy: whole.entropy, mutualInformation: whole.mutualInformation,
      deviation: deviation, isFlagged: whole.abstains, networks: Int(whole.leaves))
  }

  private mutating func scoreLabel(
    _ index: Int, _ targets: Targets?, _ predictor: some Predictor, _ whole: baynn_prediction_t
  ) throws {
    guard case .labels(let labels, _) = targets else { return }
    try add(whole, truth: labels[index], probabilities: predictor.probabilities()[...])
  }

  private mutating func scoreMap(
    _ index: Int, _ targets: Targets?, _ predictor: some Predictor, _ model: ModelSummary
  ) throws {
    var map = PredictionHash()
    let probabilities = try predictor.probabilities()
    for position in 0..<model.positions {
      let prediction = try predictor.prediction(at: position)
      map.add(prediction)
      guard case .labels(let labels, _) = targets else { continue }
      let truth = labels[index * model.positions + position]
      guard truth != Targets.ignored else { continue }
      let start = position * model.classes
      try add(
        prediction, truth: truth, probabilities: probabilities[start..<start + model.classes])
    }
    hash.add([map.value])
  }

  /// - Parameter probabilities: Q31, of each class.
  private mutating func add(
    _ prediction: baynn_prediction_t, truth: UInt8, probabilities: ArraySlice<UInt32>
  ) throws {
    let truth = Int(truth)
    guard truth < probabilities.count, Int(prediction.label) < probabilities.count else {
      throw ToolError.software("the library predicts class \(prediction.label), which is none")
    }
    classification?.add(
      label: Int(prediction.label), confidence: prediction.probability, truth: truth,
      truthProbability: Double(probabilities[probabilities.startIndex + truth]) * 0x1p-31,
      abstains: prediction.abstains)
  }

  /// Returns the largest standard deviation of an output.
  private mutating func scoreValues(
    _ index: Int, _ targets: Targets?, _ predictor: some Predictor, _ model: ModelSummary
  ) throws -> Double {
    var values = PredictionHash()
    var largest = 0.0
    for output in 0..<model.outputs {
      let value = try predictor.value(output)
      values.add(value.words)
      largest = max(largest, value.deviation)
      guard case .values(let truths, let outputs) = targets else { continue }
      regression[output].add(
        mean: value.mean, deviation: value.deviation, spread: value.spread,
        truth: truths[index * outputs + output])
    }
    hash.add([values.value])
    return largest
  }
}
