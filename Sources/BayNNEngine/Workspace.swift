// SPDX-License-Identifier: Apache-2.0
import BayNNCore
import BayNNModel

/// Memory that layers share, because one of them works at a time.
struct Workspace {
  let list: RowList
  /// Counters of layers that do not keep them.
  let counters: UnsafeMutablePointer<UInt32>
  /// Codes of a window, and which of its rows are active.
  let window: UnsafeMutablePointer<UInt32>
  let active: UnsafeMutablePointer<UInt32>
  /// Who counts; nil for the library's own kernels.
  let accelerator: UnsafeMutablePointer<Accelerator>?

  /// What has been counted last is void.
  var hasFailed: Bool { accelerator.map { $0.pointee.failure != 0 } ?? false }

  /// `keepsSums`: layers that can keep their counters have their own.
  init(
    _ scratch: Scratch, keepsSums: Bool, accelerator: UnsafeMutablePointer<Accelerator>?,
    arena: inout Arena
  ) {
    self.accelerator = accelerator
    let capacity = RowList.capacity(rows: scratch.rows.int)
    list = RowList(offsets: arena.take(UInt32.self, count: capacity), capacity: capacity)
    let words =
      keepsSums
      ? scratch.counterWords : max(scratch.counterWords, scratch.keptCounterWords)
    counters = arena.take(UInt32.self, count: words.int)
    window = arena.take(UInt32.self, count: scratch.windowWords.int)
    active = arena.take(UInt32.self, count: scratch.activeWords.int)
  }
}
