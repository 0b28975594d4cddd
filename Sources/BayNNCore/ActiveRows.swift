// SPDX-License-Identifier: Apache-2.0

/// A walk over the weight rows that a bit row selects: its ones, its zeros, or what
/// another row lacks. Padding lanes never select a row, whatever their bits are.
package struct ActiveRows {
  /// The word of the bit row that comes next.
  package var word = 0
  private let bits: UnsafePointer<UInt32>
  private let excluded: UnsafePointer<UInt32>?
  private let flip: UInt32
  private let words: Int
  private let tail: UInt32

  private init(
    _ bits: UnsafePointer<UInt32>, flip: UInt32, excluded: UnsafePointer<UInt32>?, lanes: Int
  ) {
    self.bits = bits
    self.flip = flip
    self.excluded = excluded
    words = wordCount(lanes: lanes)
    tail = tailMask(lanes: lanes)
  }

  package static func ones(of bits: UnsafePointer<UInt32>, lanes: Int) -> ActiveRows {
    ActiveRows(bits, flip: 0, excluded: nil, lanes: lanes)
  }

  package static func zeros(of bits: UnsafePointer<UInt32>, lanes: Int) -> ActiveRows {
    ActiveRows(bits, flip: ~0, excluded: nil, lanes: lanes)
  }

  /// The ones of `bits` that are zeros of `other`.
  package static func ones(
    of bits: UnsafePointer<UInt32>, without other: UnsafePointer<UInt32>, lanes: Int
  ) -> ActiveRows {
    ActiveRows(bits, flip: 0, excluded: other, lanes: lanes)
  }

  @inline(__always) package var isAtEnd: Bool { word >= words }

  /// The row that bit 0 of the next word stands for.
  @inline(__always) package var nextRow: Int { word &* 32 }

  /// The selected rows among the next 32, as bits; nil at the end.
  @inline(__always)
  package mutating func nextWord() -> UInt32? {
    guard word < words else { return nil }
    var selected = bits[word] ^ flip
    if let excluded { selected &= ~excluded[word] }
    word &+= 1
    return word == words ? selected & tail : selected
  }

  /// How many rows the walk visits.
  package var total: Int {
    var walk = self
    var n = 0
    while let selected = walk.nextWord() { n &+= selected.nonzeroBitCount }
    return n
  }
}
