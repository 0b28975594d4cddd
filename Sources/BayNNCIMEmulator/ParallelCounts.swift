// SPDX-License-Identifier: Apache-2.0
import BayNNCore

/// How many of n selected MTJs are parallel if each is with a probability of 1/2: the numbers
/// within four deviations of half of them, and how often they occur. If there are more than 64,
/// only every second, third, ... is visited.
struct ParallelCounts {
  private let rows: Int
  private let stride: Int
  private let end: Int
  private var upcoming: Int
  /// Of the number after the one that was visited last: unnormalised, at most 2^30.
  private var upcomingWeight: UInt64
  /// Of the number that was visited last, at most 2^16.
  private(set) var weight: UInt64 = 0

  init(rows: Int) {
    self.rows = rows
    // Four deviations are 2 sqrt(n).
    let reach = Int(truncatingIfNeeded: squareRoot(4 &* rows.wide)) &+ 1
    let middle = rows / 2
    let first = max(0, middle &- reach)
    end = min(rows, middle &+ reach)
    stride = (end &- first) / 64 &+ 1
    // Down from the middle to the first.
    var weight: UInt64 = 0x4000_0000
    var count = middle
    while count > first {
      weight = weight &* count.wide / max(1, rows &- count &+ 1).wide
      count &-= 1
    }
    upcoming = first
    upcomingWeight = weight
  }

  /// The next number; nil at the end.
  mutating func next() -> Int? {
    guard upcoming <= end else { return nil }
    let count = upcoming
    weight = upcomingWeight &>> 14
    for _ in indices(stride) {
      upcomingWeight = upcomingWeight &* max(0, rows &- upcoming).wide / max(1, upcoming &+ 1).wide
      upcoming &+= 1
    }
    return count
  }
}
