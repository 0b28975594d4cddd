// SPDX-License-Identifier: Apache-2.0
import BayNNCore

/// When an MTJ switches, by thermal activation: P = 1 - exp(-rate) with
/// rate = (t / 1 ns) exp(-stability (1 - I / Ic0)). I = 0 is retention.
package enum SwitchingLaw {
  /// 1 - exp(-rate) in Q31, within 2^-24, from the logarithm of the rate in Q27.
  package static func probability(logRate: Int64) -> UInt32 {
    // Above e^3.1 the probability is 1 to all its bits; below e^-22 it is 0.
    if logRate > 0x1900_0000 { return FixedPoint.one }
    if logRate < -0xB000_0000 { return 0 }
    let power = ScaledPower(ofQ27: logRate)
    let small = power.fixed(fraction: 32)
    if small < 1 << 28 { return series(small) }
    let rate = power.fixed(fraction: 26)
    let left = FixedPoint.exponential(negated: rate >> 6)
    // exp(-low) = 1 - low for the 6 bits that the exponential does not take.
    let low = UInt32(truncatingIfNeeded: (left.wide &* (rate & 63).wide) &>> 26)
    return FixedPoint.one &- left &+ low
  }

  /// r - r^2/2 + r^3/6 - ... in Q31 for r below 1/16 in Q32.
  private static func series(_ r: UInt32) -> UInt32 {
    // Each term is r / k of the one before, and so 1/16 of it at most.
    let fourth = (r >> 2) &- FixedPoint.mulHigh(r >> 2, r / 5)
    let third = r / 3 &- FixedPoint.mulHigh(r / 3, fourth)
    let second = (r >> 1) &- FixedPoint.mulHigh(r >> 1, third)
    return (r &- FixedPoint.mulHigh(r, second)) >> 1
  }

  /// The logarithm, in Q27, of the rate at which the probability is `p` / 65536, 0 < p < 65536:
  /// ln(-ln(1 - p)) within 2^-16, and 2^-19 for p above 0.01.
  package static func logRate(probabilityQ16 p: UInt32) -> Int64 {
    guard p < 4096 else {
      let rate = FixedPoint.negatedLogarithm((65_536 &- p) << 15)
      return logarithm(rate.wide, fraction: 27)
    }
    // p + p^2/2 + p^3/3 + ...: Q32, below 2^29.
    let x = p << 16
    var sum: UInt32 = 0xFFFF_FFFF / 6
    sum = 0xFFFF_FFFF / 5 &+ FixedPoint.mulHigh(sum, x)
    sum = 0xFFFF_FFFF / 4 &+ FixedPoint.mulHigh(sum, x)
    sum = 0xFFFF_FFFF / 3 &+ FixedPoint.mulHigh(sum, x)
    sum = 0xFFFF_FFFF / 2 &+ FixedPoint.mulHigh(sum, x)
    let rest = FixedPoint.mulHigh(FixedPoint.mulHigh(sum, x), x)
    return logarithm((x &+ rest).wide, fraction: 32)
  }

  /// The stability at another temperature, in Q27, from that at 25 degrees in Q16.
  package static func stability(_ stability: UInt32, millidegrees: Int32) -> Int64 {
    // 173150 to 573150; said again, so that nothing checks for a zero divisor.
    let kelvin = max(UInt32(bitPattern: millidegrees &+ 273_150), 1).wide
    // At most 2^32 * 2^11 * 298150 < 2^62.
    return Int64(bitPattern: (stability.wide &<< 11) &* 298_150 / kelvin)
  }
}
