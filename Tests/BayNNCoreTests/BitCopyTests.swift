// SPDX-License-Identifier: Apache-2.0
import Testing

@testable import BayNNCore

@Suite struct BitCopyTests {
  @Test(arguments: boundarySizes)
  func appendsWithoutTouchingOthers(count: Int) {
    var random = SeededGenerator(seed: UInt64(count))
    for offset in [0, 1, 31, 32, 33, 64, 95] {
      let source = Words(wordCount(lanes: count))
      for lane in 0..<count where Bool.random(using: &random) {
        source.base[lane / 32] |= 1 << UInt32(lane % 32)
      }
      let target = Words(wordCount(lanes: offset + count))
      for lane in 0..<offset { target.base[lane / 32] |= 1 << UInt32(lane % 32) }
      appendBits(source.base, count: count, to: target.base, at: offset)
      for lane in 0..<offset + count {
        let bit = target.base[lane / 32] >> UInt32(lane % 32) & 1
        let expected =
          lane < offset ? 1 : source.base[(lane - offset) / 32] >> UInt32((lane - offset) % 32) & 1
        #expect(bit == expected)
      }
      #expect(target.isIntact)
    }
  }

  @Test(arguments: boundarySizes)
  func setsLanes(count: Int) {
    for offset in [0, 1, 31, 32, 33] {
      let target = Words(wordCount(lanes: offset + count))
      setBits(target.base, from: offset, count: count)
      for lane in 0..<wordCount(lanes: offset + count) * 32 {
        let bit = target.base[lane / 32] >> UInt32(lane % 32) & 1
        #expect((bit == 1) == (offset..<offset + count ~= lane))
      }
      #expect(target.isIntact)
    }
  }

  @Test func squareRoots() {
    for value in [UInt64(0), 1, 2, 3, 4, 8, 9, 15, 16, 1 << 32, .max] {
      let root = UInt64(squareRoot(value))
      #expect(root * root <= value)
      if root < UInt64(UInt32.max) { #expect((root + 1) * (root + 1) > value) }
    }
    for root in stride(from: UInt64(1), to: 1 << 32, by: 9_999_991) {
      #expect(squareRoot(root * root) == UInt32(root))
      #expect(squareRoot(root * root - 1) == UInt32(root - 1))
    }
  }

  @Test func scalesDownwards() {
    #expect(scaled(3, by: 1 << 15) == 1)
    #expect(scaled(-3, by: 1 << 15) == -2)
    #expect(scaled(.max, by: 1 << 16) == .max)
    #expect(scaled(.min, by: 1 << 16) == .min)
    for value in [Int32.min, -1, 0, 1, .max] { #expect(value.wide == Int64(value)) }
  }
}
