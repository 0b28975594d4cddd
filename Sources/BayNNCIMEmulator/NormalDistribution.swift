// SPDX-License-Identifier: Apache-2.0
import BayNNCore

/// The standard normal distribution in integers: the same deviates on every machine.
package enum NormalDistribution {
  /// 1 in Q24.
  package static let one: Int32 = 1 << 24

  /// The deviate that belongs to a random word, in Q24: within 4e-5 of the inverse distribution,
  /// between -5.42 and 5.42.
  ///
  /// Bit 31 is the sign; the others, and one half, are a fraction v in (0, 1), and v / 2 is the
  /// probability to be beyond. v = 2^-(octave + 1) (1 + m): a polynomial in m for each octave.
  /// Why not a sum of uniform deviates: one in 10^4 of its values is far off, and these are the
  /// ones that make wrong counts.
  package static func deviate(_ word: UInt32) -> Int32 {
    let fraction = word << 1 | 1
    let octave = fraction.leadingZeroBitCount
    let size = octave < octaves ? value(octave, fraction) : largest
    return word >> 31 == 0 ? size : -size
  }

  private static func value(_ octave: Int, _ fraction: UInt32) -> Int32 {
    // m in Q31: without the leading 1.
    let aligned = fraction &<< UInt32(truncatingIfNeeded: octave)
    let m = Int32(truncatingIfNeeded: aligned & 0x7FFF_FFFF)
    let first = octave &* terms
    var sum = coefficients[unchecked: first &+ terms &- 1]
    var i = terms &- 2
    // All sums are below 5.5 in Q24.
    while i >= 0 {
      sum =
        coefficients[unchecked: first &+ i]
        &+ Int32(lowerHalf: (sum.wide &* m.wide) &>> 31)
      i &-= 1
    }
    return sum
  }

  private static let octaves = 24
  private static let terms = 5
  /// The value at v = 2^-24.
  private static let largest: Int32 = 90_932_228

  /// In Q24, ascending powers of m, a row for each octave: least deviation from the inverse
  /// distribution function, which is 2.8e-5 at most.
  private static let coefficients: InlineArray<120, Int32> = [
    11_315_591, -13_172_523, 3_260_191, -1_771_308, 368_520,
    19_299_259, -10_164_809, 3_347_135, -1_549_740, 384_616,
    25_737_901, -8_505_084, 3_128_709, -1_416_610, 355_114,
    31_251_110, -7_429_630, 2_898_920, -1_311_461, 329_678,
    36_135_698, -6_665_283, 2_697_113, -1_224_065, 308_316,
    40_559_605, -6_088_381, 2_525_177, -1_150_288, 290_213,
    44_628_237, -5_634_158, 2_378_685, -1_087_265, 274_700,
    48_412_645, -5_265_144, 2_252_867, -1_032_826, 261_261,
    51_963_289, -4_958_029, 2_143_737, -985_311, 249_498,
    55_317_472, -4_697_481, 2_048_150, -943_444, 239_108,
    58_503_655, -4_472_968, 1_963_664, -906_238, 229_855,
    61_544_118, -4_276_989, 1_888_373, -872_921, 221_552,
    64_456_674, -4_104_048, 1_820_781, -842_881, 214_053,
    67_255_824, -3_950_012, 1_759_700, -815_631, 207_240,
    69_953_552, -3_811_711, 1_704_174, -790_775, 201_017,
    72_559_893, -3_686_667, 1_653_430, -767_990, 195_306,
    75_083_350, -3_572_911, 1_606_834, -747_010, 190_041,
    77_531_194, -3_468_860, 1_563_861, -727_613, 185_168,
    79_909_705, -3_373_222, 1_524_072, -709_614, 180_642,
    82_224_347, -3_284_933, 1_487_101, -692_855, 176_425,
    84_479_910, -3_203_105, 1_452_634, -677_202, 172_482,
    86_680_617, -3_126_996, 1_420_405, -662_541, 168_787,
    88_830_218, -3_055_973, 1_390_186, -648_772, 165_315,
    90_932_056, -2_989_501, 1_361_779, -635_811, 162_044,
  ]
}
