// SPDX-License-Identifier: Apache-2.0
import BayNN
import CBayNN

/// A checksum of predictions, to compare machines: two that agree give the same hash.
///
/// It is the CRC-32 of these little-endian 32-bit words, input by input: the members of
/// `baynn_prediction_t` in their order; then, if the model gives a map or values, the CRC-32
/// of the members of the predictions of all positions, or of mean, deviation and spread of
/// all outputs. So for one label an input it is the hash that the example `digits` prints.
struct PredictionHash: Equatable, Sendable {
  /// The words of inputs, as bytes.
  private var bytes: [UInt8] = []

  mutating func add(_ words: [UInt32]) {
    for word in words { withUnsafeBytes(of: word.littleEndian) { bytes += $0 } }
  }

  mutating func add(_ prediction: baynn_prediction_t) { add(prediction.words) }

  mutating func merge(_ next: PredictionHash) { bytes += next.bytes }

  var value: UInt32 { baynn_crc32(0, bytes, bytes.count) }

  /// The value in 8 hexadecimal digits.
  var text: String { hexadecimal(value) }
}

/// A number in 8 hexadecimal digits.
func hexadecimal(_ value: UInt32) -> String {
  let digits = String(value, radix: 16)
  return String(repeating: "0", count: 8 - digits.count) + digits
}

extension baynn_prediction_t {
  /// The members in their order.
  var words: [UInt32] {
    [
      struct_bytes, label, flags, leaves, samples, probability_q31, entropy_q16,
      mutual_information_q16, mass_q31,
    ]
  }

  var abstains: Bool { flags & BAYNN_PREDICTION_ABSTAIN != 0 }
  /// The probability of the label.
  var probability: Double { Double(probability_q31) * 0x1p-31 }
  /// In nats.
  var entropy: Double { Double(entropy_q16) * 0x1p-16 }
  /// In nats.
  var mutualInformation: Double { Double(mutual_information_q16) * 0x1p-16 }
}
