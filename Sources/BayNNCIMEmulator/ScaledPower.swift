// SPDX-License-Identifier: Apache-2.0
import BayNNCore

/// e^x for a wide range of x: mantissa * 2^(exponent - 31), mantissa within 2^-28 of itself.
package struct ScaledPower {
  /// In (2^30, 2^31].
  package let mantissa: UInt32
  package let exponent: Int

  /// - Parameter x: in Q27, of a size below 2^40 in that unit.
  package init(ofQ27 x: Int64) {
    let ln2 = Int64(bitPattern: FixedPoint.ln2.wide)
    // Rounded up, so that the rest is in [0, ln 2).
    var whole = x / ln2
    if whole &* ln2 < x { whole &+= 1 }
    let rest = UInt32(truncatingIfNeeded: whole &* ln2 &- x)
    let high = FixedPoint.exponential(negated: rest >> 7)
    // exp(-low) = 1 - low for the 7 bits that the exponential does not take.
    mantissa = high &- UInt32(truncatingIfNeeded: (high.wide &* (rest & 127).wide) &>> 27)
    exponent = Int(Int32(lowerHalf: whole))
  }

  /// The value in a unit of 2^-fraction, rounded down; at most UInt32.max.
  package func fixed(fraction: Int) -> UInt32 {
    let shift = exponent &+ fraction &- 31
    if shift > 31 { return .max }
    if shift > 0 {
      let value = mantissa.wide &<< shift.wide
      return UInt32(upperHalf: value) == 0 ? UInt32(truncatingIfNeeded: value) : .max
    }
    return shift < -31 ? 0 : mantissa &>> UInt32(truncatingIfNeeded: 0 &- shift)
  }

  /// floor(value * this) for a value of `fraction` binary places, at most 58; `UInt64.max >> 2`
  /// if it is larger.
  package func times(_ value: UInt32, fraction: Int) -> UInt64 {
    let product = value.wide &* mantissa.wide
    let shift = exponent &- 31 &- fraction
    let limit = UInt64.max &>> 2
    if shift <= -64 { return 0 }
    if shift <= 0 { return min(product &>> (0 &- shift).wide, limit) }
    if product == 0 { return 0 }
    // Bits of the product and the shift together tell whether it fits.
    guard shift < product.leadingZeroBitCount &- 2 else { return limit }
    return product &<< shift.wide
  }
}

/// Natural logarithm of value / 2^fraction in Q27, within 2^-23; value is not 0.
package func logarithm(_ value: UInt64, fraction: Int) -> Int64 {
  let zeros = value.leadingZeroBitCount
  let top = UInt32(upperHalf: value &<< zeros.wide) | 1 << 31
  let whole = Int32(truncatingIfNeeded: 63 &- zeros &- fraction).wide
  return whole &* Int64(bitPattern: FixedPoint.ln2.wide)
    &+ Int64(bitPattern: FixedPoint.logarithm(mantissa: top).wide)
}
