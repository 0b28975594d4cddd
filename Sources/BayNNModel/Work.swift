// SPDX-License-Identifier: Apache-2.0
import BayNNCore

/// The measure of work: 1 unit is one weight row added to one word of 32 outputs.
package enum Work {
  /// Adding `rows` rows (padding included) to a layer's counters: a unit a word, and one
  /// for finding the row; and two a word of inputs for the search.
  @inline(__always)
  package static func counting(rows: Int, words: Int, inputs: Int) -> Int {
    rows &* (words &+ 1) &+ 2 &* wordCount(lanes: inputs)
  }

  /// Comparing counters with thresholds.
  @inline(__always)
  package static func firing(_ layer: DenseLayer) -> Int {
    layer.weights.words &* (layer.planes &+ 2) / 2
  }

  /// Softmax and averaging of one leaf.
  @inline(__always)
  package static func leaf(classes: Int) -> Int { 10 &* classes &+ 20 }

  /// The most that one piece of work on a layer takes. Inputs that are bits are counted
  /// by the rarer polarity, or by what changed if that is less; with two paddings.
  package static func most(_ layer: DenseLayer) -> Int {
    let rows =
      layer.totals != nil
      ? layer.inputs / 2 &+ 2 &* RowList.paddingMax
      : layer.inputPlanes &* (layer.inputs &+ RowList.paddingMax)
    let search = layer.inputPlanes &* layer.inputs
    return counting(rows: rows, words: layer.weights.words, inputs: search)
      &+ (layer.states > 0 ? firing(layer) : leaf(classes: layer.outputs))
  }
}
