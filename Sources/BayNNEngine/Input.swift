// SPDX-License-Identifier: Apache-2.0
import BayNNCore
import BayNNModel

/// The input as bit planes: plane p, lane i is bit p of element i; padding lanes are 0.
enum Input {
  /// Packs the bytes of an input, which lie at any address: each is loaded by itself.
  ///
  /// - Throws: `inputSize`, or `inputRange` if a byte is above the tensor's bound; the tensor
  ///   is then as it was.
  static func take(
    _ input: UnsafePointer<UInt8>, count: Int, into tensor: Tensor
  ) throws(Fault) {
    guard count == tensor.shape.elements else { throw .inputSize }
    guard inRange(input, count: count, maximum: tensor.shape.bound) else { throw .inputRange }
    pack(input, count: count, into: tensor.planes)
  }

  private static func inRange(
    _ input: UnsafePointer<UInt8>, count: Int, maximum: UInt32
  ) -> Bool {
    if maximum == 255 { return true }
    for i in indices(count) where UInt32(input[i]) > maximum { return false }
    return true
  }

  static func pack(_ input: UnsafePointer<UInt8>, count: Int, into planes: BitMatrix) {
    // Every word is written: those of 32 elements, and what is left of the last one.
    var lane = 0
    while lane < 32 &* planes.words {
      let bytes = block(input + lane, count: count &- lane)
      var target = UnsafeMutableRawPointer(planes.base) + lane >> 3
      var (low, high) = (UInt32(truncatingIfNeeded: bytes), UInt32(upperHalf: bytes))
      Input.transpose(&low, &high)
      for plane in indices(planes.rows) {
        if plane == 4 { low = high }
        target.storeBytes(of: UInt8(truncatingIfNeeded: low), as: UInt8.self)
        low >>= 8
        target += 4 &* planes.words
      }
      lane &+= 8
    }
  }

  /// The next eight bytes, first one lowest; 0 in place of those that are not there.
  @inline(__always)
  private static func block(_ input: UnsafePointer<UInt8>, count: Int) -> UInt64 {
    var low: UInt32 = 0
    var high: UInt32 = 0
    if count >= 8 {
      low =
        UInt32(input[0]) | UInt32(input[1]) << 8 | UInt32(input[2]) << 16
        | UInt32(input[3]) << 24
      high =
        UInt32(input[4]) | UInt32(input[5]) << 8 | UInt32(input[6]) << 16
        | UInt32(input[7]) << 24
    } else {
      for i in indices(count) {
        let byte = UInt32(input[i]) &<< UInt32(truncatingIfNeeded: 8 &* (i & 3))
        if i < 4 { low |= byte } else { high |= byte }
      }
    }
    return low.wide | high.wide &<< 32
  }

  /// Unpacks eight elements, of which the first one is lane `lane`, a multiple of 8.
  @inline(__always)
  static func unpack(_ planes: BitMatrix, lane: Int) -> (UInt32, UInt32) {
    var source = UnsafeRawPointer(planes.base) + lane >> 3
    var low: UInt32 = 0
    var high: UInt32 = 0
    for plane in indices(planes.rows) {
      let byte =
        UInt32(source.load(as: UInt8.self)) &<< UInt32(truncatingIfNeeded: 8 &* (plane & 3))
      if plane < 4 { low |= byte } else { high |= byte }
      source += 4 &* planes.words
    }
    transpose(&low, &high)
    return (low, high)
  }

  /// Bit b of byte a becomes bit a of byte b, bytes 0 to 3 in `low`.
  ///
  /// Swaps blocks of one, two and four bits across the diagonal (H. S. Warren, Hacker's
  /// Delight, section 7-3).
  @inline(__always)
  static func transpose(_ low: inout UInt32, _ high: inout UInt32) {
    var swapped = (low ^ low >> 7) & 0x00AA_00AA
    low ^= swapped ^ swapped << 7
    swapped = (high ^ high >> 7) & 0x00AA_00AA
    high ^= swapped ^ swapped << 7
    swapped = (low ^ low >> 14) & 0x0000_CCCC
    low ^= swapped ^ swapped << 14
    swapped = (high ^ high >> 14) & 0x0000_CCCC
    high ^= swapped ^ swapped << 14
    swapped = (low >> 4 ^ high) & 0x0F0F_0F0F
    low ^= swapped << 4
    high ^= swapped
  }
}
