// SPDX-License-Identifier: Apache-2.0
import BayNNCore

/// Checks the bits of a layer's weights, 32 outputs after the other: padding lanes, the zero row, and totals, on which the
/// bounds of the counters rest.
package enum WeightCheck {
  static func check(_ weights: WeightMatrix) throws(Fault) {
    for word in indices(weights.words) { try check(weights, word: word) }
  }

  /// Checks 32 neighbouring outputs in all matrices.
  @inline(never)
  package static func check(_ weights: WeightMatrix, word: Int) throws(Fault) {
    let words = weights.words
    // Lanes that no output has.
    let padding = word == words &- 1 ? ~tailMask(lanes: weights.outputs) : 0
    for index in indices(weights.matrices) {
      let column = weights.matrix(copy: 0, bit: index).rows + word
      guard column[weights.inputs &* words] == 0 else { throw .imageWeights }
      for row in indices(padding == 0 ? 0 : weights.inputs) {
        guard column[row &* words] & padding == 0 else { throw .imageWeights }
      }
      if let totals = weights.total(copy: 0, bit: index) {
        let count = LaneTotals.count(column, stride: words, rows: weights.inputs)
        for plane in indices(weights.totalPlanes)
        where totals[plane &* words &+ word] != count[unchecked: plane] {
          throw .imageWeights
        }
      }
    }
    for row in indices(padding == 0 ? 0 : weights.states &* (weights.planes &+ 2)) {
      let expected = row < weights.states &* (weights.planes &+ 1) ? padding : 0
      guard weights.thresholdRows[row &* words &+ word] & padding == expected else {
        throw .imageWeights
      }
    }
  }

  /// Units of work of 32 outputs.
  package static func work(_ weights: WeightMatrix) -> UInt32 {
    UInt32(truncatingIfNeeded: weights.matrices &* weights.inputs / 2)
  }
}
