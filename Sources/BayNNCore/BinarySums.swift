// SPDX-License-Identifier: Apache-2.0

/// The binary weights of one layer, input-major: row i, lane j is 1 for w_ij = +1.
package struct BinaryWeights {
  /// `inputs` + 1 bit rows of `outputs` lanes; the last is all zeros.
  package let rows: UnsafePointer<UInt32>
  package let inputs: Int
  package let outputs: Int

  package init(rows: UnsafePointer<UInt32>, inputs: Int, outputs: Int) {
    self.rows = rows
    self.inputs = inputs
    self.outputs = outputs
  }

  @inline(__always) package var words: Int { wordCount(lanes: outputs) }
}

/// The sums of a binary layer, bit-sliced, and the column-sliced kernel that changes them:
/// it adds the weight rows that a walk selects, for all outputs, or subtracts them.
///
/// The results are those of the definition, count_j +/- the sum of the selected weights
/// as 0 or 1, modulo 2^planes.
package struct BinarySums {
  package let weights: BinaryWeights
  /// Planes of one counter an output.
  package let counters: BitMatrix

  package init(weights: BinaryWeights, counters: BitMatrix) {
    self.weights = weights
    self.counters = counters
  }

  /// Adds (or subtracts) rows to the planes from `plane` up, so with weight 2^plane. At
  /// least `ColumnCounter.registerPlanes` planes must be left there.
  ///
  /// - Returns: rows added, padding included.
  @inline(never)
  package func add<Wide: LaneWord>(
    _ rows: ActiveRows, plane: Int = 0, subtracting: Bool = false, _ list: RowList,
    _ wide: Wide.Type
  ) -> Int {
    var rows = rows
    var list = list
    var added = 0
    while true {
      list.fill(from: &rows, zeroRow: weights.inputs, rowBytes: counters.words &* 4)
      if list.count == 0 { return added }
      add(list, plane: plane, subtracting: subtracting, wide)
      added &+= list.count
    }
  }

  /// Adds (or subtracts) the rows of a list.
  @inline(__always)
  package func add<Wide: LaneWord>(
    _ list: RowList, plane: Int, subtracting: Bool, _ wide: Wide.Type
  ) {
    var column = ColumnList(
      column: UnsafeRawPointer(weights.rows), offsets: list.offsets, count: list.count)
    add(&column, count: 1, plane: plane, subtracting: subtracting, wide)
  }

  /// Adds `constant`, which may be negative, to every counter.
  package func add(_ constant: Int) {
    var word = 0
    while word < counters.words {
      var plane = counters.base + word
      var carry: UInt32 = 0
      var bits = constant
      for _ in indices(counters.rows) {
        let addend = UInt32(broadcasting: UInt32(truncatingIfNeeded: bits))
        let old = plane.pointee
        let half = old ^ addend
        plane.pointee = half ^ carry
        carry = old ^ (half & (old ^ carry))
        plane += counters.words
        bits >>= 1
      }
      word &+= 1
    }
  }

  /// Adds (or subtracts) integers given in `count` planes, times 2^plane.
  package func add(
    planes: UnsafePointer<UInt32>, count: Int, at plane: Int, subtracting: Bool
  ) {
    // Subtracting is adding with one mask, as in `ColumnCounter`.
    let mask = UInt32(broadcasting: subtracting ? 1 : 0)
    for word in indices(counters.words) {
      var counter = counters.row(plane) + word
      var carry: UInt32 = 0
      for p in indices(counters.rows &- plane) {
        let addend = p < count ? planes[p &* counters.words &+ word] : 0
        let old = counter.pointee
        let half = addend ^ carry
        counter.pointee = old ^ half
        carry = (addend & carry) | ((old ^ mask) & half)
        counter += counters.words
      }
    }
  }

  /// Sets every counter to `value`.
  package func set(_ value: Int) {
    var bits = value
    var word = counters.base
    for _ in indices(counters.rows) {
      let plane = UInt32(broadcasting: UInt32(truncatingIfNeeded: bits))
      word.fill(plane, count: counters.words)
      word += counters.words
      bits >>= 1
    }
  }

  /// Sets every counter to `constant` plus (or minus) its integer in `count` planes, modulo
  /// 2^planes.
  package func set(
    _ constant: Int, plus planes: UnsafePointer<UInt32>, count: Int, subtracting: Bool
  ) {
    // Subtracting is adding the complement, and 1. A counter has at least `count` planes.
    let mask = UInt32(broadcasting: subtracting ? 1 : 0)
    let step = counters.words
    for word in indices(step) {
      var counter = counters.base + word
      var source = planes + word
      let end = planes + (count &* step &+ word)
      let last = counters.base + (counters.rows &* step &+ word)
      var carry = mask
      var bits = UInt32(truncatingIfNeeded: constant)
      while source != end {
        let addend = source.pointee ^ mask
        let own = 0 &- (bits & 1)
        let half = addend ^ own
        counter.pointee = half ^ carry
        carry = (addend & own) | (half & carry)
        counter += step
        source += step
        bits >>= 1
      }
      // Planes above: those of the constant, and of 0 or of its complement.
      while counter != last {
        let own = 0 &- (bits & 1)
        let half = mask ^ own
        counter.pointee = half ^ carry
        carry = (mask & own) | (half & carry)
        counter += step
        bits = UInt32(bitPattern: Int32(bitPattern: bits) >> 1)
      }
    }
  }
}
