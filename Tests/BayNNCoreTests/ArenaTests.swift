// SPDX-License-Identifier: Apache-2.0
import Testing

@testable import BayNNCore

@Suite struct ArenaTests {
  /// What is measured is what is handed out, in pieces that are aligned and do not overlap.
  @Test func measuresWhatItHandsOut() {
    let sizes = [0, 1, 7, 8, 9, 100, 3, 64]
    var measure = Arena()
    for size in sizes { _ = measure.take(bytes: size) }
    #expect(!measure.isPlaced && !measure.isExhausted && measure.bytes == 216)
    let memory = UnsafeMutableRawPointer.allocate(byteCount: 216, alignment: 8)
    defer { memory.deallocate() }
    var arena = Arena(storage: memory, bytes: 216)
    var end = memory
    for size in sizes {
      let piece = arena.take(bytes: size)
      #expect(piece == end)
      end = piece + (size + 7) & ~7
    }
    #expect(arena.isWritable && arena.bytes == 216)
  }

  /// State lies at the start, one piece behind the other; data at the end, in reverse.
  @Test func keepsStateTogether() {
    let memory = UnsafeMutableRawPointer.allocate(byteCount: 64, alignment: 8)
    defer { memory.deallocate() }
    var measure = Arena()
    // Seven bytes more than a multiple of the alignment are no use.
    var arena = Arena(storage: memory, bytes: 55)
    for (size, isData, offset) in [(4, true, 40), (8, false, 0), (9, true, 24), (9, false, 8)] {
      let piece = isData ? arena.takeData(bytes: size) : arena.take(bytes: size)
      _ = isData ? measure.takeData(bytes: size) : measure.take(bytes: size)
      #expect(piece == memory + offset)
    }
    #expect(arena.isWritable && arena.stateBytes == 24)
    #expect(arena.bytes == 48 && measure.bytes == 48)
    _ = arena.takeData(bytes: 1)
    #expect(arena.isExhausted)
  }

  /// More than there is: nothing is handed out from then on, not even what would fit.
  @Test func staysExhausted() {
    let memory = UnsafeMutableRawPointer.allocate(byteCount: 64, alignment: 8)
    defer { memory.deallocate() }
    for capacity in 0..<64 {
      var arena = Arena(storage: memory, bytes: capacity)
      var taken = 0
      while arena.isWritable, taken <= 64 {
        _ = arena.take(bytes: 8)
        taken += 8
      }
      #expect(taken == capacity / 8 * 8 + 8)
      _ = arena.take(bytes: 0)
      #expect(arena.isExhausted && arena.put(UInt64(1)) == nil)
    }
  }

  /// A size that no memory holds is never forgotten, whatever is added to it.
  @Test(arguments: [0x6000_0001, 0x7FFF_FFFF, Int.max - 8, Int.max, -1, Int.min])
  func refusesWhatNoMemoryHolds(size: Int) {
    var measure = Arena()
    _ = measure.take(bytes: 100)
    _ = measure.take(bytes: size)
    #expect(measure.isExhausted)
    for more in [0, 8, 0x6000_0000, Int.max] {
      _ = measure.take(bytes: more)
      #expect(measure.isExhausted)
      // Whoever asks for as much gets nothing.
      var other = Arena()
      _ = other.take(bytes: measure.bytes)
      #expect(other.isExhausted)
    }
  }
}
