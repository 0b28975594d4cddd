// SPDX-License-Identifier: Apache-2.0
import BayNNCore
import BayNNEngine

/// How often a read of n rows gives a count that is off, and by how much: for each n from 1 to
/// the most that are read at once.
///
/// Each of the n selected MTJs is parallel with a probability of 1/2, and the current that so
/// many parallel ones make is taken to be normal: probabilities are means over the binomial
/// distribution of their number, since a converter is not equally good at all counts.
package struct LevelErrors {
  /// Larger errors count as this one.
  private static let errorMax = 32

  /// The most rows that are read at once.
  package let rowsMax: Int
  private let rates: UnsafeMutablePointer<EventRate>
  /// For each n, Q16: that an error is one of the first i + 1 of +1, -1, +2, -2, ...
  private let shares: UnsafeMutablePointer<UInt32>
  private let kinds: Int

  /// Fills in the tables if the arena has memory.
  package init(rowsMax: Int, _ effects: ReadEffects, arena: inout Arena) {
    self.rowsMax = rowsMax
    kinds = 2 &* min(LevelErrors.errorMax, (rowsMax &+ 1) / 2)
    rates = arena.take(EventRate.self, count: rowsMax &+ 1)
    shares = arena.take(UInt32.self, count: (rowsMax &+ 1) &* kinds)
    guard arena.isWritable else { return }
    rates[0] = .zero
    for rows in indices(from: 1, rowsMax &+ 1) { fill(rows, effects) }
  }

  /// The rate of errors in reads of so many rows.
  @inline(__always) package func rate(rows: Int) -> EventRate { rates[rows] }

  /// An error of a count: its size, from 1 on, and its sign as `ColumnCounter` has it.
  package struct Error {
    package let size: Int
    /// 0 if the count is too large, all ones if it is too small.
    package let down: UInt32
  }

  /// The error that a uniform number stands for.
  @inline(__always)
  package func error(rows: Int, _ decision: UInt16) -> Error {
    let row = shares + rows &* kinds
    let word = UInt32(decision)
    let down: UInt32 = word < row[0] ? 0 : ~0
    // Most errors are of one count.
    if word < row[1] { return Error(size: 1, down: down) }
    return largeError(row, word)
  }

  @inline(never)
  private func largeError(_ row: UnsafeMutablePointer<UInt32>, _ word: UInt32) -> Error {
    var kind = 0
    while kind &+ 1 < kinds, word >= row[kind] { kind &+= 1 }
    return Error(size: kind >> 1 &+ 1, down: kind & 1 == 0 ? 0 : ~0)
  }

  private func fill(_ rows: Int, _ effects: ReadEffects) {
    let row = shares + rows &* kinds
    row.fill(0, count: kinds)
    var counts = ParallelCounts(rows: rows)
    var weights: UInt64 = 0
    // Q47 at most, as all weights together are below 2^23.
    var sums = InlineArray<64, UInt64>(repeating: 0)
    while let count = counts.next() {
      weights &+= counts.weight
      add(rows, effects, count: count, weight: counts.weight, to: &sums)
    }
    var sum: UInt64 = 0
    for kind in indices(kinds) { sum &+= sums[unchecked: kind] }
    // Q31 times weights: below 2^54.
    rates[rows] = EventRate(probability: (sum / max(1, weights)) &<< 9)
    var part: UInt64 = 0
    for kind in indices(kinds) {
      part &+= sums[unchecked: kind]
      // Below 2^54 times 2^9: quotients of Q9 are too coarse, and so the sum loses 7 bits.
      row[kind] = UInt32(truncatingIfNeeded: ((part &>> 7) &<< 16) / max(1, sum &>> 7))
    }
  }

  /// Adds the probabilities of errors, Q31, at one number of parallel MTJs.
  private func add(
    _ rows: Int, _ effects: ReadEffects, count: Int, weight: UInt64,
    to sums: inout InlineArray<64, UInt64>
  ) {
    let read = ReadDistribution(effects, rows: rows, count: count)
    var reaching = read.above(count &+ 1)
    var below = read.below(count)
    for size in indices(from: 1, kinds / 2 &+ 1) where reaching | below != 0 {
      // The last ones stand for all that are larger.
      let isLast = size == kinds / 2
      let more = isLast ? 0 : read.above(count &+ size &+ 1)
      let less = isLast ? 0 : read.below(count &- size)
      let kind = 2 &* (size &- 1)
      sums[unchecked: kind] &+= weight &* (reaching &- more).wide
      sums[unchecked: kind &+ 1] &+= weight &* (below &- less).wide
      reaching = more
      below = less
    }
  }
}
