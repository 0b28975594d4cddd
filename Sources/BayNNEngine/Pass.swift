// SPDX-License-Identifier: Apache-2.0
import BayNNCore
import BayNNModel

/// The random decisions of the leaf at work: a mask for few, and a stream of random numbers
/// for the layers that make many (SPEC section 5).
struct Pass {
  var mask: UInt32 = 0
  /// Number of the pass; drawn layers decide nothing unless `isDrawn`.
  var number: UInt32 = 0
  var isDrawn = false
  var seed: UInt64 = 0
  /// Number of the inference.
  var call: UInt64
  /// Who gives the bits; nil for the library's own generator.
  var accelerator: UnsafeMutablePointer<Accelerator>?

  /// Block `index` of the stream of a wide layer.
  func block(_ index: Int, wideLayer: UInt32) -> Philox.Block {
    Philox.block(
      key: halves(seed),
      counter: (
        UInt32(truncatingIfNeeded: index), (wideLayer &+ 1) << 16 | number, halves(call).0,
        halves(call).1
      ))
  }

  /// Writes which of `count` rows or channels are kept, as bits; padding lanes are 0.
  func drawKept(
    _ count: Int, probability: UInt32, wideLayer: UInt32,
    into kept: UnsafeMutablePointer<UInt32>
  ) {
    let words = wordCount(lanes: count)
    kept.fill(isDrawn ? 0 : ~0, count: words)
    var row = 0
    if isDrawn, let accelerator, accelerator.draw(count, probability: probability, into: kept) {
      for word in indices(words) { kept[word] = ~kept[word] }
      row = count
    }
    while isDrawn && row < count {
      let block = block(row >> 3, wideLayer: wideLayer)
      let bits =
        Pass.kept(block.0, probability) | Pass.kept(block.1, probability) << 2
        | Pass.kept(block.2, probability) << 4 | Pass.kept(block.3, probability) << 6
      kept[row >> 5] |= bits &<< UInt32(truncatingIfNeeded: row & 31)
      row &+= 8
    }
    kept[words &- 1] &= tailMask(lanes: count)
  }

  /// Two decisions, from the halves of a word.
  private static func kept(_ word: UInt32, _ probability: UInt32) -> UInt32 {
    (word & 0xFFFF >= probability ? 1 : 0) | (word >> 16 >= probability ? 2 : 0)
  }

  /// A Gaussian number, Q16.16: the sum of eight uniform ones, standardised.
  func gaussian(_ index: Int, wideLayer: UInt32) -> Int32 {
    guard isDrawn else { return 0 }
    var block: Philox.Block = (0, 0, 0, 0)
    let isGiven = withUnsafeMutableBytes(of: &block) { bytes in
      accelerator?.draw(
        128, probability: 1 << 15,
        into: bytes.baseAddress!.assumingMemoryBound(to: UInt32.self)) ?? false
    }
    if !isGiven { block = self.block(index, wideLayer: wideLayer) }
    let sum =
      Pass.halfSum(block.0) &+ Pass.halfSum(block.1) &+ Pass.halfSum(block.2)
      &+ Pass.halfSum(block.3)
    return Pass.standardised(sum)
  }

  private static func halfSum(_ word: UInt32) -> UInt32 { word & 0xFFFF &+ word >> 16 }

  /// floor((2 Y - 524280) * 40132 / 2^16): the variance of Y is 8 (2^32 - 1) / 12.
  static func standardised(_ sum: UInt32) -> Int32 {
    let centred = Int32(bitPattern: 2 &* sum) &- 524_280
    return scaled(centred, by: 40_132)
  }
}

/// The halves of a word of 64 bits.
@inline(__always)
func halves(_ word: UInt64) -> (UInt32, UInt32) {
  (UInt32(truncatingIfNeeded: word), UInt32(upperHalf: word))
}
