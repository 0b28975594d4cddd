// SPDX-License-Identifier: Apache-2.0
import Testing

@testable import BayNNSelfTest

/// Memory with one fault, of the kinds that March C- must find.
private final class FaultyMemory: WordMemory {
  enum Fault {
    case none
    /// A bit that keeps its value.
    case stuck(word: Int, bit: Int, value: Bool)
    /// A bit that goes to 1 (or to 0) makes another one 0, 1, or its inverse.
    case coupled(from: (Int, Int), to: (Int, Int), rising: Bool, effect: Effect)
    /// Two addresses reach one word.
    case alias(Int, Int)
    /// A bit that cannot go from 0 to 1, or from 1 to 0.
    case transition(word: Int, bit: Int, rising: Bool)
  }

  enum Effect: CaseIterable { case clear, set, invert }

  var words: [UInt32]
  let fault: Fault
  private(set) var accesses = 0

  init(_ count: Int, _ fault: Fault) {
    words = (0..<count).map { UInt32($0) &* 0x9E37_79B9 }
    self.fault = fault
  }

  var wordCount: Int { words.count }

  private func address(_ index: Int) -> Int {
    if case .alias(let a, let b) = fault, index == a { return b }
    return index
  }

  func read(_ index: Int) -> UInt32 {
    accesses += 1
    let word = words[address(index)]
    if case .stuck(index, let bit, let value) = fault {
      return value ? word | 1 << UInt32(bit) : word & ~(1 << UInt32(bit))
    }
    return word
  }

  func write(_ index: Int, _ word: UInt32) {
    accesses += 1
    let old = words[address(index)]
    var new = word
    if case .transition(index, let bit, let rising) = fault {
      let mask: UInt32 = 1 << UInt32(bit)
      if rising, old & mask == 0 { new &= ~mask }
      if !rising, old & mask != 0 { new |= mask }
    }
    words[address(index)] = new
    if case .coupled(let from, let to, let rising, let effect) = fault, from.0 == index,
      (old ^ new) >> UInt32(from.1) & 1 == 1, (new >> UInt32(from.1) & 1 == 1) == rising
    {
      let mask: UInt32 = 1 << UInt32(to.1)
      switch effect {
      case .clear: words[to.0] &= ~mask
      case .set: words[to.0] |= mask
      case .invert: words[to.0] ^= mask
      }
    }
  }
}

@Suite struct MarchTests {
  private func run(_ memory: FaultyMemory, chunk: Int = 7) -> March<FaultyMemory>.Fault? {
    var march = March(memory)
    while !march.isFinished {
      if let fault = march.advance(words: chunk) { return fault }
    }
    return nil
  }

  @Test(arguments: [1, 2, 3, 16, 100])
  func goodMemoryPasses(words: Int) {
    let memory = FaultyMemory(words, .none)
    #expect(run(memory) == nil)
    // Six backgrounds of ten operations on each word.
    #expect(memory.accesses == 60 * words)
  }

  @Test func findsEveryStuckBit() {
    for word in 0..<9 {
      for bit in 0..<32 {
        for value in [false, true] {
          let fault = run(FaultyMemory(9, .stuck(word: word, bit: bit, value: value)))
          #expect(fault?.index == word)
          #expect(fault.map { $0.actual ^ $0.expected } == 1 << UInt32(bit))
        }
      }
    }
  }

  @Test func findsEveryTransitionFault() {
    for word in 0..<5 {
      for bit in 0..<32 {
        for rising in [false, true] {
          let memory = FaultyMemory(5, .transition(word: word, bit: bit, rising: rising))
          #expect(run(memory)?.index == word)
        }
      }
    }
  }

  @Test func findsEveryAlias() {
    for a in 0..<6 {
      for b in 0..<6 where a != b { #expect(run(FaultyMemory(6, .alias(a, b))) != nil) }
    }
  }

  /// Between words, same bit and another, both directions; and between all pairs of bits
  /// of one word, where the effect must differ from what is written.
  @Test func findsEveryCoupling() {
    for rising in [false, true] {
      for effect in FaultyMemory.Effect.allCases {
        for a in 0..<4 {
          for b in 0..<4 where a != b {
            for bit in [3, 17] {
              let fault = FaultyMemory.Fault.coupled(
                from: (a, 3), to: (b, bit), rising: rising, effect: effect)
              #expect(run(FaultyMemory(4, fault)) != nil)
            }
          }
        }
        for a in 0..<32 {
          for b in 0..<32 where a != b {
            let fault = FaultyMemory.Fault.coupled(
              from: (1, a), to: (1, b), rising: rising, effect: effect)
            #expect(run(FaultyMemory(3, fault)) != nil)
          }
        }
      }
    }
  }

  /// The definition, one word after another.
  private func defined(_ memory: FaultyMemory) -> March<FaultyMemory>.Fault? {
    let backgrounds: [UInt32] = [0, 0x5555_5555, 0x3333_3333, 0x0F0F_0F0F, 0x00FF_00FF, 0xFFFF]
    for zero in backgrounds {
      for element in 0..<6 {
        let expected = element & 1 == 1 ? zero : ~zero
        let up = Array(0..<memory.wordCount)
        for index in element < 3 ? up : up.reversed() {
          if element > 0 {
            let actual = memory.read(index)
            if actual != expected {
              return .init(index: index, actual: actual, expected: expected)
            }
          }
          if element < 5 { memory.write(index, ~expected) }
        }
      }
    }
    return nil
  }

  /// The same fault, after the same accesses, for every place in a round and every chunk.
  @Test func accessesAndFaultsEqualTheDefinition() {
    for words in [1, 3, 4, 5, 8, 9, 16, 17, 31, 33] {
      for chunk in [1, 3, 4, 7, 8, 64] {
        for word in 0..<words {
          for bit in [0, 9, 31] {
            let faults: [FaultyMemory.Fault] = [
              .stuck(word: word, bit: bit, value: true),
              .transition(word: word, bit: bit, rising: false), .alias(word, words / 2),
              .coupled(
                from: (word, bit), to: (words - 1 - word, 7), rising: true, effect: .invert),
            ]
            for fault in faults {
              let (memory, other) = (FaultyMemory(words, fault), FaultyMemory(words, fault))
              #expect(run(memory, chunk: chunk) == defined(other))
              #expect(memory.accesses == other.accesses)
              #expect(memory.words == other.words)
            }
          }
        }
      }
    }
  }
}
