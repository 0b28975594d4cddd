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
      ? layer.inputs / 2 &+ 2 &* RowList.paddingMax
      : layer.inputPlanes &* (layer.inputs &+ RowList.paddingMax)
    let search = layer.inputPlanes &* layer.inputs
    let work =
      counting(rows: rows, words: layer.weights.words, inputs: search)
      &+ (layer.weights.states > 0
        ? firing(layer.weights) : leaf(classes: layer.outputs))
    return work.wide
  }

  /// The most that one window of a convolution takes: every plane of inputs with every bit
  /// of weights.
  static func most(window layer: ConvolutionLayer) -> UInt64 {
    let words = layer.weights.words
    let rows = layer.rows &+ 2 &* RowList.paddingMax
    let passes = (Int(layer.sourceShape.bits) &* layer.weights.bits).wide
    let gather =
      3 &* wordCount(lanes: layer.rows) &* Int(layer.sourceShape.bits)
      &+ 4 &* (layer.rows &+ layer.site.draws)
    let count = counting(rows: rows, words: words, inputs: 3 &* layer.rows)
    // Both states, perhaps.
    let out = layer.firesBits ? 2 &* firing(layer.weights) : reading(layer.weights)
    return passes &* count.wide &+ (gather &+ out &+ 4 &* words &* layer.counterPlanes).wide
  }

  /// How many pieces a layer is worked off in, and the most that one takes.
  static func pieces(of layer: Layer) -> (count: UInt64, most: UInt64) {
    switch layer {
    case .dense(let dense):
      return (1, most(dense))
    case .convolution(let layer):
      return (
        UInt32(layer.output.height).wide, UInt32(layer.output.width).wide &* most(window: layer)
      )
    case .pool(let layer):
      return (1, (layer.output.elements &* element).wide &* layer.window.taps.wide)
    case .lstm(let layer):
      let rows = layer.cells &+ 2 &* RowList.paddingMax
      let count = counting(rows: rows, words: layer.weights.words, inputs: 3 &* layer.cells)
      let gates = reading(layer.weights) &+ 8 &* element &* layer.cells
      return (
        layer.sourceShape.positions.wide, layer.bits.wide &* count.wide &+ gates.wide
      )
    case .affine(let layer):
      // Gaussians take a block of random bits each.
      let draws = layer.site.draws &* 32
      return (1, (layer.output.elements &* element &+ draws).wide)
    case .normalization(let layer):
      return (1, (layer.output.elements &* 2 &* element).wide)
    case .add(let layer), .concatenate(let layer):
      return (1, (layer.output.elements &* element).wide)
    case .upsample(let layer):
      return (1, (layer.output.elements &* element).wide)
    }
  }
}
