// SPDX-License-Identifier: Apache-2.0
import BayNNCore

/// Splits input bytes into bit planes.
enum InputPlanes {
  /// True if no byte is above `maximum`.
  static func inRange(_ input: UnsafePointer<UInt8>, count: Int, maximum: UInt32) -> Bool {
    if maximum == 255 { return true }
    for i in indices(count) where UInt32(input[i]) > maximum { return false }
    return true
  }

  /// Plane p, lane i = bit p of byte i; padding lanes are 0.
  static func pack(_ input: UnsafePointer<UInt8>, count: Int, into planes: BitMatrix) {
    planes.fill(0)
    append(input, count: count, to: planes, at: 0)
  }

  /// Writes the bits of `count` bytes behind the first `offset` lanes, where all bits are 0.
  @inline(never)
  static func append(
    _ input: UnsafePointer<UInt8>, count: Int, to planes: BitMatrix, at offset: Int
  ) {
    let raw = UnsafeRawPointer(input)
    var i = 0
    #if arch(x86_64) || arch(arm64)
      while i &+ 8 <= count {
        let eight = raw.loadUnaligned(fromByteOffset: i, as: UInt64.self)
        if eight != 0 { append(eight, to: planes, at: offset &+ i) }
        i &+= 8
      }
    #endif
    while i < count {
      var four: UInt32 = 0
      if i &+ 4 <= count {
        four = raw.loadUnaligned(fromByteOffset: i, as: UInt32.self)
      } else {
        for k in indices(from: i, count) {
          four |= UInt32(input[k]) &<< UInt32(truncatingIfNeeded: 8 &* (k &- i))
        }
      }
      var word = planes.base + (offset &+ i) >> 5
      let lane = UInt32(truncatingIfNeeded: (offset &+ i) & 31)
      for _ in indices(planes.rows) {
        // Backgrounds are 0, and small values have no upper planes.
        if four == 0 { break }
        // The product moves the low bits of the four bytes next to each other at the top.
        let bits = ((four & 0x0101_0101) &* 0x1020_4080) >> 28
        word.pointee |= bits &<< lane
        // Bits beyond the word; there are none behind the last byte.
        if lane > 28, bits &>> (32 &- lane) != 0 { word[1] |= bits &>> (32 &- lane) }
        word += planes.words
        four >>= 1
      }
      i &+= 4
    }
  }

  #if arch(x86_64) || arch(arm64)
    /// Writes the bits of eight bytes from lane `lane` on.
    @inline(__always)
    private static func append(_ bytes: UInt64, to planes: BitMatrix, at lane: Int) {
      var rest = transpose(bytes)
      let shift = UInt32(truncatingIfNeeded: lane & 7)
      var bits = UnsafeMutableRawPointer(planes.base) + lane >> 3
      for _ in indices(planes.rows) {
        let lanes = UInt32(UInt8(truncatingIfNeeded: rest)) &<< shift
        bits.storeBytes(
          of: bits.load(as: UInt8.self) | UInt8(truncatingIfNeeded: lanes), as: UInt8.self)
        // Lanes of the byte after that; there are none, and it may not exist, without a shift.
        if shift != 0 {
          let after = bits.load(fromByteOffset: 1, as: UInt8.self)
          bits.storeBytes(
            of: after | UInt8(truncatingIfNeeded: lanes &>> 8), toByteOffset: 1, as: UInt8.self)
        }
        bits += 4 &* planes.words
        rest &>>= 8
      }
    }

    /// Bit b of byte a becomes bit a of byte b.
    ///
    /// Swaps blocks of one, two and four bits across the diagonal (H. S. Warren, Hacker's
    /// Delight, section 7-3).
    @inline(__always)
    static func transpose(_ bytes: UInt64) -> UInt64 {
      var bits = bytes
      var swapped = (bits ^ bits &>> 7) & 0x00AA_00AA_00AA_00AA
      bits ^= swapped ^ swapped &<< 7
      swapped = (bits ^ bits &>> 14) & 0x0000_CCCC_0000_CCCC
      bits ^= swapped ^ swapped &<< 14
      swapped = (bits ^ bits &>> 28) & 0x0000_0000_F0F0_F0F0
      return bits ^ swapped ^ swapped &<< 28
    }
  #endif
}
