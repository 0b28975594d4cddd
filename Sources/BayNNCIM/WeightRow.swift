// SPDX-License-Identifier: Apache-2.0
import BayNNCore
import BayNNModel

/// A row of an array as the image would have it: weights, and check bits behind them.
struct WeightRow {
  /// Words of weights, and valid lanes of the last of them.
  let words: Int
  private let tail: UInt32
  private let source: UnsafePointer<UInt32>
  let hasCheckBits: Bool
  private let checkOffset: Int

  /// The row at an address; nil if that is a gap.
  init?(_ arrays: ArrayModel, _ placement: Placement, address: Int) {
    guard let (matrix, chunk, row) = placement.row(at: address) else { return nil }
    let weights = placement.weights
    let copy = matrix / weights.bits
    let bits = weights.matrix(copy: copy, bit: matrix &- copy &* weights.bits)
    words = placement.words(ofChunk: chunk)
    let isLast = chunk == placement.chunks &- 1
    tail = isLast ? tailMask(lanes: weights.outputs) : ~0
    source = bits.rows + (row &* weights.words &+ chunk &* placement.chunkWords)
    hasCheckBits = arrays.hasCheckBits
    checkOffset = 32 &* placement.chunkWords
  }

  /// Cells that matter.
  var cells: Int {
    32 &* words &- 32 &+ tail.nonzeroBitCount &+ (hasCheckBits ? CheckBits.count &* words : 0)
  }

  func word(_ index: Int) -> UInt32 {
    index == words &- 1 ? source[index] & tail : source[index]
  }

  /// Writes the row; `count` words.
  func fill(_ row: UnsafeMutablePointer<UInt32>, count: Int) {
    row.fill(0, count: count)
    for index in indices(words) { put(word(index), CheckBits.of(word(index)), at: index, of: row) }
  }

  /// Enters a word and its check bits, where all bits are 0.
  func put(
    _ word: UInt32, _ check: UInt32, at index: Int, of row: UnsafeMutablePointer<UInt32>
  ) {
    row[index] |= word
    guard hasCheckBits else { return }
    var check = check
    copyBits(
      &check, from: 0, count: CheckBits.count, to: row, at: checkOffset &+ CheckBits.count &* index)
  }

  /// The check bits of a word.
  func check(at index: Int, of row: UnsafePointer<UInt32>) -> UInt32 {
    var check: UInt32 = 0
    copyBits(
      row, from: checkOffset &+ CheckBits.count &* index, count: CheckBits.count, to: &check, at: 0)
    return check
  }

  /// Adds to `wrong` the lanes of word `index` that matter and differ from `expected`; of check
  /// bits their number is returned.
  func compare(
    _ found: UnsafePointer<UInt32>, _ expected: UnsafePointer<UInt32>, at index: Int,
    _ wrong: inout UInt32
  ) -> UInt32 {
    wrong |= (found[index] ^ expected[index]) & (index == words &- 1 ? tail : ~0)
    guard hasCheckBits else { return 0 }
    return check(at: index, of: found) ^ check(at: index, of: expected)
  }
}

extension ArrayModel {
  /// Cells of a row that matter and do not count as `expected` with an input of 1, or of 0.
  ///
  /// - Parameter found: receives what they hold, as an input of 1 shows it.
  mutating func cellsWrong(
    _ row: WeightRow, _ expected: UnsafePointer<UInt32>, _ array: Int, _ number: Int,
    found: UnsafeMutablePointer<UInt32>
  ) throws(Fault) -> Int {
    var complement = RowBuffer()
    return try complement.with { complement throws(Fault) in
      try arrays.read(firstArray &+ array, row: number, into: found)
      try arrays.readComplement(firstArray &+ array, row: number, into: complement)
      var cells = 0
      for index in indices(row.words) {
        var wrong: UInt32 = 0
        var check = row.compare(found, expected, at: index, &wrong)
        check |= row.compare(complement, expected, at: index, &wrong)
        cells &+= wrong.nonzeroBitCount &+ check.nonzeroBitCount
      }
      return cells
    }
  }
}

extension ArrayModel {
  /// Rows of weights, and the cells in them that matter.
  package func usage() throws(Fault) -> (rows: UInt32, cells: UInt32) {
    var reader = try PlacementReader(model, tiling)
    var rows: UInt32 = 0
    var cells: UInt32 = 0
    for address in indices(end) {
      try reader.seek(address)
      guard let placement = reader.current,
        let row = WeightRow(self, placement, address: address)
      else { continue }
      rows &+= 1
      cells &+= UInt32(truncatingIfNeeded: row.cells)
    }
    return (rows, cells)
  }
}
