// SPDX-License-Identifier: Apache-2.0
import Testing

@testable import BayNNCore

@Suite struct ThresholdsTests {
  /// Every sum of a counter of four planes against every threshold of five.
  @Test func firesExactlyFromTheThreshold() {
    for parity in UInt32(0)...1 {
      for threshold in 0..<32 {
        for inverted in [false, true] { check(parity, threshold, inverted) }
      }
    }
  }

  private func check(_ parity: UInt32, _ threshold: Int, _ inverted: Bool) {
    let counters = Words(4)
    for p in 0..<4 {
      counters.base[p] = (0..<16).reduce(0) { $0 | UInt32($1 >> p & 1) << UInt32($1) }
    }
    let planes = Words(5)
    for p in 0..<5 { planes.base[p] = threshold >> p & 1 == 1 ? ~0 : 0 }
    let inversions = Words(1, fill: inverted ? ~0 : 0)
    let bits = Words(1)
    Thresholds(planes: planes.base, planeCount: 5, inversions: inversions.base).fire(
      counters: BitMatrix(base: counters.base, rows: 4, words: 1), parity: parity,
      outputs: 16, into: bits.base)
    for count in 0..<16 {
      let fires = 2 * count + Int(parity) >= threshold
      #expect((bits.base[0] >> UInt32(count) & 1 == 1) == (fires != inverted))
    }
    #expect(bits.base[0] >> 16 == 0, "padding lanes stay 0")
  }

  /// Rows of one to nine words, so that groups of four and what is left of them are compared.
  @Test(arguments: [1, 31, 32, 33, 63, 64, 65, 127, 128, 129, 255, 256, 257, 288])
  func firesInEveryWord(outputs: Int) {
    var random = SeededGenerator(seed: UInt64(outputs))
    let words = wordCount(lanes: outputs)
    for planeCount in [2, 3, 6, 12] {
      let counters = Words((planeCount - 1) * words)
      let planes = Words((planeCount + 1) * words)
      for i in 0..<counters.count { counters.base[i] = random.next32() }
      for i in 0..<planes.count { planes.base[i] = random.next32() }
      let sums = BitMatrix(base: counters.base, rows: planeCount - 1, words: words)
      let limits = BitMatrix(base: planes.base, rows: planeCount, words: words)
      let inversions = planes.base + planeCount * words
      for parity in UInt32(0)...1 {
        let bits = Words(words, fill: ~0)
        Thresholds(planes: planes.base, planeCount: planeCount, inversions: inversions).fire(
          counters: sums, parity: parity, outputs: outputs, into: bits.base)
        for j in 0..<(32 * words) {
          let inverted = inversions[j / 32] >> UInt32(j % 32) & 1 == 1
          let fires = 2 * sums.integer(lane: j) + parity >= limits.integer(lane: j)
          let bit = bits.base[j / 32] >> UInt32(j % 32) & 1 == 1
          #expect(bit == (j < outputs && fires != inverted))
        }
        #expect(bits.isIntact)
      }
    }
  }
}
