// SPDX-License-Identifier: Apache-2.0
import BayNNCore

/// Turns counts into the bit-sliced form of a result.
enum CountPlanes {
  /// Enters 32 counts: bit p of each goes into one word of plane p.
  ///
  /// - Parameters:
  ///   - word: the word of plane 0; plane p is p * `words` further on.
  ///   - planes: at most 16.
  static func put(
    _ counts: UnsafePointer<UInt16>, _ word: UnsafeMutablePointer<UInt32>, words: Int,
    planes: Int
  ) {
    putByte(counts, word, words: words, planes: min(planes, 8), shift: 0)
    if planes > 8 {
      putByte(counts, word + 8 &* words, words: words, planes: planes &- 8, shift: 8)
    }
  }

  /// Enters the lower or upper bytes of 32 counts, eight to a word.
  @inline(__always)
  private static func putByte(
    _ counts: UnsafePointer<UInt16>, _ word: UnsafeMutablePointer<UInt32>, words: Int,
    planes: Int, shift: UInt64
  ) {
    let address = UnsafeRawPointer(counts)
    let a = eight(address, shift)
    let b = eight(address + 16, shift)
    let c = eight(address + 32, shift)
    let d = eight(address + 48, shift)
    for p in indices(planes) {
      let plane = UInt32(truncatingIfNeeded: p)
      word[p &* words] =
        bits(a, plane) | bits(b, plane) << 8 | bits(c, plane) << 16 | bits(d, plane) << 24
    }
  }

  /// One byte of each of eight counts, in the order 0, 4, 1, 5, 2, 6, 3, 7.
  @inline(__always)
  private static func eight(_ address: UnsafeRawPointer, _ shift: UInt64) -> UInt64 {
    let lower = address.loadUnaligned(as: UInt64.self) &>> shift
    let upper = address.loadUnaligned(fromByteOffset: 8, as: UInt64.self) &>> shift
    return (lower & 0x00FF_00FF_00FF_00FF) | (upper & 0x00FF_00FF_00FF_00FF) &<< 8
  }

  /// A bit of each of eight bytes, put in the order of their counts.
  @inline(__always)
  private static func bits(_ bytes: UInt64, _ plane: UInt32) -> UInt32 {
    let bit = (bytes &>> plane.wide) & 0x0101_0101_0101_0101
    // Byte k holds count t and goes from bit 8k to bit 56 + t: the shifts are 56 + t - 8k, all
    // different modulo 8, and so no two products fall on the same bit.
    return UInt32(truncatingIfNeeded: (bit &* 0x0110_0220_0440_0880) &>> 56)
  }
}
