// SPDX-License-Identifier: Apache-2.0
import BayNNCore

/// What acts on the current of a column and on its conversion, in so far as it does not
/// depend on the cell (SPEC 8.8). Conductances and deviations in nS, below 2^18, `readDeviation`
/// below 2^20; shares in ppm, at most 1000000. Converters as in `Converter`.
package struct ReadEffects {
  package var parallel: UInt32 = 135_700
  package var parallelDeviation: UInt32 = 0
  package var antiparallel: UInt32 = 53_200
  package var antiparallelDeviation: UInt32 = 0
  /// Of each MTJ's conductance.
  package var writeDeviationPPM: UInt32 = 0
  /// Of the current of a column: relative to it, and added to it.
  package var readDeviationPPM: UInt32 = 0
  package var readDeviation: UInt32 = 0
  package var columnDeviationPPM: UInt32 = 0
  /// 0: decisions lie midway between the mean currents of neighbouring counts.
  package var converterCodes: UInt32 = 0
  /// In counts, Q8.
  package var offset: Int32 = 0
  package var offsetDeviation: UInt32 = 0
  package var gainErrorPPM: Int32 = 0
  /// The largest count; 0: no limit.
  package var saturation: UInt32 = 0

  package init() {}

  /// What one count more adds to the current.
  private var step: Int64 {
    Int64(bitPattern: parallel.wide) &- Int64(bitPattern: antiparallel.wide)
  }

  /// The mean current of `count` parallel MTJs among `rows`, at most 4096: below 2^30.
  func mean(rows: Int, count: Int) -> UInt32 {
    UInt32(
      truncatingIfNeeded: count.wide &* parallel.wide
        &+ (rows &- count).wide &* antiparallel.wide)
  }

  /// The deviation of that current, with what the gain and the offset of columns do to it.
  func deviation(rows: Int, count: Int) -> Deviation {
    let current = mean(rows: rows, count: count)
    let cells =
      count.wide
      &* squares(parallelDeviation, share(parallel, writeDeviationPPM))
      &+ (rows &- count).wide
      &* squares(antiparallelDeviation, share(antiparallel, writeDeviationPPM))
    let column = squares(
      share(current, readDeviationPPM), share(current, columnDeviationPPM))
    let offset = atInput((Int64(bitPattern: offsetDeviation.wide) &* step) &>> 8)
    let rest = squares(
      readDeviation, UInt32(truncatingIfNeeded: Int64(bitPattern: offset.magnitude)))
    // Below 2^12 * 2^37 + 2^61 + 2^61.
    return Deviation(variance: cells &+ column &+ rest)
  }

  /// The smallest current that gives `count`, 1 ... rows, or more; nil if none does.
  func threshold(rows: Int, count: Int) -> Int64? {
    if saturation > 0, count.wide > saturation.wide { return nil }
    let middle = Int64(bitPattern: mean(rows: rows, count: count).wide) &- step &>> 1
    guard let decision = converterCodes == 0 ? middle : decision(rows: rows, middle: middle)
    else { return nil }
    return atInput(decision &- (offset.wide &* step) &>> 8)
  }

  /// The smallest current that is converted to a code which stands for `middle` or more.
  private func decision(rows: Int, middle: Int64) -> Int64? {
    let low =
      Int64(bitPattern: mean(rows: rows, count: 0).wide)
      &- margin(antiparallelDeviation, rows: rows)
    let high =
      Int64(bitPattern: mean(rows: rows, count: rows).wide)
      &+ margin(parallelDeviation, rows: rows)
    // Below 2^31, and a middle lies between both.
    let span = (high &- low).magnitude
    let intervals = (converterCodes &- 1).wide
    // Code i stands for low + i span / intervals.
    let code = ((middle &- low).magnitude &* intervals &+ span &- 1) / max(1, span)
    if code > intervals { return nil }
    if code == 0 { return low &- high }
    let edge = (2 &* code &- 1) &* span / max(1, 2 &* intervals)
    return low &+ Int64(bitPattern: edge)
  }

  /// Three deviations of the sum of so many MTJs: 3 s sqrt(n).
  private func margin(_ deviation: UInt32, rows: Int) -> Int64 {
    // Below 9 * 2^36 * 2^12.
    let square = 9 &* deviation.wide &* deviation.wide &* rows.wide
    return Int64(bitPattern: squareRoot(square).wide)
  }

  /// A current before the converter's gain error.
  private func atInput(_ current: Int64) -> Int64 {
    let gain = UInt32(truncatingIfNeeded: 1_000_000 &+ Int(truncatingIfNeeded: gainErrorPPM))
    // Below 2^34 * 2^20.
    let size = Int64(bitPattern: current.magnitude &* 1_000_000 / max(1, gain).wide)
    return current < 0 ? 0 &- size : size
  }

  private func share(_ value: UInt32, _ ppm: UInt32) -> UInt32 {
    UInt32(truncatingIfNeeded: value.wide &* ppm.wide / 1_000_000)
  }

  private func squares(_ a: UInt32, _ b: UInt32) -> UInt64 {
    a.wide &* a.wide &+ b.wide &* b.wide
  }
}

/// A standard deviation that distances are divided by: `root` / 2^`shift`.
struct Deviation {
  private let root: UInt32
  private let shift: UInt32

  init(variance: UInt64) {
    // As many bits as the root can have.
    shift = variance == 0 ? 0 : UInt32(truncatingIfNeeded: variance.leadingZeroBitCount / 2)
    root = squareRoot(variance &<< (2 &* shift).wide)
  }

  /// A distance in deviations, Q16, at most 7.
  func quotient(_ distance: Int64) -> Int32 {
    let size = distance.magnitude
    let limit = NormalTail.end
    guard size &>> 32 == 0 else { return distance < 0 ? 0 &- limit : limit }
    // Without deviation a current at the threshold reaches it.
    guard root > 0 else { return distance > 0 ? limit : 0 &- limit }
    // size 2^16 2^shift / root, where it stays below 2^64: elsewhere it is above the limit.
    let scaled = size &<< 16
    guard shift.wide < scaled.leadingZeroBitCount.wide || size == 0 else {
      return distance < 0 ? 0 &- limit : limit
    }
    let quotient = min((scaled &<< shift.wide) / max(1, root).wide, UInt32(limit).wide)
    let z = Int32(bitPattern: UInt32(truncatingIfNeeded: quotient))
    return distance < 0 ? 0 &- z : z
  }
}
