// SPDX-License-Identifier: Apache-2.0
import CBayNN

@testable import BayNNTool

/// Predicts by simple rules from the first byte of an input, x:
///
/// - the class at position p is (x + p) mod classes with probability 1/2, the next one
///   has 1/4, and the rest of the mass is lost;
/// - the entropy of the whole is x / 256 nats, and it abstains if x is odd; a position
///   abstains if p is odd;
/// - output k is x + k with a standard deviation of k + 1.
final class FakePredictor: Predictor, @unchecked Sendable {
  private let model: ModelSummary
  private var first: UInt8 = 0
  private var call: UInt64 = 0

  init(model: ModelSummary) { self.model = model }

  func restart(call: UInt64) { self.call = call }

  func infer(_ input: UnsafeBufferPointer<UInt8>) throws -> baynn_prediction_t {
    first = input[0]
    defer { call += 1 }
    return prediction(label: Int(first), isOdd: first % 2 == 1, leaves: UInt32(call))
  }

  func prediction(at position: Int) -> baynn_prediction_t {
    prediction(label: Int(first) + position, isOdd: position % 2 == 1, leaves: 1)
  }

  func probabilities() -> [UInt32] {
    (0..<model.positions).flatMap { position in
      var row = [UInt32](repeating: 0, count: model.classes)
      row[(Int(first) + position) % model.classes] = 1 << 30
      row[(Int(first) + position + 1) % model.classes] = 1 << 29
      return row
    }
  }

  func value(_ output: Int) -> ValuePrediction {
    ValuePrediction(
      mean: Double(first) + Double(output), deviation: Double(output + 1), spread: 0.5,
      words: [UInt32(first), UInt32(output)])
  }

  private func prediction(label: Int, isOdd: Bool, leaves: UInt32) -> baynn_prediction_t {
    baynn_prediction_t(
      struct_bytes: 36, label: model.classes > 0 ? UInt32(label % model.classes) : 0,
      flags: BAYNN_PREDICTION_COMPLETE | (isOdd ? BAYNN_PREDICTION_ABSTAIN : 0),
      leaves: leaves, samples: 1, probability_q31: 1 << 30, entropy_q16: UInt32(first) << 8,
      mutual_information_q16: 0, mass_q31: 1 << 31)
  }
}
