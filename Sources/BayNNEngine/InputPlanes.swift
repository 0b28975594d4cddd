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
}
