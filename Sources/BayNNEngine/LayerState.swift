// SPDX-License-Identifier: Apache-2.0
import BayNNCore
import BayNNModel

/// One layer at work: its inputs, and the sums of its weights over them.
///
/// A counter holds c with v + K = 2 c + parity, where parity is that of K - sum of the
/// inputs and so the same for all lanes: 0 <= c <= K, in `layer.planes` planes.
package struct LayerState {
  package let layer: DenseLayer
  /// Bit of the mask that drops this layer's scale; 0 if it is deterministic.
  let siteBit: UInt32
  /// Planes of the inputs.
  package let inputs: BitMatrix
  package let counters: BitMatrix
  /// The inputs that the counters stand for; nil where counters are not kept.
  private let counted: BitMatrix?
  /// Sum of those inputs.
  private var inputSum = 0
  private var isCounted = false

  init(_ layer: DenseLayer, siteBit: UInt32, counters: BitMatrix?, arena: inout Arena) {
    self.layer = layer
    self.siteBit = siteBit
    inputs = arena.takeBits(rows: layer.inputPlanes, words: wordCount(lanes: layer.inputs))
    if let shared = counters {
      self.counters = BitMatrix(
        base: shared.base, rows: LayerState.counterPlanes(layer), words: layer.weights.words)
      counted = nil
    } else {
      self.counters = arena.takeBits(
        rows: LayerState.counterPlanes(layer), words: layer.weights.words)
      // The first layer's inputs stay the same for all leaves.
      counted =
        layer.maximum == 1 ? arena.takeBits(rows: 1, words: inputs.words) : nil
    }
  }

  /// Planes for sums, and for the kernel to work on from the highest input plane up.
  static func counterPlanes(_ layer: DenseLayer) -> Int {
    max(layer.planes, layer.inputPlanes &- 1 &+ ColumnCounter<UInt32>.registerPlanes)
  }

  package var parity: UInt32 { UInt32(truncatingIfNeeded: layer.sumMax &- inputSum) & 1 }

  /// v_j = sum over i of w_ij x_i.
  package func sum(_ output: Int) -> Int32 {
    let count = Int32(bitPattern: counters.integer(lane: output))
    return 2 &* count &+ Int32(bitPattern: parity) &- Int32(truncatingIfNeeded: layer.sumMax)
  }

  /// The sums no longer stand for the inputs.
  mutating func invalidate() { isCounted = false }

  /// Brings the sums up to date with the inputs, by way of what changed if that is less.
  ///
  /// - Returns: units of work.
  mutating func count(_ list: RowList) -> Int {
    var work = 0
    if !isCounted {
      work = countAll(list)
    } else if let counted {
      work = countChanges(since: counted, list)
    }
    if let counted { counted.base.update(from: inputs.base, count: inputs.words) }
    isCounted = true
    return work
  }

  /// Sums from nothing.
  private mutating func countAll(_ list: RowList) -> Int {
    layer.totals.map { countRarer(totals: $0, list) } ?? countPlanes(list)
  }

  /// Inputs that are bits: visits the ones or the zeros, whichever are fewer.
  private mutating func countRarer(totals: UnsafePointer<UInt32>, _ list: RowList) -> Int {
    let ones = ActiveRows.ones(of: inputs.base, lanes: layer.inputs)
    let onesCount = ones.total
    let zerosCount = layer.inputs &- onesCount
    inputSum = onesCount
    if onesCount <= zerosCount {
      fill(zerosCount >> 1)
      return add(ones, list)
    }
    // c = (weights that are +1) - (those on zeros) + zeros / 2; in this order it stays
    // within 0 ... n all the way.
    let totalWords = layer.planes &* counters.words
    counters.base.update(from: totals, count: totalWords)
    (counters.base + totalWords).update(
      repeating: 0, count: counters.rows &* counters.words &- totalWords)
    let zeros = ActiveRows.zeros(of: inputs.base, lanes: layer.inputs)
    let work = add(zeros, list, subtracting: true)
    BinarySums.add(zerosCount >> 1, to: counters)
    return work
  }

  /// Inputs of several bits: each plane adds its rows with its weight.
  private mutating func countPlanes(_ list: RowList) -> Int {
    inputSum = 0
    for plane in 0..<inputs.rows {
      let ones = ActiveRows.ones(of: inputs.row(plane), lanes: layer.inputs)
      inputSum &+= ones.total << plane
    }
    fill((layer.sumMax &- inputSum) >> 1)
    var work = 0
    for plane in 0..<inputs.rows {
      let ones = ActiveRows.ones(of: inputs.row(plane), lanes: layer.inputs)
      work &+= add(ones, list, plane: plane)
    }
    return work
  }

  /// Sums from the old ones and the inputs that have changed.
  private mutating func countChanges(since old: BitMatrix, _ list: RowList) -> Int {
    let lanes = layer.inputs
    let off = ActiveRows.ones(of: old.base, without: inputs.base, lanes: lanes)
    let on = ActiveRows.ones(of: inputs.base, without: old.base, lanes: lanes)
    let (offCount, onCount) = (off.total, on.total)
    let sum = inputSum &+ onCount &- offCount
    if offCount &+ onCount >= min(sum, lanes &- sum) {
      return offCount &+ onCount == 0 ? 0 : countAll(list)
    }
    // In this order counters stay within 0 ... n all the way.
    var work = 0
    if offCount > 0 { work &+= add(off, list, subtracting: true) }
    BinarySums.add((lanes &- sum) >> 1 &- (lanes &- inputSum) >> 1, to: counters)
    if onCount > 0 { work &+= add(on, list) }
    inputSum = sum
    return work
  }

  private func add(
    _ rows: ActiveRows, _ list: RowList, plane: Int = 0, subtracting: Bool = false
  ) -> Int {
    let added = BinarySums.accumulate(
      WideLanes.self, rows, of: layer.weights, into: counters, plane: plane,
      subtracting: subtracting, list: list)
    return Work.counting(rows: added, words: counters.words, inputs: layer.inputs)
  }

  /// Sets every counter to one value.
  private func fill(_ value: Int) {
    for plane in 0..<counters.rows {
      let bits = UInt32(broadcasting: UInt32(truncatingIfNeeded: value >> plane))
      counters.row(plane).update(repeating: bits, count: counters.words)
    }
  }

  /// Writes the output bits under a mask.
  ///
  /// - Returns: units of work.
  func fire(mask: UInt32, into bits: UnsafeMutablePointer<UInt32>) -> Int {
    let state = mask & siteBit == 0 ? 0 : 1
    layer.thresholds(state: state).fire(
      counters: counters, parity: parity, outputs: layer.outputs, into: bits)
    return Work.firing(layer)
  }
}
