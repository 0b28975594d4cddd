// SPDX-License-Identifier: Apache-2.0
import Testing

@testable import BayNNCore

/// A counter gives count_j +/- the sum of the words at its offsets, modulo 2^planes.
@Suite struct ColumnCounterTests {
  /// Counts lists one after another, each from its own column, and compares lane by lane.
  private func check<Word: LaneWord>(
    _ word: Word.Type, lists: [Int], planes: Int, subtracting: Bool, together: Bool = false,
    seed: UInt64
  ) {
    var random = SeededGenerator(seed: seed)
    let words = Word.rowWords
    let lanes = 32 * words
    let rows = 50
    let columns = Words((rows + lists.count) * words)
    for i in 0..<columns.count { columns.base[i] = random.next32() }
    let counters = Words(planes * words)
    for i in 0..<counters.count { counters.base[i] = random.next32() }
    let matrix = BitMatrix(base: counters.base, rows: planes, words: words)
    var expected = (0..<lanes).map { Int(matrix.integer(lane: $0)) }

    var counter = ColumnCounter<Word>(
      base: counters.base, planes: planes, rowBytes: 4 * words, subtracting: subtracting)
    let offsets = Words(lists.reduce(0, +))
    var next = offsets.base
    var columnLists: [ColumnList] = []
    for (k, count) in lists.enumerated() {
      let column = columns.base + k * words
      let chosen = (0..<count).map { _ in Int.random(in: 0..<rows, using: &random) }
      for (i, row) in chosen.enumerated() { next[i] = UInt32(row * 4 * words) }
      columnLists.append(ColumnList(column: column, offsets: next, count: count))
      if !together { counter.count([columnLists[k]], 1) }
      next += count
      for j in 0..<lanes {
        for row in chosen {
          let bit = Int(column[row * words + j / 32] >> UInt32(j % 32) & 1)
          expected[j] += subtracting ? -bit : bit
        }
      }
    }
    if together { counter.count(columnLists, columnLists.count) }
    counter.store()
    for j in 0..<lanes {
      #expect(Int(matrix.integer(lane: j)) == expected[j] & (1 << planes - 1))
    }
    #expect(counters.isIntact)
  }

  /// Every rest of a group of 32, and some groups; planes from the fewest on.
  @Test(arguments: [5, 6, 7, 8, 9, 12])
  func everyLength(planes: Int) {
    for count in stride(from: 0, through: 140, by: 4) {
      for subtracting in [false, true] {
        let seed = UInt64(count * 100 + planes)
        check(
          UInt32.self, lists: [count], planes: planes, subtracting: subtracting, seed: seed)
        check(
          WideLanes.self, lists: [count], planes: planes, subtracting: subtracting, seed: seed)
      }
    }
  }

  /// What a convolution does: lists from several columns, between one load and one store.
  @Test func severalListsFromSeveralColumns() {
    for lists in [[0, 0], [4, 8], [32, 28, 16], [60, 0, 12], [128, 4, 36, 64]] {
      for subtracting in [false, true] {
        check(UInt32.self, lists: lists, planes: 9, subtracting: subtracting, seed: 5)
        check(WideLanes.self, lists: lists, planes: 9, subtracting: subtracting, seed: 6)
        check(SIMD16<UInt32>.self, lists: lists, planes: 9, subtracting: subtracting, seed: 7)
        check(
          WideLanes.self, lists: lists, planes: 9, subtracting: subtracting, together: true,
          seed: 8)
      }
    }
  }
}
