// SPDX-License-Identifier: Apache-2.0

/// Exponential and logarithm in integers (SPEC section 4): the same bits everywhere.
package enum FixedPoint {
  /// 1 in Q31.
  package static let one: UInt32 = 1 << 31
  /// ln 2 in Q27.
  package static let ln2: UInt32 = 93_032_640

  /// The upper word of a product: a * b / 2^32.
  @inline(__always)
  package static func mulHigh(_ a: UInt32, _ b: UInt32) -> UInt32 {
    UInt32(upperHalf: a.wide &* b.wide)
  }

  /// c0 - x (c1 - x (c2 - ...)) with x in Q32.
  @inline(__always)
  private static func alternating<let n: Int>(
    _ coefficients: borrowing InlineArray<n, UInt32>, _ x: UInt32
  ) -> UInt32 {
    var h = coefficients[unchecked: n &- 1]
    var i = n &- 2
    while i >= 0 {
      h = coefficients[unchecked: i] &- mulHigh(h, x)
      i &-= 1
    }
    return h
  }

  /// (1 - 2^-x) / x in Q32, ascending powers of x.
  private static let powerCoefficients: InlineArray<7, UInt32> = [
    2_977_044_461, 1_031_764_709, 238_385_872, 41_299_337, 5_703_901, 633_215, 46_675,
  ]

  /// ln(1 + x) / x in Q31, ascending powers of x.
  private static let logarithmCoefficients: InlineArray<10, UInt32> = [
    2_147_483_379, 1_073_727_812, 715_573_461, 534_554_208, 417_113_320, 315_493_452,
    208_116_103, 104_895_395, 34_113_688, 5_206_850,
  ]

  /// exp(-d) in Q31 for d in Q20; within 4 units.
  package static func exponential(negated d: UInt32) -> UInt32 {
    let t = d.wide &* 1_549_082_005  // log2 e in Q30, so t in Q50; < 2^63
    let k = UInt32(truncatingIfNeeded: t &>> 50)
    guard k < 32 else { return 0 }
    let x = UInt32(truncatingIfNeeded: t &>> 18)
    let h = alternating(powerCoefficients, x)
    return (one &- (mulHigh(h, x) >> 1)) &>> k
  }

  /// ln(m / 2^31) in Q27 for m with its top bit set; within 8 units.
  package static func logarithm(mantissa m: UInt32) -> UInt32 {
    let x = m << 1
    return mulHigh(alternating(logarithmCoefficients, x), x) >> 4
  }

  /// -ln(p) in Q27 for p >= 1 in Q31.
  package static func negatedLogarithm(_ p: UInt32) -> UInt32 {
    let zeros = UInt32(truncatingIfNeeded: p.leadingZeroBitCount)
    return zeros &* ln2 &- logarithm(mantissa: p &<< zeros)
  }
}
