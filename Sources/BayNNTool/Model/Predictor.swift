// SPDX-License-Identifier: Apache-2.0
import CBayNN

/// The prediction of one real output, in its own unit.
struct ValuePrediction: Equatable, Sendable {
  var mean: Double
  /// Standard deviation, noise included.
  var deviation: Double
  /// The part of it that comes from not knowing the network.
  var spread: Double
  /// The same as the library's integers, mean, deviation and spread, for the hash.
  var words: [UInt32]
}

extension ValuePrediction {
  init(_ value: baynn_value_t) {
    self.init(
      mean: Double(value.mean_q16) * 0x1p-16,
      deviation: Double(value.deviation_q16) * 0x1p-16,
      spread: Double(value.spread_q16) * 0x1p-16,
      words: [UInt32(bitPattern: value.mean_q16), value.deviation_q16, value.spread_q16])
  }
}

/// What predicts one input at a time. It is used by one task at a time.
protocol Predictor: AnyObject, Sendable {
  /// Says that the next inference is number `call` of the stream of draws.
  func restart(call: UInt64) throws
  func infer(_ input: UnsafeBufferPointer<UInt8>) throws -> baynn_prediction_t
  /// Of the last input, at `position` of the map, row by row.
  func prediction(at position: Int) throws -> baynn_prediction_t
  /// Of the last input: Q31 for each position and class, the class fastest.
  func probabilities() throws -> [UInt32]
  /// Of the last input, an output of a regression.
  func value(_ output: Int) throws -> ValuePrediction
}
