// SPDX-License-Identifier: Apache-2.0
import BayNNCore

/// Checks the bits of the layers: padding lanes, the zero row, and totals, on which the
/// bounds of the counters rest.
enum WeightCheck {
  static func run(_ model: Model) throws(Fault) {
    var reader = model.makeLayerReader()
    while let layer = try reader.next() { try check(layer) }
    try check(reader.head().layer)
  }

  private static func check(_ layer: DenseLayer) throws(Fault) {
    let words = layer.weights.words
    let last = words &- 1
    let padding = ~tailMask(lanes: layer.outputs)
    let zeroRow = layer.weights.rows + layer.inputs &* words
    for word in indices(words) where zeroRow[word] != 0 { throw .imageWeights }
    if padding != 0 {
      for row in indices(layer.inputs) {
        guard layer.weights.rows[row &* words &+ last] & padding == 0 else { throw .imageWeights }
      }
      for row in indices(layer.states &* (layer.planes &+ 2)) {
        let expected = row < layer.states &* (layer.planes &+ 1) ? padding : 0
        guard layer.thresholdRows[row &* words &+ last] & padding == expected else {
          throw .imageWeights
        }
      }
    }
    if let totals = layer.totals {
      for word in indices(words) { try checkTotals(totals, word, layer) }
    }
  }

  /// Counts the +1 weights of 32 outputs and compares them with their totals.
  private static func checkTotals(
    _ totals: UnsafePointer<UInt32>, _ word: Int, _ layer: DenseLayer
  ) throws(Fault) {
    // width(65535) = 16 planes hold every count.
    var count = InlineArray<16, UInt32>(repeating: 0)
    let words = layer.weights.words
    for row in indices(layer.inputs) {
      var carry = layer.weights.rows[row &* words &+ word]
      var plane = 0
      while carry != 0 {
        let old = count[unchecked: plane]
        count[unchecked: plane] = old ^ carry
        carry &= old
        plane &+= 1
      }
    }
    for plane in indices(bitWidth(layer.inputs))
    where totals[plane &* words &+ word] != count[unchecked: plane] {
      throw .imageWeights
    }
  }
}
