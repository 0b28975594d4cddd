// SPDX-License-Identifier: Apache-2.0
import BayNNCore
import BayNNModel

/// A dense layer at work: its inputs, and the sums of its weights over them.
///
/// A counter holds c with v + K = 2 c + parity, where parity is that of K - sum of the
/// inputs and so the same for all lanes: 0 <= c <= K, in `planes` planes.
package struct DenseState {
  package let weights: WeightMatrix
  /// Planes of the inputs.
  let inputs: BitMatrix
  private let counters: UnsafeMutablePointer<UInt32>
  /// The inputs that the counters stand for; nil where they are not needed.
  private let counted: UnsafeMutablePointer<UInt32>?
  /// Sum of those inputs.
  private var inputSum = 0
  private var isCounted = false

  /// `shared` counters are those of all layers; otherwise this layer gets its own.
  init(
    _ weights: WeightMatrix, inputs: BitMatrix, shared: UnsafeMutablePointer<UInt32>?,
    arena: inout Arena
  ) {
    self.weights = weights
    self.inputs = inputs
    let planes = DenseLayer.counterPlanes(weights, inputPlanes: inputs.rows)
    counters = shared ?? arena.take(UInt32.self, count: planes &* weights.words)
    // The first layer's inputs stay the same for all leaves.
    let changes = shared == nil && weights.totals != nil
    counted = changes ? arena.take(UInt32.self, count: inputs.words) : nil
  }

  private var sums: BinarySums {
    BinarySums(
      weights: weights.matrix(copy: 0, bit: 0),
      counters: BitMatrix(
        base: counters, rows: DenseLayer.counterPlanes(weights, inputPlanes: inputs.rows),
        words: weights.words))
  }

  private var sumMax: Int { weights.sumMax }

  package var parity: UInt32 { UInt32(truncatingIfNeeded: sumMax &- inputSum) & 1 }

  /// v_j = sum over i of w_ij x_i.
  package func sum(_ output: Int) -> Int32 {
    let count = Int32(bitPattern: sums.counters.integer(lane: output))
    return 2 &* count &+ Int32(bitPattern: parity) &- Int32(truncatingIfNeeded: sumMax)
  }

  /// The sums no longer stand for the inputs.
  mutating func invalidate() { isCounted = false }

  /// Brings the sums up to date with the inputs, by way of what changed if that is less.
  ///
  /// - Returns: units of work.
  mutating func count(_ space: Workspace) -> Int {
    if let accelerator = space.accelerator { return count(on: accelerator, space.list) }
    let list = space.list
    var work = 0
    if let totals = weights.totals {
      if isCounted, let counted {
        work = countChanges(since: counted, totals: totals, list)
      } else {
        work = countRarer(totals: totals, list)
      }
    } else if !isCounted {
      work = countPlanes(list)
    }
    counted?.copy(inputs.base, count: inputs.words)
    isCounted = true
    return work
  }

  /// Leaves counting to others, unless the sums stand for the same inputs already.
  private mutating func count(
    on accelerator: UnsafeMutablePointer<Accelerator>, _ list: RowList
  ) -> Int {
    let isSame =
      weights.totals == nil
      || (counted.map { inputs.base.equals($0, count: inputs.words) } ?? false)
    if isCounted && isSame { return 0 }
    counted?.copy(inputs.base, count: inputs.words)
    let count = accelerator.count(
      WindowSums(
        weights: weights, counters: sums.counters, codes: inputs, isSigned: false,
        inputMax: 1 &<< inputs.rows &- 1, list: list, accelerator: accelerator),
      copy: 0, active: nil)
    // So that it has the parity of the sums.
    inputSum = sumMax &- Int(truncatingIfNeeded: count.parity)
    isCounted = true
    return count.work
  }

  /// Inputs that are bits: visits the ones or the zeros, whichever are fewer.
  private mutating func countRarer(totals: UnsafePointer<UInt32>, _ list: RowList) -> Int {
    let ones = ActiveRows.ones(of: inputs.base, lanes: weights.inputs)
    let onesCount = ones.total
    let zerosCount = weights.inputs &- onesCount
    inputSum = onesCount
    if onesCount <= zerosCount {
      sums.set(zerosCount >> 1)
      return add(ones, list)
    }
    // c = (weights that are +1) - (those on zeros) + zeros / 2; in this order it stays
    // within 0 ... n all the way.
    sums.set(planes: totals, count: weights.planes)
    let zeros = ActiveRows.zeros(of: inputs.base, lanes: weights.inputs)
    let work = add(zeros, list, subtracting: true)
    sums.add(zerosCount >> 1)
    return work
  }

  /// Inputs of several bits: each plane adds its rows with its weight.
  private mutating func countPlanes(_ list: RowList) -> Int {
    inputSum = 0
    for plane in indices(inputs.rows) { inputSum &+= ones(plane).total &<< plane }
    sums.set((sumMax &- inputSum) >> 1)
    var work = 0
    for plane in indices(inputs.rows) { work &+= add(ones(plane), list, plane: plane) }
    return work
  }

  private func ones(_ plane: Int) -> ActiveRows {
    .ones(of: inputs.row(plane), lanes: weights.inputs)
  }

  /// Sums from the old ones and the inputs that have changed.
  private mutating func countChanges(
    since old: UnsafePointer<UInt32>, totals: UnsafePointer<UInt32>, _ list: RowList
  ) -> Int {
    let lanes = weights.inputs
    let off = ActiveRows.ones(of: old, without: inputs.base, lanes: lanes)
    let on = ActiveRows.ones(of: inputs.base, without: old, lanes: lanes)
    let (offCount, onCount) = (off.total, on.total)
    let sum = inputSum &+ onCount &- offCount
    if offCount &+ onCount == 0 { return 0 }
    if offCount &+ onCount >= min(sum, lanes &- sum) {
      return countRarer(totals: totals, list)
    }
    // In this order counters stay within 0 ... n all the way.
    var work = 0
    if offCount > 0 { work &+= add(off, list, subtracting: true) }
    sums.add((lanes &- sum) >> 1 &- (lanes &- inputSum) >> 1)
    if onCount > 0 { work &+= add(on, list) }
    inputSum = sum
    return work
  }

  @inline(never)
  private func add(
    _ rows: ActiveRows, _ list: RowList, plane: Int = 0, subtracting: Bool = false
  ) -> Int {
    let added = sums.add(
      rows, plane: plane, subtracting: subtracting, list, WideLanes.self)
    return Work.counting(rows: added, words: weights.words, inputs: weights.inputs)
  }

  /// Writes the output bits of a state.
  ///
  /// - Returns: units of work.
  func fire(state: Int, into bits: UnsafeMutablePointer<UInt32>) -> Int {
    weights.thresholds(state: state).fire(
      counters: sums.counters, parity: parity, outputs: weights.outputs, into: bits)
    return Work.firing(weights)
  }
}
