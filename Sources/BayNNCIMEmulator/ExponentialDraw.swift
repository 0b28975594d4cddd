// SPDX-License-Identifier: Apache-2.0
import BayNNCore

/// The standard exponential distribution in integers: the same draws on every machine.
///
/// Why not `FixedPoint.logarithm`: its ten multiplications would be a third of what an event
/// costs.
package enum ExponentialDraw {
  /// ln(1 + i / 64) in Q27 for i = -1 ... 65.
  private static let logarithms: InlineArray<67, Int32> = [
    -2_113_709, 0, 2_080_937, 4_130_102, 6_148_452, 8_136_899, 10_096_317, 12_027_540,
    13_931_370, 15_808_571, 17_659_880, 19_486_000, 21_287_607, 23_065_351, 24_819_856, 26_551_722,
    28_261_525, 29_949_820, 31_617_143, 33_264_007, 34_890_908, 36_498_325, 38_086_719, 39_656_535,
    41_208_203, 42_742_136, 44_258_737, 45_758_392, 47_241_476, 48_708_351, 50_159_367, 51_594_865,
    53_015_172, 54_420_606, 55_811_475, 57_188_079, 58_550_708, 59_899_641, 61_235_152, 62_557_505,
    63_866_956, 65_163_756, 66_448_146, 67_720_361, 68_980_631, 70_229_177, 71_466_216, 72_691_957,
    73_906_605, 75_110_360, 76_303_414, 77_485_957, 78_658_171, 79_820_237, 80_972_327, 82_114_613,
    83_247_259, 84_370_426, 85_484_273, 86_588_951, 87_684_612, 88_771_402, 89_849_461, 90_918_931,
    91_979_946, 93_032_640, 94_077_141,
  ]

  /// -ln(U) in Q27, for U = (floor(word / 2) + 1) / 2^31: below 22, and within 14 units.
  @inline(__always)
  package static func distance(_ word: UInt32) -> UInt32 {
    let uniform = word >> 1 &+ 1
    let zeros = UInt32(truncatingIfNeeded: uniform.leadingZeroBitCount)
    // 1 + x, of which the highest six bits choose a parabola and the rest, t, is Q25.
    let x = (uniform &<< zeros) << 1
    let index = (x >> 26).int
    let t = Int32(bitPattern: (x << 6) >> 7)
    let before = logarithms[unchecked: index]
    let first = logarithms[unchecked: index &+ 1]
    let second = logarithms[unchecked: index &+ 2]
    let after = logarithms[unchecked: index &+ 3]
    // Twice the bend, below 2^17; and the slope, below 2^21.
    let bend = before &- first &- second &+ after
    let slope =
      second &- first &+ Int32(lowerHalf: (bend.wide &* (t &- 1 << 25).wide) &>> 27)
    let logarithm = first &+ Int32(lowerHalf: (slope.wide &* t.wide) &>> 25)
    // Not below 0, however the parabola was rounded.
    let whole = zeros &* FixedPoint.ln2
    return whole &- min(whole, UInt32(bitPattern: logarithm))
  }
}
