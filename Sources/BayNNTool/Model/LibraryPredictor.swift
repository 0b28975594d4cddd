// SPDX-License-Identifier: Apache-2.0
import BayNN
import CBayNN

/// What predicts by a session of the library, whatever the session runs on.
protocol LibraryPredictor: Predictor {
  var session: OpaquePointer? { get }
  var summary: ModelSummary { get }
  /// Throws unless an inference has succeeded.
  func checkInference(_ status: baynn_status_t) throws
}

extension LibraryPredictor {
  func checkInference(_ status: baynn_status_t) throws { try check(status, "baynn_infer") }

  func infer(_ input: UnsafeBufferPointer<UInt8>) throws -> baynn_prediction_t {
    var prediction = emptyPrediction()
    try checkInference(baynn_infer(session, input.baseAddress, input.count, &prediction))
    return prediction
  }

  func prediction(at position: Int) throws -> baynn_prediction_t {
    var prediction = emptyPrediction()
    try check(
      baynn_infer_position(session, UInt32(position), &prediction), "baynn_infer_position")
    return prediction
  }

  func probabilities() throws -> [UInt32] {
    let count = summary.positions * summary.classes
    var result = [UInt32](repeating: 0, count: count)
    try check(
      baynn_infer_probabilities(session, &result, UInt32(count)), "baynn_infer_probabilities")
    return result
  }

  func value(_ output: Int) throws -> ValuePrediction {
    var value = baynn_value_t()
    value.struct_bytes = UInt32(MemoryLayout<baynn_value_t>.size)
    try check(baynn_infer_value(session, UInt32(output), &value), "baynn_infer_value")
    return ValuePrediction(value)
  }
}

private func emptyPrediction() -> baynn_prediction_t {
  var prediction = baynn_prediction_t()
  prediction.struct_bytes = UInt32(MemoryLayout<baynn_prediction_t>.size)
  return prediction
}
