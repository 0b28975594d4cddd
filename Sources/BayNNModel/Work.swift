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

  /// The most that one output position of a layer takes: every plane of inputs with every
  /// bit of weights, and both states of its outputs.
  static func most(position layer: SumLayer, draws: Int) -> UInt64 {
    let weights = layer.weights
    let isBits = layer.inputPlanes == 1 && weights.bits == 1
    // Inputs that are bits of one position are counted by the rarer polarity, or by what has
    // changed if that is less.
    let rarer = layer.window == nil && isBits && weights.totals != nil
    let visited = rarer ? layer.rows / 2 : layer.rows
    let rows =
      visited
      &+ RowList.paddingMax(visited: visited, rows: layer.rows, isBits: rarer, walks: 2)
    let passes = (layer.inputPlanes &* weights.bits).wide
    let gather =
      3 &* wordCount(lanes: layer.rows) &* layer.inputPlanes &+ 4 &* (layer.rows &+ draws)
    let count = counting(rows: rows, words: weights.words, inputs: 3 &* layer.rows)
    let out = layer.firesBits ? 2 &* firing(weights) : reading(weights)
    let counters = 4 &* weights.words &* layer.counterPlanes
    return passes &* count.wide &+ (gather &+ out &+ counters).wide
  }
}
