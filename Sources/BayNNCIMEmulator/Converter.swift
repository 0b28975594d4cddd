// SPDX-License-Identifier: Apache-2.0
import BayNNCore

/// Converts the current of a column to a count, for one number of driven rows n.
///
/// The difference of the mean conductances, D, is one count. Without codes in between the count is
/// floor((I - n G_AP) / D + 1/2). No division: floor(a / D) = (a m) >> 45 with
/// m = floor(2^45 / D) + 1 is exact for a < 2^29 and D < 2^16, as the excess, a / 2^45 at most,
/// is less than 1 / D.
package struct Converter {
  package let rows: Int32
  /// D, of two mean conductances in units of 4 nS.
  private let difference: Int32
  private let gainError: Int32
  /// n G_AP, in units of 4 nS: below 2^28.
  private let floor: Int32
  private let reciprocal: UInt64
  private let countMax: Int32
  private let codes: ConverterCodes?

  /// - Parameter rows: driven rows, 1 to 4096.
  package init(_ settings: ConverterSettings, rows: Int) {
    let n = Int32(truncatingIfNeeded: rows)
    self.rows = n
    difference = settings.difference
    gainError = settings.gainError
    floor = n &* settings.antiparallel
    // Not 0 anyway: said again, so that nothing checks for a zero divisor.
    reciprocal = (1 &<< 45) / max(UInt32(bitPattern: settings.difference), 1).wide &+ 1
    countMax = min(n, settings.countMax)
    codes = settings.codes == 0 ? nil : ConverterCodes(settings, rows: n)
  }

  /// The count of a current, in units of 4 nS, without offset, gain error and codes.
  @inline(__always)
  package func count(sum: UInt32) -> Int32 {
    // Below 2^28 + 2^15.
    let above = Int32(bitPattern: sum) &- floor &+ difference >> 1
    return quotient(above)
  }

  /// The count of a current in 1/256 unit, with all that is wrong with the converter.
  ///
  /// - Parameters:
  ///   - current: of a size below 2^40.
  ///   - offset: of the column, in 1/256 count.
  package func count(current: Int64, offset: Int32) -> Int32 {
    var above = current &+ scaled(current, byQ24: gainError)
    // n G_AP is below 2^36 here; an offset below 2^24 counts of 2^16 units.
    above &-= floor.wide &<< 8
    above &+= offset.wide &* difference.wide
    if let codes { above = codes.nearest(above) }
    above &+= difference.wide &<< 7
    // Where it is clamped makes no difference: it is beyond 0 or n counts.
    return quotient(Int32(truncatingIfNeeded: max(-1, min(above &>> 8, 1 &<< 28))))
  }

  /// floor(above / D), in 0...n and at most the count at which the converter saturates.
  @inline(__always)
  private func quotient(_ above: Int32) -> Int32 {
    // At most 4097 D, and m at most 2^45 / D + 1: the product is below 2^58.
    let a = UInt32(bitPattern: max(0, min(above, rows &* difference)))
    let count = Int32(truncatingIfNeeded: (a.wide &* reciprocal) &>> 45)
    return min(count, countMax)
  }
}
