// SPDX-License-Identifier: Apache-2.0
import BayNNCore

/// Checks the bits of a layer's weights: padding lanes, the zero row, and totals, on which the
/// bounds of the counters rest.
enum WeightCheck {
  static func check(_ weights: WeightMatrix) throws(Fault) {
    let words = weights.words
    let last = words &- 1
    let padding = ~tailMask(lanes: weights.outputs)
    for index in indices(weights.matrices) {
      let matrix = weights.matrix(copy: 0, bit: index).rows
      let zeroRow = matrix + weights.inputs &* words
      for word in indices(words) where zeroRow[word] != 0 { throw .imageWeights }
      for row in indices(padding == 0 ? 0 : weights.inputs) {
        guard matrix[row &* words &+ last] & padding == 0 else { throw .imageWeights }
      }
      if let totals = weights.total(copy: 0, bit: index) {
        for word in indices(words) { try checkTotals(totals, matrix, word, weights) }
      }
    }
    for row in indices(padding == 0 ? 0 : weights.states &* (weights.planes &+ 2)) {
      let expected = row < weights.states &* (weights.planes &+ 1) ? padding : 0
      guard weights.thresholdRows[row &* words &+ last] & padding == expected else {
        throw .imageWeights
      }
    }
  }

  /// Counts the ones of 32 lanes of a matrix and compares them with their totals.
  private static func checkTotals(
    _ totals: UnsafePointer<UInt32>, _ matrix: UnsafePointer<UInt32>, _ word: Int,
    _ weights: WeightMatrix
  ) throws(Fault) {
    let words = weights.words
    let count = LaneTotals.count(matrix + word, stride: words, rows: weights.inputs)
    for plane in indices(weights.totalPlanes)
    where totals[plane &* words &+ word] != count[unchecked: plane] {
      throw .imageWeights
    }
  }
}
