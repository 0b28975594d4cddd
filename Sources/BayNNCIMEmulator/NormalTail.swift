// SPDX-License-Identifier: Apache-2.0
import BayNNCore

/// The upper tail of the standard normal distribution, in integers: the same bits everywhere.
package enum NormalTail {
  /// -ln Q(z) in Q26 for z = -1/8, 0, 1/8, ... 7 1/8.
  private static let negatedLogarithms: InlineArray<59, UInt32> = [
    40_152_110, 46_516_320, 53_547_917, 61_274_538, 69_721_952, 78_914_102,
    88_873_166, 99_619_634, 111_172_403, 123_548_871, 136_765_038, 150_835_606,
    165_774_079, 181_592_855, 198_303_319, 215_915_925, 234_440_277, 253_885_203,
    274_258_821, 295_568_602, 317_821_428, 341_023_643, 365_181_101, 390_299_209,
    416_382_967, 443_437_000, 471_465_597, 500_472_735, 530_462_104, 561_437_139,
    593_401_033, 626_356_762, 660_307_101, 695_254_642, 731_201_805, 768_150_858,
    806_103_920, 845_062_983, 885_029_914, 926_006_464, 967_994_285, 1_010_994_928,
    1_055_009_856, 1_100_040_446, 1_146_088_001, 1_193_153_750, 1_241_238_854, 1_290_344_413,
    1_340_471_468, 1_391_621_007, 1_443_793_965, 1_496_991_231, 1_551_213_648, 1_606_462_019,
    1_662_737_107, 1_720_039_638, 1_778_370_305, 1_837_729_768, 1_898_118_655,
  ]

  /// The argument from which on the tail is 0: Q(7) is 1.3e-12. Q16.
  package static let end: Int32 = 7 << 16

  /// Q(z), the probability of more than z, in Q31 for z in Q16; within 8 units and 4 millionths
  /// of itself.
  package static func above(_ z: Int32) -> UInt32 {
    guard z >= 0 else { return FixedPoint.one &- above(0 &- max(z, 0 &- end)) }
    guard z < end else { return 0 }
    // Gauss's cubic through four neighbours: -ln Q is nearly a parabola.
    let index = Int(truncatingIfNeeded: z >> 13)
    let t = z & 8191  // Q13
    let f0 = value(index &+ 1)
    let f1 = value(index &+ 2)
    let bend0 = value(index) &- 2 &* f0 &+ f1
    let bend1 = f0 &- 2 &* f1 &+ value(index &+ 3)
    // Slopes are below 2^26, bends below 2^21, twists below 2^15.
    let twist = (bend1 &- bend0) &* (t &+ 8192) / (3 << 13)
    let bend = (bend0 &+ twist).wide &* (t &- 8192).wide
    let slope = (f1 &- f0).wide &+ bend &>> 14
    let f = f0.wide &+ (slope &* t.wide) &>> 13
    return FixedPoint.exponential(negated: UInt32(truncatingIfNeeded: (f &+ 32) &>> 6))
  }

  private static func value(_ index: Int) -> Int32 {
    Int32(bitPattern: negatedLogarithms[unchecked: index])
  }
}
