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
}
