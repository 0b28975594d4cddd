// SPDX-License-Identifier: Apache-2.0

/// A list of weight rows, as byte offsets from a column of them.
package struct RowRun {
  let column: UnsafeRawPointer
  let offsets: UnsafePointer<UInt32>
  /// Entries, padded.
  let count: Int

  package init(column: UnsafeRawPointer, offsets: UnsafePointer<UInt32>, count: Int) {
    self.column = column
    self.offsets = offsets
    self.count = count
  }
}

extension RowList {
  /// Appends the offsets of the rows that the ones of a word select; bit 0 is the row at
  /// offset `first`.
  ///
  /// - Returns: the end of the list.
  @inline(__always)
  package static func append(
    _ bits: UInt32, first: Int, rowBytes: Int, at start: UnsafeMutablePointer<UInt32>
  ) -> UnsafeMutablePointer<UInt32> {
    var next = start
    var pending = bits
    while pending != 0 {
      next.pointee = UInt32(
        truncatingIfNeeded: first &+ pending.trailingZeroBitCount &* rowBytes)
      next += 1
      pending &= pending &- 1
    }
    return next
  }

  /// Pads a list with a row of zeros.
  ///
  /// - Returns: its entries then.
  @inline(__always)
  package static func pad(
    _ offsets: UnsafeMutablePointer<UInt32>, count: Int, zeroRow: Int, rowBytes: Int
  ) -> Int {
    var end = count
    while end & 7 != 0 {
      offsets[end] = UInt32(truncatingIfNeeded: zeroRow &* rowBytes)
      end &+= 1
    }
    return end
  }
}

extension BinarySums {
  /// Adds (or subtracts) the rows of several lists to the planes from `plane` up.
  package func add<Wide: LaneWord>(
    _ lists: UnsafePointer<RowRun>, count: Int, plane: Int, subtracting: Bool, _ wide: Wide.Type
  ) {
    var word = addWords(wide, lists, count, plane, subtracting, from: 0)
    #if arch(x86_64) || arch(arm64)
      if Wide.rowWords > 8 {
        word = addWords(SIMD8<UInt32>.self, lists, count, plane, subtracting, from: word)
      }
      if Wide.rowWords > 4 {
        word = addWords(SIMD4<UInt32>.self, lists, count, plane, subtracting, from: word)
      }
    #endif
    if Wide.rowWords > 1 {
      word = addWords(UInt32.self, lists, count, plane, subtracting, from: word)
    }
  }

  @inline(__always)
  private func addWords<Word: LaneWord>(
    _ type: Word.Type, _ lists: UnsafePointer<RowRun>, _ count: Int, _ plane: Int,
    _ subtracting: Bool, from first: Int
  ) -> Int {
    let base = counters.row(plane)
    var word = first
    while word &+ Word.rowWords <= counters.words {
      var counter = ColumnCounter<Word>(
        base: base + word, planes: counters.rows &- plane, rowBytes: counters.words &* 4,
        subtracting: subtracting)
      for index in indices(count) {
        let list = lists[index]
        counter.count(list.column + 4 &* word, list.offsets, list.count)
      }
      counter.store()
      word &+= Word.rowWords
    }
    return word
  }
}
