// SPDX-License-Identifier: Apache-2.0

/// Number of u32 in a bit row of `lanes` lanes.
@inline(__always)
package func wordCount(lanes: Int) -> Int { (lanes &+ 31) >> 5 }

/// Number of bits needed to write `value`; 0 for 0.
@inline(__always)
package func bitWidth(_ value: Int) -> Int { Int.bitWidth &- value.leadingZeroBitCount }

/// The bits of the last word of a row that stand for lanes, not for padding.
@inline(__always)
package func tailMask(lanes: Int) -> UInt32 {
  ~0 &>> UInt32(truncatingIfNeeded: (0 &- lanes) & 31)
}

/// Bit rows of equal length, one after the other, that the caller owns. As *planes*, row
/// p holds bit p of one integer a lane.
package struct BitMatrix {
  package var base: UnsafeMutablePointer<UInt32>
  package var rows: Int
  /// u32 of a row.
  package var words: Int

  package init(base: UnsafeMutablePointer<UInt32>, rows: Int, words: Int) {
    self.base = base
    self.rows = rows
    self.words = words
  }

  @inline(__always)
  package func row(_ index: Int) -> UnsafeMutablePointer<UInt32> { base + index &* words }

  /// The integer of one lane, read from the planes, the highest one first.
  package func integer(lane: Int) -> UInt32 {
    let shift = UInt32(truncatingIfNeeded: lane)
    let lowest = base + lane >> 5
    var word = lowest + rows &* words
    var value: UInt32 = 0
    while word != lowest {
      word -= words
      value = value << 1 | (word.pointee &>> shift & 1)
    }
    return value
  }

  /// Writes the integer of one lane, whose bits are all 0, to the planes.
  @inline(__always)
  package func setInteger(lane: Int, _ value: UInt32) {
    var word = base + lane >> 5
    var rest = value
    for _ in indices(rows) {
      word.pointee |= (rest & 1) &<< UInt32(truncatingIfNeeded: lane & 31)
      rest >>= 1
      word += words
    }
  }

  /// Writes the integer of one lane, whatever its bits are, to the planes.
  package func replaceInteger(lane: Int, _ value: UInt32) {
    let bit: UInt32 = 1 &<< UInt32(truncatingIfNeeded: lane & 31)
    var word = base + lane >> 5
    var rest = value
    for _ in indices(rows) {
      word.pointee = rest & 1 == 0 ? word.pointee & ~bit : word.pointee | bit
      rest >>= 1
      word += words
    }
  }

  package func fill(_ word: UInt32) {
    base.fill(word, count: rows &* words)
  }
}
