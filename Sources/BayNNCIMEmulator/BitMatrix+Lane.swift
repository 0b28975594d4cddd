// SPDX-License-Identifier: Apache-2.0
import BayNNCore

/// Changes of single lanes of bit-sliced integers.
extension BitMatrix {
  /// Adds 2^plane, or subtracts it, to the integer of a lane. What runs over all planes is
  /// lost.
  ///
  /// - Parameter down: 0 to add, all ones to subtract, as in `ColumnCounter`.
  /// - Returns: true if something was lost.
  @inline(__always) @discardableResult
  func step(lane: Int, plane: Int = 0, down: UInt32) -> Bool {
    var word = row(plane) + lane >> 5
    var carry: UInt32 = 1 &<< UInt32(truncatingIfNeeded: lane & 31)
    var left = rows &- plane
    // Most carries end within four planes: these take no decision that could be guessed wrong.
    if left > 4 {
      for _ in indices(4) {
        let old = word.pointee
        word.pointee = old ^ carry
        carry &= old ^ down
        word += words
      }
      left &-= 4
    }
    while carry != 0, left > 0 {
      let old = word.pointee
      word.pointee = old ^ carry
      carry &= old ^ down
      word += words
      left &-= 1
    }
    return carry != 0
  }

  /// The bit of a lane in a plane.
  @inline(__always)
  func bit(lane: Int, plane: Int) -> UInt32 {
    row(plane)[lane >> 5] &>> UInt32(truncatingIfNeeded: lane & 31) & 1
  }
}
