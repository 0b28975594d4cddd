// SPDX-License-Identifier: Apache-2.0

/// Hands out memory that the caller owns, piece by piece, and never more than there is: state
/// from its start on, data from its end back, so that all state lies together.
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
  /// Bytes of state so far, and of data.
  package private(set) var stateBytes = 0
  private var dataBytes = 0
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
    capacity = min(bytes, Arena.bytesMax) & ~(Arena.alignment &- 1)
    isPlaced = true
  }

  /// Bytes so far; more than any memory holds if too much has been asked for.
  package var bytes: Int {
    isExhausted ? Arena.bytesMax &+ Arena.alignment : stateBytes &+ dataBytes
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

  /// The same for data.
  package mutating func takeData<T>(_ type: T.Type, count: Int) -> UnsafeMutablePointer<T> {
    takeData(bytes: MemoryLayout<T>.stride &* count).assumingMemoryBound(to: type)
  }

  /// Room for `size` bytes of data.
  @inline(never)
  package mutating func takeData(bytes size: Int) -> UnsafeMutableRawPointer {
    let rounded = reserve(size)
    dataBytes &+= rounded
    return isWritable ? base + (capacity &- dataBytes) : base
  }

  /// Room for `size` bytes.
  @inline(never)
  package mutating func take(bytes size: Int) -> UnsafeMutableRawPointer {
    let rounded = reserve(size)
    let piece = base + stateBytes
    stateBytes &+= rounded
    return piece
  }

  /// What a piece of a size takes; 0 if there is not so much.
  private mutating func reserve(_ size: Int) -> Int {
    let rounded = (size &+ Arena.alignment &- 1) & ~(Arena.alignment &- 1)
    guard !isExhausted, size | rounded >= 0, rounded <= capacity &- stateBytes &- dataBytes else {
      isExhausted = true
      return 0
    }
    return rounded
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

  package mutating func takeDataBits(rows: Int, words: Int) -> BitMatrix {
    BitMatrix(base: takeData(UInt32.self, count: rows &* words), rows: rows, words: words)
  }
}
