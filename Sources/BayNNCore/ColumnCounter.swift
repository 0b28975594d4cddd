// SPDX-License-Identifier: Apache-2.0

/// One word of lanes of bit-sliced counters: bit p of a lane's count is in plane p.
///
/// Why: an input adds the same thing to every output, one bit of weight. A full adder on
/// words counts three bits of weight for every lane at once with five logic operations,
/// where counting a row at a time costs a popcount for each output. The four low planes
/// stay in registers; a carry into the planes above comes only every 16 rows.
///
/// Adding is also subtracting: the borrow of c - w is ~c & w where the carry of c + w is
/// c & w. So `mask`, all zeros to add and all ones to subtract, is all the difference.
package struct ColumnCounter<Word: LaneWord> {
  /// Planes that are kept in registers; a counter has at least this many.
  @inline(__always) package static var registerPlanes: Int { 4 }

  private var ones, twos, fours, eights: Word
  private let mask: Word
  private let planes: UnsafeMutableRawPointer
  private let rowBytes: Int
  private let end: UnsafeMutableRawPointer

  /// Counters in `planes` rows of `rowBytes` bytes each, at `base`.
  @inline(__always)
  package init(
    base: UnsafeMutablePointer<UInt32>, planes: Int, rowBytes: Int, subtracting: Bool
  ) {
    self.planes = UnsafeMutableRawPointer(base)
    self.rowBytes = rowBytes
    end = self.planes + planes &* rowBytes
    mask = Word(broadcasting: subtracting ? 1 : 0)
    ones = Word(self.planes) ^ mask
    twos = Word(self.planes + rowBytes) ^ mask
    fours = Word(self.planes + 2 &* rowBytes) ^ mask
    eights = Word(self.planes + 3 &* rowBytes) ^ mask
  }

  /// Writes the register planes back.
  @inline(__always)
  package func store() {
    (ones ^ mask).store(planes)
    (twos ^ mask).store(planes + rowBytes)
    (fours ^ mask).store(planes + 2 &* rowBytes)
    (eights ^ mask).store(planes + 3 &* rowBytes)
  }

  /// Counts the rows at `count` offsets (a multiple of 8) from `column`.
  @inline(__always)
  package mutating func count(
    _ column: UnsafeRawPointer, _ offsets: UnsafePointer<UInt32>, _ count: Int
  ) {
    var next = offsets
    let sixteens = offsets + count & ~15
    while next < sixteens {
      let a = countEight(column, next)
      let b = countEight(column, next + 8)
      ripple(ColumnCounter.fullAdd(&eights, a, b))
      next += 16
    }
    if count & 8 != 0 {
      let a = countEight(column, next)
      let carry = eights & a
      eights = eights ^ a
      ripple(carry)
    }
  }

  /// Counts eight rows and returns their carry, of weight 8.
  @inline(__always)
  private mutating func countEight(
    _ column: UnsafeRawPointer, _ offsets: UnsafePointer<UInt32>
  ) -> Word {
    var two = ColumnCounter.fullAdd(&ones, row(column, offsets, 0), row(column, offsets, 1))
    var other = ColumnCounter.fullAdd(&ones, row(column, offsets, 2), row(column, offsets, 3))
    let four = ColumnCounter.fullAdd(&twos, two, other)
    two = ColumnCounter.fullAdd(&ones, row(column, offsets, 4), row(column, offsets, 5))
    other = ColumnCounter.fullAdd(&ones, row(column, offsets, 6), row(column, offsets, 7))
    return ColumnCounter.fullAdd(&fours, four, ColumnCounter.fullAdd(&twos, two, other))
  }

  @inline(__always)
  private func row(
    _ column: UnsafeRawPointer, _ offsets: UnsafePointer<UInt32>, _ index: Int
  ) -> Word {
    Word(column + Int(truncatingIfNeeded: offsets[index]))
  }

  /// sum + a + b: the low bit goes to `sum`, the carry is returned.
  @inline(__always)
  private static func fullAdd(_ sum: inout Word, _ a: Word, _ b: Word) -> Word {
    let half = sum ^ a
    let rest = a ^ b
    sum = half ^ b
    return a ^ (half & rest)
  }

  /// Carries into the planes in memory. A carry past the last plane cannot come from a
  /// valid image; from a damaged one it is dropped.
  @inline(__always)
  private func ripple(_ carry: Word) {
    var carry = carry
    var plane = planes + 4 &* rowBytes
    while !carry.isZero && plane < end {
      let old = Word(plane)
      (old ^ carry).store(plane)
      carry = carry & (old ^ mask)
      plane += rowBytes
    }
  }
}
