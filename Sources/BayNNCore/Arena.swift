// SPDX-License-Identifier: Apache-2.0

/// Hands out memory that the caller owns, piece by piece, and never more than there is.
///
/// Without memory it only adds up sizes, so that the size asked for and the layout made are
/// the same code.
package struct Arena {
  /// Alignment of the memory, and of every piece of it.
  package static let alignment = 8

  private let base: UnsafeMutableRawPointer
  private let capacity: Int
  /// False if the pieces are not real memory.
  package let isPlaced: Bool
  package private(set) var bytes = 0
  /// True if more was asked for than there is: no piece that was taken since may be touched.
  package private(set) var isExhausted = false
  /// No session takes this much; what does is refused, since sums of sizes would not fit
  /// the integers of a small machine.
  private static let bytesMax = 0x6000_0000

  /// An arena that only measures.
  package init() {
    base = UnsafeMutableRawPointer(bitPattern: Arena.alignment)!
    capacity = Arena.bytesMax
    isPlaced = false
  }

  package init(storage: UnsafeMutableRawPointer, bytes: Int) {
    base = storage
    capacity = min(bytes, Arena.bytesMax)
    isPlaced = true
  }

  /// True if pieces are real memory, all that were taken so far.
  package var isWritable: Bool { isPlaced && !isExhausted }

  /// Stands for memory that is not there while sizes are added up.
  package var nowhere: UnsafeMutablePointer<UInt32> {
    base.assumingMemoryBound(to: UInt32.self)
  }

  /// Room for `count` values; its content is whatever was there before.
  package mutating func take<T>(_ type: T.Type, count: Int) -> UnsafeMutablePointer<T> {
    take(bytes: MemoryLayout<T>.stride &* count).assumingMemoryBound(to: type)
  }

  /// Room for `size` bytes.
  @inline(never)
  package mutating func take(bytes size: Int) -> UnsafeMutableRawPointer {
    let rounded = (size &+ Arena.alignment &- 1) & ~(Arena.alignment &- 1)
    guard !isExhausted, size | rounded >= 0, rounded <= capacity &- bytes else {
      isExhausted = true
      // What is measured so is more than any memory holds.
      bytes = isPlaced ? 0 : Arena.bytesMax &+ Arena.alignment
      return base
    }
    let piece = base + bytes
    bytes &+= rounded
    return piece
  }

  /// Places a value; nil, and the value is not made, if there is no memory for it.
  @inline(__always)
  package mutating func put<T>(_ value: @autoclosure () -> T) -> UnsafeMutablePointer<T>? {
    let target = take(T.self, count: 1)
    guard isWritable else { return nil }
    target.initialize(to: value())
    return target
  }

  package mutating func takeBits(rows: Int, words: Int) -> BitMatrix {
    BitMatrix(base: take(UInt32.self, count: rows &* words), rows: rows, words: words)
  }
}
