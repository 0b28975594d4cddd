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
  package static func firing(_ weights: WeightMatrix) -> Int {
    weights.words &* (weights.planes &+ 2) / 2
  }

  /// Reading integers out of counters.
  @inline(__always)
  package static func reading(_ weights: WeightMatrix) -> Int {
    weights.outputs &* (weights.planes / 2 &+ 2)
  }

  /// Softmax and averaging of one leaf at one position.
  @inline(__always)
  package static func leaf(classes: Int) -> Int { 10 &* classes &+ 20 }

  /// Averaging one value of a regression.
  package static var value: UInt64 { 8 }

  /// One element of a layer that works element by element.
  package static var element: Int { 4 }

  /// The most that one piece of work on a layer takes. Inputs that are bits are counted
  /// by the rarer polarity, or by what changed if that is less; with two paddings.
  static func most(_ layer: DenseLayer) -> UInt64 {
    let rows =
      layer.weights.totals != nil
      ? layer.inputs / 2 &+ RowList.paddingMax(rows: layer.inputs / 2, walks: 2)
      : layer.inputPlanes
        &* (layer.inputs &+ RowList.paddingMax(rows: layer.inputs, walks: 1))
    let search = layer.inputPlanes &* layer.inputs
    let work =
      counting(rows: rows, words: layer.weights.words, inputs: search)
      &+ (layer.weights.states > 0
        ? firing(layer.weights) : leaf(classes: layer.outputs))
    return work.wide
  }

  /// How many pieces a layer is worked off in, and the most that one takes.
  static func pieces(of layer: Layer) -> (count: UInt64, most: UInt64) {
    switch layer {
    case .dense(let layer): (1, most(layer))
    case .map(let layer): layer.pieces
    }
  }
}
