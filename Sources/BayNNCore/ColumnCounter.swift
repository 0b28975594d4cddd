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

  // `Word.countRows` knows this layout.
  private var local: LocalPlanes
  private let above: UnsafeMutableRawPointer
  private let rowBytes: Int
  private let end: UnsafeMutableRawPointer
  private let mask: Word
  private let planes: UnsafeMutableRawPointer

  /// Planes 0 to 4, and 5 to 7 where `Word.hasCountRows`; complemented to subtract.
  private typealias LocalPlanes = (
    ones: Word, twos: Word, fours: Word, eights: Word, sixteens: Word, Word, Word, Word
  )

  /// Counters in `planes` rows of `rowBytes` bytes each, at `base`.
  @inline(__always)
  package init(
    base: UnsafeMutablePointer<UInt32>, planes: Int, rowBytes: Int, subtracting: Bool
  ) {
    self.planes = UnsafeMutableRawPointer(base)
    self.rowBytes = rowBytes
    above = self.planes + (Word.hasCountRows ? 8 : 5) &* rowBytes
    end = self.planes + planes &* rowBytes
    mask = Word(broadcasting: subtracting ? 1 : 0)
    local = (.zero, .zero, .zero, .zero, .zero, .zero, .zero, .zero)
    if Word.hasCountRows { loadEight() } else { loadFive() }
  }

  /// Writes the local planes back.
  @inline(__always)
  package func store() {
    if Word.hasCountRows { storeEight() } else { storeFive() }
  }

  @inline(__always)
  private mutating func loadFive() {
    local.ones = Word(planes) ^ mask
    local.twos = Word(planes + rowBytes) ^ mask
    local.fours = Word(planes + 2 &* rowBytes) ^ mask
    local.eights = Word(planes + 3 &* rowBytes) ^ mask
    local.sixteens = Word(planes + 4 &* rowBytes) ^ mask
  }

  @inline(__always)
  private func storeFive() {
    (local.ones ^ mask).store(planes)
    (local.twos ^ mask).store(planes + rowBytes)
    (local.fours ^ mask).store(planes + 2 &* rowBytes)
    (local.eights ^ mask).store(planes + 3 &* rowBytes)
    (local.sixteens ^ mask).store(planes + 4 &* rowBytes)
  }

  /// Planes that are not there are neither loaded nor stored: a carry into them is dropped.
  ///
  /// Not inlined: the compiler would compute eight addresses ahead, and spill them.
  @inline(never)
  private mutating func loadEight() {
    loadFive()
    var plane = planes + 5 &* rowBytes
    guard plane < end else { return }
    local.5 = Word(plane) ^ mask
    plane += rowBytes
    guard plane < end else { return }
    local.6 = Word(plane) ^ mask
    plane += rowBytes
    guard plane < end else { return }
    local.7 = Word(plane) ^ mask
  }

  @inline(never)
  private func storeEight() {
    storeFive()
    var plane = planes + 5 &* rowBytes
    guard plane < end else { return }
    (local.5 ^ mask).store(plane)
    plane += rowBytes
    guard plane < end else { return }
    (local.6 ^ mask).store(plane)
    plane += rowBytes
    guard plane < end else { return }
    (local.7 ^ mask).store(plane)
  }

  /// Counts the rows at `count` offsets (a multiple of 4) from `column`. Lists may follow each
  /// other, from different columns, before the planes are stored.
  @inline(__always)
  package mutating func count(
    _ column: UnsafeRawPointer, _ offsets: UnsafePointer<UInt32>, _ count: Int
  ) {
    if Word.hasCountRows {
      withUnsafeMutableBytes(of: &self) {
        Word.countRows($0.baseAddress!, column, offsets, offsets + count)
      }
    } else {
      define(column, offsets, count)
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
      ripple(ColumnCounter.fullAdd(&local.sixteens, low, high))
      next += 128
    }
    // The rest: the bits of what is left.
    if count & 16 != 0 {
      let carry = countSixteen(column, next)
      ripple(ColumnCounter.halfAdd(&local.sixteens, carry))
      next += 64
    }
    if count & 8 != 0 {
      let carry = ColumnCounter.halfAdd(&local.eights, countEight(column, next))
      ripple(ColumnCounter.halfAdd(&local.sixteens, carry))
      next += 32
    }
    if count & 4 != 0 {
      let four = ColumnCounter.halfAdd(&local.fours, countFour(column, next))
      let carry = ColumnCounter.halfAdd(&local.eights, four)
      ripple(ColumnCounter.halfAdd(&local.sixteens, carry))
    }
  }

  /// Counts sixteen rows and returns their carry, of weight 16.
  @inline(__always)
  private mutating func countSixteen(
    _ column: UnsafeRawPointer, _ offsets: UnsafeRawPointer
  ) -> Word {
    let low = countEight(column, offsets)
    return ColumnCounter.fullAdd(&local.eights, low, countEight(column, offsets + 32))
  }

  /// Counts eight rows and returns their carry, of weight 8.
  @inline(__always)
  private mutating func countEight(_ column: UnsafeRawPointer, _ offsets: UnsafeRawPointer) -> Word
  {
    let low = countFour(column, offsets)
    return ColumnCounter.fullAdd(&local.fours, low, countFour(column, offsets + 16))
  }

  /// Counts four rows and returns their carry, of weight 4.
  @inline(__always)
  private mutating func countFour(_ column: UnsafeRawPointer, _ offsets: UnsafeRawPointer) -> Word {
    let low = countTwo(column, offsets)
    return ColumnCounter.fullAdd(&local.twos, low, countTwo(column, offsets + 8))
  }

  /// Counts two rows and returns their carry. Both offsets come in one load.
  @inline(__always)
  private mutating func countTwo(_ column: UnsafeRawPointer, _ offsets: UnsafeRawPointer) -> Word {
    let pair = offsets.load(as: UInt64.self)
    let first = UInt32(truncatingIfNeeded: pair)
    let second = UInt32(upperHalf: pair)
    return ColumnCounter.fullAdd(
      &local.ones, Word(column + Int(truncatingIfNeeded: first)),
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
    var plane = above
    while !carry.isZero && plane < end {
      let old = Word(plane)
      (old ^ carry).store(plane)
      carry = carry & (old ^ mask)
      plane += rowBytes
    }
  }
}
