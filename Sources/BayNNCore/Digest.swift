// SPDX-License-Identifier: Apache-2.0

/// A digest of words that finds damage, not malice: any change of a single word changes it.
package enum Digest {
  package static var start: UInt32 { ~0 }

  /// A rotation and an exclusive or: one instruction of Arm processors.
  @inline(__always)
  package static func mix(_ word: UInt32, into digest: UInt32) -> UInt32 {
    (digest >> 7 | digest << 25) ^ word
  }

  @inline(never)
  package static func mix(
    _ words: UnsafePointer<UInt32>, count: Int, into digest: UInt32
  ) -> UInt32 {
    var result = digest
    var next = words
    let end = words + count
    while !Footprint.isSmall && end - next >= 4 {
      result = mix(next[1], into: mix(next[0], into: result))
      result = mix(next[3], into: mix(next[2], into: result))
      next += 4
    }
    while next < end {
      result = mix(next.pointee, into: result)
      next += 1
    }
    return result
  }
}
