// SPDX-License-Identifier: Apache-2.0
import Testing

@testable import BayNNCore

@Suite struct LaneTotalsTests {
  private func check(rows: Int, stride: Int, _ word: (inout SeededGenerator) -> UInt32) {
    var random = SeededGenerator(seed: UInt64(rows * 10 + stride))
    // Ones beside the column: they do not count.
    let matrix = Words(rows * stride + 1, fill: ~0)
    for row in 0..<rows { matrix.base[row * stride] = word(&random) }
    var totals = LaneTotals.count(matrix.base, stride: stride, rows: rows)
    let expected = (0..<32).map { lane in
      (0..<rows).reduce(0) { $0 + matrix.base[$1 * stride] >> UInt32(lane) & 1 }
    }
    withUnsafeMutableBytes(of: &totals) {
      let base = $0.baseAddress!.assumingMemoryBound(to: UInt32.self)
      let planes = BitMatrix(base: base, rows: LaneTotals.planes, words: 1)
      for lane in 0..<32 { #expect(planes.integer(lane: lane) == expected[lane]) }
    }
  }

  @Test(arguments: [0, 1, 7, 8, 9, 15, 16, 17, 31, 32, 33, 63, 64, 65, 127, 128, 129, 1000])
  func totalsOfRandomRows(rows: Int) {
    for stride in 1...3 { check(rows: rows, stride: stride) { $0.next32() } }
  }

  /// All planes are used.
  @Test func totalsOfTheMostRows() {
    check(rows: 65535, stride: 1) { _ in ~0 }
  }
}
