// SPDX-License-Identifier: Apache-2.0
import BayNNCore
import BayNNEngine

#if arch(x86_64) || arch(arm64)
  /// A machine word, or several, of two neighbouring columns each.
  private typealias ColumnPairs = SIMD4<UInt32>
  private var lowerColumns: ColumnPairs { SIMD4(repeating: 0xFFFF) }
#else
  private typealias ColumnPairs = UInt32
  private var lowerColumns: ColumnPairs { 0xFFFF }
#endif

/// A line of MTJs that a read drives.
struct DrivenLine {
  let line: Int
  /// As in its row's record.
  let loss: UInt32
}

/// Sums of conductances, column by column.
struct ColumnWorkspace {
  /// activeRowsMax lines.
  let driven: UnsafeMutablePointer<DrivenLine>
  /// Of each column, in units of 4 nS.
  let sums: UnsafeMutablePointer<UInt32>
  /// Counts of 32 columns.
  let counts: UnsafeMutablePointer<UInt16>

  init(_ settings: Settings, arena: inout Arena) {
    driven = arena.take(DrivenLine.self, count: settings.activeRowsMax)
    sums = arena.take(UInt32.self, count: settings.columns)
    counts = arena.take(UInt16.self, count: 32)
  }

  /// Sums `count` driven lines in the first `columns` columns, a multiple of 32.
  func sum(_ cells: Cells, count: Int, columns: Int, hasLoss: Bool) {
    // Two columns to a word, in eight accumulators that stay in registers.
    let step = 8 &* ColumnPairs.rowWords
    var column = 0
    while column < columns {
      if hasLoss {
        sumBlock(cells, count: count, column: column, hasLoss: true)
      } else {
        sumBlock(cells, count: count, column: column, hasLoss: false)
      }
      column &+= step
    }
  }

  /// At most 4096 rows of conductances below 2^16: sums are below 2^28.
  @inline(__always)
  private func sumBlock(_ cells: Cells, count: Int, column: Int, hasLoss: Bool) {
    let bytes = 4 &* ColumnPairs.rowWords
    var even0 = ColumnPairs.zero
    var even1 = ColumnPairs.zero
    var even2 = ColumnPairs.zero
    var even3 = ColumnPairs.zero
    var odd0 = ColumnPairs.zero
    var odd1 = ColumnPairs.zero
    var odd2 = ColumnPairs.zero
    var odd3 = ColumnPairs.zero
    for i in indices(count) {
      let line = driven[i]
      let loss = hasLoss ? line.loss : 0
      let start = UnsafeRawPointer(cells.conductances(line: line.line) + column)
      add(start, loss, &even0, &odd0)
      add(start + bytes, loss, &even1, &odd1)
      add(start + 2 &* bytes, loss, &even2, &odd2)
      add(start + 3 &* bytes, loss, &even3, &odd3)
    }
    store(even0, odd0, column)
    store(even1, odd1, column &+ 2 &* ColumnPairs.rowWords)
    store(even2, odd2, column &+ 4 &* ColumnPairs.rowWords)
    store(even3, odd3, column &+ 6 &* ColumnPairs.rowWords)
  }

  /// Adds the conductances of pairs of columns, less what they have lost.
  @inline(__always)
  private func add(
    _ address: UnsafeRawPointer, _ loss: UInt32, _ even: inout ColumnPairs,
    _ odd: inout ColumnPairs
  ) {
    let pairs = ColumnPairs(address)
    var lower = pairs & lowerColumns
    var upper = pairs &>> 16
    if loss != 0 {
      // Both factors are below 2^16.
      lower &-= (lower &* loss) &>> 16
      upper &-= (upper &* loss) &>> 16
    }
    even &+= lower
    odd &+= upper
  }

  @inline(__always)
  private func store(_ even: ColumnPairs, _ odd: ColumnPairs, _ column: Int) {
    #if arch(x86_64) || arch(arm64)
      let pairs = even.interleaved(odd)
      UnsafeMutableRawPointer(sums + column).storeBytes(of: pairs, as: SIMD8<UInt32>.self)
    #else
      sums[column] = even
      sums[column &+ 1] = odd
    #endif
  }
}

#if arch(x86_64) || arch(arm64)
  extension SIMD4<UInt32> {
    /// Elements of this and the other one in turn.
    @inline(__always)
    fileprivate func interleaved(_ other: SIMD4<UInt32>) -> SIMD8<UInt32> {
      SIMD8(self[0], other[0], self[1], other[1], self[2], other[2], self[3], other[3])
    }
  }
#endif
