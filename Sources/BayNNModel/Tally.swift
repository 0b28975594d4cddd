// SPDX-License-Identifier: Apache-2.0
import BayNNCore

/// Room that layers share, because one of them works at a time.
package struct Scratch: Equatable {
  /// The most rows that a layer visits in one go.
  package let rows: UInt32
  /// Words of counters: of layers that keep them if they may, and of those that never do.
  package let keptCounterWords: UInt32
  package let counterWords: UInt32
  /// Words of a window's codes, and of its row of active inputs.
  package let windowWords: UInt32
  package let activeWords: UInt32

  init(
    rows: UInt32 = 0, keptCounterWords: UInt32 = 0, counterWords: UInt32 = 0,
    windowWords: UInt32 = 0, activeWords: UInt32 = 0
  ) {
    self.rows = rows
    self.keptCounterWords = keptCounterWords
    self.counterWords = counterWords
    self.windowWords = windowWords
    self.activeWords = activeWords
  }

  /// True if this much is enough for what `other` needs.
  package func covers(_ other: Scratch) -> Bool {
    rows >= other.rows && counterWords >= other.counterWords
      && keptCounterWords >= other.keptCounterWords
      && windowWords >= other.windowWords && activeWords >= other.activeWords
  }

  /// As much as both need.
  func union(_ other: Scratch) -> Scratch {
    Scratch(
      rows: max(rows, other.rows),
      keptCounterWords: max(keptCounterWords, other.keptCounterWords),
      counterWords: max(counterWords, other.counterWords),
      windowWords: max(windowWords, other.windowWords),
      activeWords: max(activeWords, other.activeWords))
  }
}

extension DenseLayer {
  package var scratch: Scratch {
    Scratch(
      rows: UInt32(truncatingIfNeeded: rowsMax),
      keptCounterWords: UInt32(truncatingIfNeeded: counterPlanes &* weights.words))
  }
}

/// Sums and maxima over the layers of a model.
struct Tally {
  var weights: UInt64 = 0
  var weightLayers: UInt32 = 0
  var randomBits: UInt64 = 0
  var draws: UInt64 = 0
  var passWork: UInt64 = 0
  var pieceWork: UInt64 = 0
  var takesInputBytes = false
  var takesInputPlanes = false
  var scratch = Scratch()

  mutating func add(_ layer: Layer) {
    addWork(Work.pieces(of: layer))
    if let weights = layer.weights { add(weights) }
    randomBits &+= layer.site.randomBits.wide
    draws &+= layer.site.draws.wide
    takesInputBytes = takesInputBytes || layer.takesInputBytes
    takesInputPlanes = takesInputPlanes || layer.takesInputPlanes
    scratch = scratch.union(layer.scratch)
  }

  mutating func add(_ head: Head) {
    switch head {
    case .softmax(let softmax):
      addWork((1, Work.most(softmax.layer)))
      add(softmax.layer.weights)
      scratch = scratch.union(softmax.layer.scratch)
    case .classification(let shape):
      addWork((1, shape.positions.wide &* Work.leaf(classes: shape.channelCount).wide))
    case .regression(let shape, _):
      addWork((1, shape.elements.wide &* Work.value))
    }
  }

  private mutating func add(_ matrix: WeightMatrix) {
    weights &+= matrix.matrices.wide &* matrix.inputs.wide &* matrix.outputs.wide
    weightLayers &+= 1
  }

  private mutating func addWork(_ pieces: (count: UInt64, most: UInt64)) {
    // At most 64 times 2^16 * 2^45.
    passWork &+= pieces.count &* pieces.most
    pieceWork = max(pieceWork, pieces.most)
  }
}

/// The value, or the largest one that fits.
func saturate(_ value: UInt64) -> UInt32 {
  UInt32(upperHalf: value) == 0 ? UInt32(truncatingIfNeeded: value) : .max
}
