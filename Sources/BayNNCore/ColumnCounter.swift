// SPDX-License-Identifier: Apache-2.0

/// One word of lanes of bit-sliced counters: bit p of a lane's count is in plane p.
///
/// Why: an input adds the same thing to every output, one bit of weight. A full adder on
/// words counts three bits of weight for every lane at once with five logic operations,
/// where counting a row at a time costs a popcount for each output. The low planes stay
/// in registers; a carry into the planes above, which runs on until no lane has one, comes
/// only every 32 rows.
///
/// Adding is also subtracting: the borrow of c - w is ~c & w where the carry of c + w is
/// c & w. So `mask`, all zeros to add and all ones to subtract, is all the difference.
package struct ColumnCounter<Word: LaneWord> {
  /// Planes that are kept in registers; a counter has at least this many.
  @inline(__always) package static var registerPlanes: Int { 5 }

  private var ones, twos, fours, eights, sixteens: Word
  private let mask: Word
  private let planes: UnsafeMutableRawPointer
  private let rowBytes: Int
  private let end: UnsafeMutableRawPointer
  private let isSubtracting: Bool

  /// Counters in `planes` rows of `rowBytes` bytes each, at `base`.
  @inline(__always)
  package init(
    base: UnsafeMutablePointer<UInt32>, planes: Int, rowBytes: Int, subtracting: Bool
  ) {
    self.planes = UnsafeMutableRawPointer(base)
    self.rowBytes = rowBytes
    end = self.planes + planes &* rowBytes
    isSubtracting = subtracting
    mask = Word(broadcasting: subtracting ? 1 : 0)
    if Word.hasCountRows {
      (ones, twos, fours, eights, sixteens) = (.zero, .zero, .zero, .zero, .zero)
      return
    }
    ones = Word(self.planes) ^ mask
    twos = Word(self.planes + rowBytes) ^ mask
    fours = Word(self.planes + 2 &* rowBytes) ^ mask
    eights = Word(self.planes + 3 &* rowBytes) ^ mask
    sixteens = Word(self.planes + 4 &* rowBytes) ^ mask
  }

  /// Writes the register planes back.
  @inline(__always)
  package func store() {
    if Word.hasCountRows { return }
    (ones ^ mask).store(planes)
    (twos ^ mask).store(planes + rowBytes)
    (fours ^ mask).store(planes + 2 &* rowBytes)
    (eights ^ mask).store(planes + 3 &* rowBytes)
    (sixteens ^ mask).store(planes + 4 &* rowBytes)
  }

  /// Counts the rows of `count` lists, one after another: on machines with `Word.countRows` this
  /// loads and stores the planes once.
  @inline(__always)
  package mutating func count(_ lists: UnsafePointer<ColumnList>, _ count: Int) {
    if Word.hasCountRows {
      var planes = ColumnPlanes(
        first: planes, rowBytes: rowBytes, end: end,
        mask: UInt32(broadcasting: isSubtracting ? 1 : 0))
      Word.countRows(&planes, lists, lists + count)
    } else {
      for k in indices(count) { define(lists[k].column, lists[k].offsets, lists[k].count) }
    }
  }

  /// What `count` does: the definition of `Word.countRows`.
  @inline(__always)
  mutating func define(
    _ column: UnsafeRawPointer, _ offsets: UnsafePointer<UInt32>, _ count: Int
  ) {
    var next = UnsafeRawPointer(offsets)
    let end = next + count &<< 2
    while end - next >= 128 {
      let low = countSixteen(column, next)
      let high = countSixteen(column, next + 64)
      ripple(ColumnCounter.fullAdd(&sixteens, low, high))
      next += 128
    }
    // The rest: the bits of what is left.
    if count & 16 != 0 {
      let carry = countSixteen(column, next)
      ripple(ColumnCounter.halfAdd(&sixteens, carry))
      next += 64
    }
    if count & 8 != 0 {
      let carry = ColumnCounter.halfAdd(&eights, countEight(column, next))
      ripple(ColumnCounter.halfAdd(&sixteens, carry))
      next += 32
    }
    if count & 4 != 0 {
      let four = ColumnCounter.halfAdd(&fours, countFour(column, next))
      let carry = ColumnCounter.halfAdd(&eights, four)
      ripple(ColumnCounter.halfAdd(&sixteens, carry))
    }
  }

  /// Counts sixteen rows and returns their carry, of weight 16.
  @inline(__always)
  private mutating func countSixteen(
    _ column: UnsafeRawPointer, _ offsets: UnsafeRawPointer
  ) -> Word {
    let low = countEight(column, offsets)
    return ColumnCounter.fullAdd(&eights, low, countEight(column, offsets + 32))
  }

  /// Counts eight rows and returns their carry, of weight 8.
  @inline(__always)
  private mutating func countEight(_ column: UnsafeRawPointer, _ offsets: UnsafeRawPointer) -> Word
  {
    let low = countFour(column, offsets)
    return ColumnCounter.fullAdd(&fours, low, countFour(column, offsets + 16))
  }

  /// Counts four rows and returns their carry, of weight 4.
  @inline(__always)
  private mutating func countFour(_ column: UnsafeRawPointer, _ offsets: UnsafeRawPointer) -> Word {
    let low = countTwo(column, offsets)
    return ColumnCounter.fullAdd(&twos, low, countTwo(column, offsets + 8))
  }

  /// Counts two rows and returns their carry. Both offsets come in one load.
  @inline(__always)
  private mutating func countTwo(_ column: UnsafeRawPointer, _ offsets: UnsafeRawPointer) -> Word {
    let pair = offsets.load(as: UInt64.self)
    let first = UInt32(truncatingIfNeeded: pair)
    let second = UInt32(upperHalf: pair)
    return ColumnCounter.fullAdd(
      &ones, Word(column + Int(truncatingIfNeeded: first)),
      Word(column + Int(truncatingIfNeeded: second)))
  }

  /// sum + a + b: the low bit goes to `sum`, the carry is returned.
  @inline(__always)
  private static func fullAdd(_ sum: inout Word, _ a: Word, _ b: Word) -> Word {
    #if BAYNN_LANES_512
      // Two functions of three operands, each of which is one instruction.
      let carry = (sum & (a | b)) | (a & b)
      sum = sum ^ a ^ b
      return carry
    #else
      let half = sum ^ a
      let rest = a ^ b
      sum = half ^ b
      return a ^ (half & rest)
    #endif
  }

  /// sum + a: the low bit goes to `sum`, the carry is returned.
  @inline(__always)
  private static func halfAdd(_ sum: inout Word, _ a: Word) -> Word {
    let carry = sum & a
    sum = sum ^ a
    return carry
  }

  /// Carries into the planes in memory. A carry past the last plane cannot come from a
  /// valid image; from a damaged one it is dropped.
  @inline(__always)
  private func ripple(_ carry: Word) {
    var carry = carry
    var plane = planes + 5 &* rowBytes
    while !carry.isZero && plane < end {
      let old = Word(plane)
      (old ^ carry).store(plane)
      carry = carry & (old ^ mask)
      plane += rowBytes
    }
  }
}
