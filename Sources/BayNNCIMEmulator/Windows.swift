// SPDX-License-Identifier: Apache-2.0
import BayNNCore
import BayNNEngine

/// The windows of the register map: memory that commands work on.
struct Windows {
  static let lineWords = 128
  static let resultWords = 2048

  /// lineWords each.
  let active: UnsafeMutablePointer<UInt32>
  let inputs: UnsafeMutablePointer<UInt32>
  let cells: UnsafeMutablePointer<UInt32>
  /// resultWords.
  let result: UnsafeMutablePointer<UInt32>

  init(arena: inout Arena) {
    active = arena.take(UInt32.self, count: Windows.lineWords)
    inputs = arena.take(UInt32.self, count: Windows.lineWords)
    cells = arena.take(UInt32.self, count: Windows.lineWords)
    result = arena.take(UInt32.self, count: Windows.resultWords)
  }

  func clear() {
    active.fill(0, count: Windows.lineWords)
    inputs.fill(0, count: Windows.lineWords)
    cells.fill(0, count: Windows.lineWords)
    result.fill(0, count: Windows.resultWords)
  }
}
