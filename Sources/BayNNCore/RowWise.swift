// SPDX-License-Identifier: Apache-2.0

/// The definition of a binary layer, one output at a time; every other kernel gives
/// these integers. Here weights are output-major: bit i of `weights` is w_i = +1.
package enum RowWise {
  /// z = sum of sign(w_i) sign(x_i) = n - 2 popcount(w XOR x), in [-n, n].
  package static func signSum(
    _ weights: UnsafePointer<UInt32>, _ inputs: UnsafePointer<UInt32>, count: Int
  ) -> Int {
    var unequal = 0
    for word in 0..<wordCount(lanes: count) {
      var difference = weights[word] ^ inputs[word]
      if word == wordCount(lanes: count) - 1 { difference &= tailMask(lanes: count) }
      unequal += difference.nonzeroBitCount
    }
    return count - 2 * unequal
  }

  /// v = sum of sign(w_i) x_i with unsigned x_i given in planes: each plane p adds
  /// 2^p (2 popcount(w AND x_p) - popcount(x_p)).
  package static func weightedSum(
    _ weights: UnsafePointer<UInt32>, _ inputs: BitMatrix, count: Int
  ) -> Int {
    var sum = 0
    for plane in 0..<inputs.rows {
      for word in 0..<wordCount(lanes: count) {
        var bits = inputs.row(plane)[word]
        if word == wordCount(lanes: count) - 1 { bits &= tailMask(lanes: count) }
        let positive = (weights[word] & bits).nonzeroBitCount
        sum += (2 * positive - bits.nonzeroBitCount) << plane
      }
    }
    return sum
  }
}
