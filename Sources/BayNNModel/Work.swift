// SPDX-License-Identifier: Apache-2.0
import BayNNCore

/// The measure of work: 1 unit is one weight row added to one word of 32 outputs.
package enum Work {
  /// Positions of a piece take so many units at most, unless it is a single one.
  package static var piece: Int { 5120 }
  /// A piece of lists of rows ends with the list that makes it so many units.
  package static var listed: Int { 2048 }

  /// Adding `rows` rows (padding included) to a layer's counters: a unit a word, and one
  /// for finding the row; and two a word of inputs for the search.
  @inline(__always)
  package static func counting(rows: Int, words: Int, inputs: Int) -> Int {
    rows &* (words &+ 1) &+ 2 &* wordCount(lanes: inputs)
  }

  /// The most that the sums of one output position take: every plane of inputs with every bit
  /// of weights, and both states of what comes out.
  @inline(never)
  package static func most(_ found: UnsafePointer<LayerFindings>) -> UInt64 {
    guard let weights = found.pointee.weights else { return 0 }
    let isBits = found.pointee.visitsRarer
    let visited = isBits ? weights.inputs / 2 : weights.inputs
    let rows =
      visited
      &+ RowList.paddingMax(
        visited: visited, rows: weights.inputs, words: weights.words, isBits: isBits, walks: 2)
    let passes = (found.pointee.inputPlanes &* weights.bits).wide
    let count = counting(rows: rows, words: weights.words, inputs: 3 &* weights.inputs)
    return passes &* count.wide &+ around(found, weights)
  }

  /// The most that a piece of a layer of one position takes: a list behind its last unit.
  static func mostOfPiece(_ found: UnsafePointer<LayerFindings>) -> UInt64 {
    guard let weights = found.pointee.weights else { return 0 }
    let list = RowList.capacity(
      layer: weights.inputs, words: weights.words, isBits: found.pointee.visitsRarer)
    let search = 2 &* wordCount(lanes: weights.inputs) &* found.pointee.inputPlanes
    return (listed &+ search &+ list &* (weights.words &+ 1)).wide &+ around(found, weights)
  }

  /// What comes before and after the counting at a position.
  private static func around(_ found: UnsafePointer<LayerFindings>, _ weights: WeightMatrix)
    -> UInt64
  {
    let isThere = found.pointee.isWhole && !found.pointee.isGathered
    let lanes =
      isThere
      ? 0
      : min(weights.inputs, found.pointee.taps &* found.pointee.inputPlanes)
        &+ found.pointee.site.draws
    let gather =
      3 &* wordCount(lanes: weights.inputs) &* found.pointee.inputPlanes &+ 4 &* lanes
    let out = weights.states > 0 ? 2 &* firing(weights) : self.reading(weights)
    // Counters have at most 9 planes more than sums need.
    let counters = 4 &* weights.words &* (weights.planes &+ 9)
    return (gather &+ out &+ counters).wide
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
}
