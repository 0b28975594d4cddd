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
}
