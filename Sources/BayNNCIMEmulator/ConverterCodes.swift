// SPDX-License-Identifier: Apache-2.0
import BayNNCore

/// Codes that are spread evenly from three deviations below the smallest current of n rows to
/// three above the largest: n G_AP - 3 s_AP sqrt(n) to n G_P + 3 s_P sqrt(n).
struct ConverterCodes {
  /// In 1/256 unit, from n G_AP on. The span is below 2^38 and not 0.
  private let lowest: Int64
  private let span: UInt64
  private let last: UInt64
  /// Codes per current in Q46, and current per code in Q16, both rounded down.
  private let scale: UInt64
  private let step: UInt64

  init(_ settings: ConverterSettings, rows: Int32) {
    // Q10, below 2^17.
    let root = Int64(bitPattern: squareRoot(UInt32(bitPattern: rows).wide &<< 20).wide)
    // 3 deviations in 1/64 nS: below 2^26; times the root below 2^43.
    let below = (settings.antiparallelDeviation.wide &* 192 &* root) &>> 10
    let above = (settings.parallelDeviation.wide &* 192 &* root) &>> 10
    let counts = (rows.wide &* settings.difference.wide) &<< 8
    lowest = 0 &- below
    // Not 0 anyway: said again, so that nothing checks for a zero divisor.
    span = max(UInt64(bitPattern: counts &+ below &+ above), 1)
    // 1 to 65535.
    last = max(settings.codes &- 1, 1).wide
    scale = (last &<< 46) / span
    step = (span &<< 16) / last
  }

  /// The current of the code that is nearest.
  func nearest(_ current: Int64) -> Int64 {
    let distance = current &- lowest
    if distance <= 0 { return lowest }
    // Below the span: the product is at most last * 2^46 < 2^62.
    let inside = min(UInt64(bitPattern: distance), span)
    let code = min((inside &* scale &+ 1 &<< 45) &>> 46, last)
    return lowest &+ Int64(bitPattern: (code &* step) &>> 16)
  }
}
