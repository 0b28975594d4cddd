// SPDX-License-Identifier: Apache-2.0
import BayNNCore

/// Hands out the caller's storage piece by piece. Without storage it only adds up sizes,
/// so that the size asked for and the layout made are the same code.
package struct Arena {
  /// Alignment of the storage, and of every piece of it.
  package static let alignment = 8

  private let base: UnsafeMutableRawPointer
  /// False if the pieces are not real memory.
  package let isPlaced: Bool
  package private(set) var bytes = 0
  /// True if more was asked for than there can be; `bytes` then says nothing.
  package private(set) var isExhausted = false
  /// No session takes this much; what does is refused, since sums of sizes would not fit
  /// the integers of a small machine.
  private static let bytesMax = 0x6000_0000

  /// An arena that only measures.
  package init() {
    base = UnsafeMutableRawPointer(bitPattern: Arena.alignment)!
    isPlaced = false
  }

  package init(storage: UnsafeMutableRawPointer) {
    base = storage
    isPlaced = true
  }

  /// Room for `count` values; its content is whatever was there before.
  package mutating func take<T>(_ type: T.Type, count: Int) -> UnsafeMutablePointer<T> {
    let piece = base + bytes
    // At most 2^29: a sum that is not above the limit yet cannot wrap.
    let size = MemoryLayout<T>.stride &* count
    bytes &+= (size &+ Arena.alignment &- 1) & ~(Arena.alignment &- 1)
    if bytes > Arena.bytesMax { isExhausted = true }
    if isExhausted { bytes = 0 }
    return piece.assumingMemoryBound(to: type)
  }

  package mutating func takeBits(rows: Int, words: Int) -> BitMatrix {
    BitMatrix(base: take(UInt32.self, count: rows &* words), rows: rows, words: words)
  }
}
