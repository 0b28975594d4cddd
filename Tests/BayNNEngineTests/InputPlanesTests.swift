// SPDX-License-Identifier: Apache-2.0
import Testing

@testable import BayNNCore
@testable import BayNNEngine

/// Input bytes become bit planes as the definition says: plane p, lane i = bit p of byte i.
@Suite struct InputPlanesTests {
  /// Appends bytes behind any number of lanes, and compares plane by plane, guard words included.
  @Test(arguments: [1, 3, 8])
  func everyOffsetAndCount(planes: Int) {
    var state: UInt32 = 1
    for offset in 0..<70 {
      for count in [0, 1, 3, 7, 8, 9, 15, 16, 23, 24, 25, 31, 32, 33, 63, 64, 65] {
        let bytes: [UInt8] = (0..<count).map { _ in
          state = state &* 1_664_525 &+ 1_013_904_223
          return state >> 30 == 0 ? 0 : UInt8(state >> 16 & (1 << UInt32(planes) - 1))
        }
        let words = wordCount(lanes: offset + count)
        // Lanes before the offset are ones; a guard word stands behind the last plane.
        var expected = [UInt32](repeating: 0, count: planes * words + 1)
        for p in 0..<planes {
          for lane in 0..<offset + count
          where lane < offset || bytes[lane - offset] >> UInt8(p) & 1 == 1 {
            expected[p * words + lane / 32] |= 1 << UInt32(lane % 32)
          }
        }
        expected[planes * words] = 0x5A5A_5A5A
        var actual = [UInt32](repeating: 0, count: planes * words + 1)
        for p in 0..<planes {
          for lane in 0..<offset { actual[p * words + lane / 32] |= 1 << UInt32(lane % 32) }
        }
        actual[planes * words] = 0x5A5A_5A5A
        actual.withUnsafeMutableBufferPointer { row in
          InputPlanes.append(
            bytes, count: count,
            to: BitMatrix(base: row.baseAddress!, rows: planes, words: words), at: offset)
        }
        #expect(actual == expected, "offset \(offset), count \(count)")
      }
    }
  }
}
