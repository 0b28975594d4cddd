// SPDX-License-Identifier: Apache-2.0
import BayNNCore

/// Known answers of the random generator: the vectors that its authors published.
enum RandomTest {
  /// What is wrong of the vectors, by the number of a vector.
  static func run() -> Mismatch? {
    check(
      0, Philox.block(key: (0, 0), counter: (0, 0, 0, 0)),
      (0x6627_E8D5, 0xE169_C58D, 0xBC57_AC4C, 0x9B00_DBD8))
      ?? check(
        1, Philox.block(key: (~0, ~0), counter: (~0, ~0, ~0, ~0)),
        (0x408F_276D, 0x41C8_3B0E, 0xA20B_C7C6, 0x6D54_51FD))
      ?? check(
        2,
        Philox.block(
          key: (0xA409_3822, 0x299F_31D0),
          counter: (0x243F_6A88, 0x85A3_08D3, 0x1319_8A2E, 0x0370_7344)),
        (0xD16C_FE09, 0x94FD_CCEB, 0x5001_E420, 0x2412_6EA1))
  }

  @inline(never)
  private static func check(
    _ vector: UInt32, _ actual: Philox.Block, _ expected: Philox.Block
  ) -> Mismatch? {
    guard actual.0 == expected.0 else {
      return Mismatch(index: vector, actual: actual.0, expected: expected.0)
    }
    guard actual.1 == expected.1 else {
      return Mismatch(index: vector, actual: actual.1, expected: expected.1)
    }
    guard actual.2 == expected.2 else {
      return Mismatch(index: vector, actual: actual.2, expected: expected.2)
    }
    return actual.3 == expected.3
      ? nil : Mismatch(index: vector, actual: actual.3, expected: expected.3)
  }
}
