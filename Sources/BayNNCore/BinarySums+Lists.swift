// SPDX-License-Identifier: Apache-2.0

extension RowList {
  /// Appends the offsets of the rows that the ones of a word select; bit 0 is the row at
  /// offset `first`.
  ///
  /// - Returns: the end of the list.
  @inline(__always)
  package static func append(
    _ bits: UInt32, first: Int, rowBytes: Int, at start: UnsafeMutablePointer<UInt32>
  ) -> UnsafeMutablePointer<UInt32> {
    append(bits, highest: first &+ 31 &* rowBytes, rowBytes: rowBytes, at: start)
  }

  /// Pads a list with a row of zeros, which is at offset `zeroRow`.
  ///
  /// - Returns: its entries then.
  @inline(__always)
  package static func pad(
    _ offsets: UnsafeMutablePointer<UInt32>, count: Int, zeroRow: Int
  ) -> Int {
    var end = count
    while end & paddingMax != 0 {
      offsets[end] = UInt32(truncatingIfNeeded: zeroRow)
      end &+= 1
    }
    return end
  }
}

extension BinarySums {
  /// Adds (or subtracts) the rows of several lists, whose columns are those of the first
  /// outputs, to the planes from `plane` up. Afterwards the columns are void.
  package func add<Wide: LaneWord>(
    _ lists: UnsafeMutablePointer<ColumnList>, count: Int, plane: Int, subtracting: Bool,
    _ wide: Wide.Type
  ) {
    var word = addWords(wide, lists, count, plane, subtracting, from: 0)
    #if arch(x86_64) || arch(arm64)
      // What is left of a row takes the widest word that fits.
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

  /// Adds the rows of the lists to all words from `first` on that make up whole `Word`s.
  ///
  /// - Returns: the first word that is left.
  @inline(__always)
  private func addWords<Word: LaneWord>(
    _ type: Word.Type, _ lists: UnsafeMutablePointer<ColumnList>, _ count: Int, _ plane: Int,
    _ subtracting: Bool, from first: Int
  ) -> Int {
    let base = counters.row(plane)
    var word = first
    while word &+ Word.rowWords <= counters.words {
      var counter = ColumnCounter<Word>(
        base: base + word, planes: counters.rows &- plane, rowBytes: counters.words &* 4,
        subtracting: subtracting)
      counter.count(lists, count)
      counter.store()
      for index in indices(count) { lists[index].column += 4 &* Word.rowWords }
      word &+= Word.rowWords
    }
    return word
  }
}
