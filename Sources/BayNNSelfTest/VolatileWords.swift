// SPDX-License-Identifier: Apache-2.0
import _Volatile

/// Real memory, every access to which happens as written.
struct VolatileWords: WordMemory {
  private let base: UInt
  let wordCount: Int

  init(_ storage: UnsafeMutableRawPointer, bytes: Int) {
    base = UInt(bitPattern: storage)
    wordCount = bytes >> 2
  }

  @inline(__always)
  private func register(_ index: Int) -> VolatileMappedRegister<UInt32> {
    VolatileMappedRegister(unsafeBitPattern: base &+ UInt(bitPattern: index) << 2)
  }

  @inline(__always)
  func read(_ index: Int) -> UInt32 { register(index).load() }
  @inline(__always)
  func write(_ index: Int, _ word: UInt32) { register(index).store(word) }
}
