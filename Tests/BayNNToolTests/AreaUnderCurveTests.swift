// SPDX-License-Identifier: Apache-2.0
import Testing

@testable import BayNNTool

@Suite struct AreaUnderCurveTests {
  @Test func byHand() {
    // 2 beats 1, ties with 2, loses to 3; 4 beats all: (1 + 1/2 + 3) / 6.
    #expect(areaUnderCurve(inside: [3, 1, 2], outside: [4, 2]) == 0.75)
  }

  @Test func extremes() {
    #expect(areaUnderCurve(inside: [1, 2], outside: [3, 4]) == 1)
    #expect(areaUnderCurve(inside: [3, 4], outside: [1, 2]) == 0)
    #expect(areaUnderCurve(inside: [5, 5, 5], outside: [5, 5]) == 0.5)
    #expect(areaUnderCurve(inside: [1], outside: []) == nil)
    #expect(areaUnderCurve(inside: [], outside: [1]) == nil)
  }

  /// Against the definition, with many ties.
  @Test(arguments: 1...40)
  func sameAsAllPairs(seed: Int) throws {
    var random = TestRandom(seed: UInt64(seed))
    let inside = (0..<(1 + seed % 7)).map { _ in Double(random.next() % 5) }
    let outside = (0..<(1 + seed % 11)).map { _ in Double(random.next() % 6) }
    var wins = 0.0
    for o in outside { for i in inside { wins += o > i ? 1 : o == i ? 0.5 : 0 } }
    let area = try #require(areaUnderCurve(inside: inside, outside: outside))
    #expect(abs(area - wins / Double(inside.count * outside.count)) < 1e-12)
  }
}
