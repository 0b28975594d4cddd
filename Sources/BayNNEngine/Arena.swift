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
    let size = MemoryLayout<T>.stride &* count
    bytes &+= (size &+ Arena.alignment &- 1) & ~(Arena.alignment &- 1)
    return piece.assumingMemoryBound(to: type)
  }

  package mutating func takeBits(rows: Int, words: Int) -> BitMatrix {
    BitMatrix(base: take(UInt32.self, count: rows &* words), rows: rows, words: words)
  }
}
