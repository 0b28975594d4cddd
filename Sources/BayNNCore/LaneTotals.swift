// SPDX-License-Identifier: Apache-2.0

/// The numbers of ones of 32 neighbouring lanes in a column of words: one word of each row.
package enum LaneTotals {
  /// width(65535): planes that hold every number.
  package static var planes: Int { 16 }

  /// Plane p of the result holds bit p of the number of each lane.
  ///
  /// Eight rows at a time are counted by seven full adders, as in `ColumnCounter`.
  ///
  /// - Parameters:
  ///   - stride: words from a row to the next. - rows: below 2^16.
  @inline(never)
  package static func count(
    _ column: UnsafePointer<UInt32>, stride: Int, rows: Int
  ) -> InlineArray<16, UInt32> {
    var totals = InlineArray<16, UInt32>(repeating: 0)
    var low: (ones: UInt32, twos: UInt32, fours: UInt32) = (0, 0, 0)
    var next = column
    var left = rows
    while !Footprint.isSmall && left >= 8 {
      let four = countFour(&low.ones, &low.twos, &next, stride)
      let other = countFour(&low.ones, &low.twos, &next, stride)
      ripple(fullAdd(&low.fours, four, other), into: &totals, from: 3)
      left &-= 8
    }
    totals[unchecked: 0] = low.ones
    totals[unchecked: 1] = low.twos
    totals[unchecked: 2] = low.fours
    while left > 0 {
      ripple(next.pointee, into: &totals, from: 0)
      next += stride
      left &-= 1
    }
    return totals
  }

  /// Subtracts the numbers of ones of 32 lanes from integers in planes.
  ///
  /// - Parameters:
  ///   - planes: of the integers, which start at `sums`.
  ///   - stride: words from a row to the next, and from a plane to the next.
  @inline(never)
  package static func subtract(
    _ column: UnsafePointer<UInt32>, rows: Int, from sums: UnsafeMutablePointer<UInt32>,
    planes: Int, stride: Int
  ) {
    let counts = count(column, stride: stride, rows: rows)
    var borrow: UInt32 = 0
    var sum = sums
    for plane in indices(planes) {
      let taken = counts[unchecked: plane]
      let old = sum.pointee
      let half = old ^ taken
      sum.pointee = half ^ borrow
      borrow = (~old & taken) | (~half & borrow)
      sum += stride
    }
  }

  /// Counts four rows and returns their carry, of weight 4.
  @inline(__always)
  private static func countFour(
    _ ones: inout UInt32, _ twos: inout UInt32, _ next: inout UnsafePointer<UInt32>, _ stride: Int
  ) -> UInt32 {
    let two = countTwo(&ones, &next, stride)
    return fullAdd(&twos, two, countTwo(&ones, &next, stride))
  }

  @inline(__always)
  private static func countTwo(
    _ ones: inout UInt32, _ next: inout UnsafePointer<UInt32>, _ stride: Int
  ) -> UInt32 {
    let first = next.pointee
    let second = next[stride]
    next += 2 &* stride
    return fullAdd(&ones, first, second)
  }

  /// sum + a + b: the low bit goes to `sum`, the carry is returned.
  @inline(__always)
  private static func fullAdd(_ sum: inout UInt32, _ a: UInt32, _ b: UInt32) -> UInt32 {
    let half = sum ^ a
    let rest = a ^ b
    sum = half ^ b
    return a ^ (half & rest)
  }

  /// Fewer than 2^16 rows: no carry leaves the last plane.
  @inline(__always)
  private static func ripple(
    _ carry: UInt32, into totals: inout InlineArray<16, UInt32>, from first: Int
  ) {
    var carry = carry
    var plane = first
    while carry != 0 {
      let old = totals[unchecked: plane]
      totals[unchecked: plane] = old ^ carry
      carry &= old
      plane &+= 1
    }
  }
}
