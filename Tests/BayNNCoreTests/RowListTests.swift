// SPDX-License-Identifier: Apache-2.0
import Testing

@testable import BayNNCore

@Suite struct RowListTests {
  /// Reads all lists of a walk, and checks their form.
  private func rows(_ bits: [UInt32], lanes: Int, capacity: Int) -> [Int] {
    let offsets = Words(capacity)
    var list = RowList(offsets: offsets.base, capacity: capacity)
    var walk = ActiveRows.ones(of: bits, lanes: lanes)
    var result: [Int] = []
    while true {
      list.fill(from: &walk, zeroRow: lanes, rowBytes: 12)
      #expect(offsets.isIntact, "no list overruns its memory")
      #expect(list.count % 4 == 0 && list.count <= capacity)
      if list.count == 0 { return result }
      let filled = (0..<list.count).map { Int(offsets.base[$0]) / 12 }
      #expect(filled.filter { $0 == lanes }.count <= RowList.paddingMax)
      result += filled.filter { $0 != lanes }
    }
  }

  private func expected(_ bits: [UInt32], _ lanes: Int) -> [Int] {
    (0..<lanes).filter { bits[$0 / 32] >> UInt32($0 % 32) & 1 == 1 }
  }

  @Test func everyFillingUpToTheCapacity() {
    // One to 32 ones, then full words: every state in which a list can end.
    for first in 0...32 {
      for full in 0...40 {
        let word = first == 32 ? ~0 : (UInt32(1) << UInt32(first)) &- 1
        let bits = [word] + [UInt32](repeating: ~0, count: full)
        for capacity in [64, RowList.capacity(rows: 512)] {
          let lanes = bits.count * 32
          #expect(rows(bits, lanes: lanes, capacity: capacity) == expected(bits, lanes))
        }
      }
    }
  }

  @Test(arguments: boundarySizes)
  func onlyRealLanes(lanes: Int) {
    let bits = [UInt32](repeating: ~0, count: wordCount(lanes: lanes))
    #expect(rows(bits, lanes: lanes, capacity: 64) == Array(0..<lanes))
  }

  /// What machines without wide words do with each word of bits.
  @Test func wordsFromTheHighestBitDown() {
    var random = SeededGenerator(seed: 11)
    for _ in 0..<200 {
      // Few ones and many, and none and all.
      let bits = random.next32() & random.next32() | (Bool.random(using: &random) ? 0 : ~0 >> 3)
      for bits in [bits, ~bits, 0, ~0, 1, 1 << 31] {
        let offsets = Words(32)
        let end = RowList.append(bits, highest: 31 * 12 + 600, rowBytes: 12, at: offsets.base)
        let rows = (0..<(end - offsets.base)).map { (Int(offsets.base[$0]) - 600) / 12 }
        #expect(rows.reversed() == expected([bits], 32))
        #expect(offsets.isIntact)
      }
    }
  }

  @Test func whatAnotherRowLacks() {
    let old: [UInt32] = [0b1100, ~0]
    let new: [UInt32] = [0b1010, 0]
    #expect(ActiveRows.ones(of: new, without: old, lanes: 40).total == 1)
    #expect(ActiveRows.ones(of: old, without: new, lanes: 40).total == 1 + 8)
    #expect(ActiveRows.zeros(of: old, lanes: 40).total == 30)
  }
}
