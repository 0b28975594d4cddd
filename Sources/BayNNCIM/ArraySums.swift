// SPDX-License-Identifier: Apache-2.0
import BayNNCore
import BayNNEngine
import BayNNModel

/// Counting on arrays: each plane of the codes with each bit of the weights, in reads of a
/// bounded number of rows, whose counts are added up with their powers of two.
///
/// A read that drives n rows gives a, the number of them whose weight equals the input:
/// the sum of weight times input is 2 a - n. Signed inputs drive every row that counts, with 1
/// or 0; of unsigned inputs a plane drives the rows whose bit is 1. So a counter, which holds
/// c with z + K = 2 c + parity, is half of what the rows leave of K, plus all counts times
/// their powers of two; and since a is in 0 ... n, it stays within 0 ... K whatever is read.
extension ArrayContext {
  mutating func count(
    _ sums: WindowSums, copy: Int, active: UnsafePointer<UInt32>?
  ) -> WindowSums.Count {
    var work = 0
    let spare = sums.spare(
      activeRows: active.map { ActiveRows.ones(of: $0, lanes: sums.weights.inputs).total }
        ?? sums.weights.inputs)
    let count = WindowSums.Count(parity: UInt32(truncatingIfNeeded: spare) & 1, work: 0)
    guard accelerator.failure == 0, let layer = layer(sums.weights) else { return count }
    BinarySums(weights: sums.weights.matrix(copy: copy, bit: 0), counters: sums.counters)
      .set(spare >> 1)
    do throws(Fault) {
      work = try countPlanes(sums, layer.pointee.placement, copy: copy, active: active)
    } catch {
      accelerator.failure = error.status
      return count
    }
    if isCalibrating {
      layer.pointee.add(sums.counters, outputs: sums.weights.outputs, sign: 1)
      let native = sums.countNatively(copy: copy, active: active)
      layer.pointee.add(sums.counters, outputs: sums.weights.outputs, sign: -1)
      layer.pointee.samples &+= layer.pointee.samples < .max ? 1 : 0
      return native
    }
    layer.pointee.correct(sums.counters, max: sums.weights.sumMax)
    return WindowSums.Count(parity: count.parity, work: work)
  }

  private mutating func countPlanes(
    _ sums: WindowSums, _ placement: Placement, copy: Int, active: UnsafePointer<UInt32>?
  ) throws(Fault) -> Int {
    var work = 0
    for bit in indices(sums.weights.bits) {
      let matrix = copy &* sums.weights.bits &+ bit
      for plane in indices(sums.codes.rows) {
        var read = Read(
          placement: placement, matrix: matrix, counters: sums.counters, shift: plane &+ bit,
          active: sums.isSigned ? active : UnsafePointer(sums.codes.row(plane)),
          inputs: UnsafePointer(sums.codes.row(plane)))
        work &+= try count(&read)
        // What the largest code lacks to that of its planes counts as inputs of 1.
        if sums.isSigned && sums.codeRest &>> plane & 1 == 1 {
          read.inputs = nil
          work &+= try count(&read)
        }
      }
    }
    return work
  }

  /// What is to be read: rows that are in `active` (nil: all) with `inputs` (nil: all 1).
  private struct Read {
    let placement: Placement
    let matrix: Int
    let counters: BitMatrix
    let shift: Int
    let active: UnsafePointer<UInt32>?
    var inputs: UnsafePointer<UInt32>?
  }

  /// - Returns: units of work, roughly.
  private mutating func count(_ read: inout Read) throws(Fault) -> Int {
    let rows = read.placement.weights.inputs
    let tiling = arrays.pointee.tiling
    var work = 0
    for chunk in indices(read.placement.chunks) {
      var row = 0
      while row < rows {
        let address = read.placement.address(matrix: read.matrix, chunk: chunk, row: row)
        let array = address / tiling.rows
        let offset = address &- array &* tiling.rows
        let run = min(
          min(read.placement.run(from: row), tiling.rows &- offset), rows &- row)
        gather(read, from: row, count: run, at: offset)
        work &+= try drive(
          read, chunk, array: array, first: offset >> 5, end: wordCount(lanes: offset &+ run))
        row &+= run
      }
    }
    return work
  }

  /// Copies the inputs of a run of rows to where these lie in their array.
  private func gather(_ read: Read, from row: Int, count: Int, at offset: Int) {
    let first = offset >> 5
    let words = wordCount(lanes: offset &+ count) &- first
    (active + first).fill(0, count: words)
    if let rows = read.active {
      copyBits(rows, from: row, count: count, to: active, at: offset)
    } else {
      setBits(active, from: offset, count: count)
    }
    guard let inputs = read.inputs else {
      (self.inputs + first).copy(active + first, count: words)
      return
    }
    (self.inputs + first).fill(0, count: words)
    copyBits(inputs, from: row, count: count, to: self.inputs, at: offset)
  }

  /// Reads the active rows in words `first` ..< `end` of an array, some at a time.
  private mutating func drive(
    _ read: Read, _ chunk: Int, array: Int, first: Int, end: Int
  ) throws(Fault) -> Int {
    let most = arrays.pointee.activeRows
    var work = 0
    var rows = 0
    var start = first
    for word in indices(from: first, end) {
      var left = active[word]
      if rows == 0 { start = word }
      driven[word] = 0
      while left != 0 {
        let taken = ArrayContext.lowest(most &- rows, of: left)
        driven[word] |= taken
        rows &+= taken.nonzeroBitCount
        left &= ~taken
        guard rows == most else { continue }
        work &+= try readRows(read, chunk, array, rows: rows, first: start, end: word &+ 1)
        rows = 0
        start = word
        driven[word] = 0
      }
    }
    if rows > 0 {
      work &+= try readRows(read, chunk, array, rows: rows, first: start, end: end)
    }
    return work
  }

  /// The lowest ones of a word, at most `count` of them.
  private static func lowest(_ count: Int, of word: UInt32) -> UInt32 {
    if word.nonzeroBitCount <= count { return word }
    var rest = word
    for _ in indices(count) { rest &= rest &- 1 }
    return word & ~rest
  }

  private mutating func readRows(
    _ read: Read, _ chunk: Int, _ array: Int, rows: Int, first: Int, end: Int
  ) throws(Fault) -> Int {
    for word in indices(from: first, end) { drivenInputs[word] = inputs[word] & driven[word] }
    let words = read.placement.words(ofChunk: chunk)
    let mac = Arrays.Mac(
      array: arrays.pointee.firstArray &+ array, firstRow: 32 &* first, rowWords: end &- first,
      columnWords: words, active: driven + first, inputs: drivenInputs + first, rows: rows)
    try arrays.pointee.arrays.count(mac, into: counts)
    add(words, to: read.counters, at: chunk &* read.placement.chunkWords, shift: read.shift)
    return 2 &* words &* rows
  }

  /// Adds the counts of a read, times 2^shift, to counters from word `first` on.
  private func add(_ words: Int, to counters: BitMatrix, at first: Int, shift: Int) {
    let planes = arrays.pointee.arrays.geometry.countPlanes
    for word in indices(words) {
      var counter = counters.row(shift) + (first &+ word)
      var count = counts + word
      var carry: UInt32 = 0
      for plane in indices(counters.rows &- shift) {
        let addend = plane < planes ? count.pointee : 0
        if plane >= planes && carry == 0 { break }
        let old = counter.pointee
        let half = old ^ addend
        counter.pointee = half ^ carry
        carry = (old & addend) | (half & carry)
        counter += counters.words
        count += words
      }
    }
  }
}

// MARK: Calibration

extension ArrayLayer {
  /// Adds counts to the differences, or subtracts them.
  func add(_ counters: BitMatrix, outputs: Int, sign: Int) {
    for output in indices(outputs) {
      let count = Int64(bitPattern: counters.integer(lane: output).wide)
      differences[output] = sign < 0 ? differences[output] &- count : differences[output] &+ count
    }
  }

  /// Takes the mean differences off, within 0 ... K.
  func correct(_ counters: BitMatrix, max most: Int) {
    guard samples > 0 else { return }
    for output in indices(placement.weights.outputs) {
      let offset = Int(truncatingIfNeeded: offsets[output])
      guard offset != 0 else { continue }
      let count = Int(truncatingIfNeeded: counters.integer(lane: output))
      let corrected = UInt32(truncatingIfNeeded: max(0, min(count &- offset, most)))
      counters.replaceInteger(lane: output, corrected)
    }
  }
}
