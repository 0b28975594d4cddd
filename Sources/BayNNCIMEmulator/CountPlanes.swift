// SPDX-License-Identifier: Apache-2.0
import BayNNCore

/// Turns counts into the bit-sliced form of a result.
enum CountPlanes {
  /// Enters 32 counts: bit p of each goes into one word of plane p.
  ///
  /// - Parameters:
  ///   - word: the word of plane 0; plane p is p * `words` further on.
  static func put(
    _ counts: UnsafePointer<UInt16>, _ word: UnsafeMutablePointer<UInt32>, words: Int,
    planes: Int
  ) {
    let quads = UnsafeRawPointer(counts)
    for plane in indices(planes) {
      let shift = UInt32(truncatingIfNeeded: plane)
      var bits: UInt32 = 0
      for i in indices(8) {
        let four = quads.loadUnaligned(fromByteOffset: 8 &* i, as: UInt64.self)
        // Bits 0, 16, 32 and 48 to bits 48 to 51: no two products fall on the same bit.
        let spread = (four &>> shift.wide) & 0x0001_0001_0001_0001
        let nibble = (spread &* 0x0001_0002_0004_0008) &>> 48
        bits |= (UInt32(truncatingIfNeeded: nibble) & 15) &<< UInt32(truncatingIfNeeded: 4 &* i)
      }
      word[plane &* words] = bits
    }
  }
}
