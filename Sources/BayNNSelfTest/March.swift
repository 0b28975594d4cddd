// SPDX-License-Identifier: Apache-2.0
import BayNNCore

/// Memory under test, as words.
package protocol WordMemory {
  var wordCount: Int { get }
  func read(_ index: Int) -> UInt32
  func write(_ index: Int, _ word: UInt32)
}

/// A March C- test, in steps: (w0); up (r0, w1); up (r1, w0); down (r0, w1);
/// down (r1, w0); (r0). It finds every stuck bit, wrong address, and coupling between two
/// words; run with six backgrounds, also coupling between two bits of one word.
///
/// Source: van de Goor, "Using march tests to test SRAMs", IEEE Design & Test 1993.
package struct March<Memory: WordMemory> {
  package struct Fault: Equatable {
    package let index: Int
    package let actual: UInt32
    package let expected: UInt32
  }

  /// Any two bits of a word differ in one of these.
  private static var backgrounds: InlineArray<6, UInt32> {
    [0, 0x5555_5555, 0x3333_3333, 0x0F0F_0F0F, 0x00FF_00FF, 0x0000_FFFF]
  }
  private static var elements: Int { 6 }

  private let memory: Memory
  private var background = 0
  private var element = 0
  private var position = 0

  package init(_ memory: Memory) { self.memory = memory }

  package var isFinished: Bool { background == 6 || memory.wordCount == 0 }

  /// Visits up to `words` words and returns the first fault on the way.
  package mutating func advance(words: Int) -> Fault? {
    let count = memory.wordCount
    let visits = min(words, count &- position)
    if let fault = visit(visits) { return fault }
    position &+= visits
    if position == count {
      position = 0
      element &+= 1
      if element == March.elements {
        element = 0
        background &+= 1
      }
    }
    return nil
  }

  private func visit(_ visits: Int) -> Fault? {
    let isUp = element < 3
    let first = isUp ? position : memory.wordCount &- 1 &- position
    let step = isUp ? 1 : -1
    let zero = March.backgrounds[unchecked: background]
    // Elements 1, 3 and 5 read the background, 2 and 4 its inverse.
    let expected = element & 1 == 1 ? zero : ~zero
    let (reads, writes) = (element > 0, element < 5)
    var stop: Stop?
    // Four words a round. Each kind of element has its own loop, without a test in it.
    let rounds = Footprint.isSmall ? 0 : visits & ~3
    if !reads {
      stop = visit(rounds, first, step, expected, reading: false, writing: true)
    } else if !writes {
      stop = visit(rounds, first, step, expected, reading: true, writing: false)
    } else {
      stop = visit(rounds, first, step, expected, reading: true, writing: true)
    }
    var done = rounds
    while stop == nil && done < visits {
      if let actual = visit(first &+ done &* step, expected, reads, writes) {
        stop = Stop(done: done, actual: actual)
      }
      done &+= 1
    }
    guard let stop else { return nil }
    let index = first &+ stop.done &* step
    return Fault(index: index, actual: stop.actual, expected: expected)
  }

  /// A fault, after so many visits: its index is computed only then.
  private struct Stop {
    let done: Int
    let actual: UInt32
  }

  /// - Parameter visits: a multiple of 4.
  @inline(__always)
  private func visit(
    _ visits: Int, _ first: Int, _ step: Int, _ expected: UInt32, reading: Bool, writing: Bool
  ) -> Stop? {
    var index = first
    var left = visits
    while left > 0 {
      for k in indices(4) {
        if let actual = visit(index &+ k &* step, expected, reading, writing) {
          return Stop(done: visits &- left &+ k, actual: actual)
        }
      }
      index &+= 4 &* step
      left &-= 4
    }
    return nil
  }

  /// Reads a word, and writes its inverse; returns what is wrong.
  @inline(__always)
  private func visit(
    _ index: Int, _ expected: UInt32, _ reading: Bool, _ writing: Bool
  ) -> UInt32? {
    if reading {
      let actual = memory.read(index)
      if actual != expected { return actual }
    }
    if writing { memory.write(index, ~expected) }
    return nil
  }
}
