// SPDX-License-Identifier: Apache-2.0
import BayNNCore

/// What is random about MTJs. Four that are neighbours share a block of random words.
extension Settings {
  /// The conductances of MTJs `first` to `first + 3` of an array's lines.
  ///
  /// - Parameters:
  ///   - states: four bits, 1 for parallel.
  ///   - writes: how often their row has been written.
  func conductances(
    array: UInt32, first: UInt32, states: UInt32, writes: UInt32
  ) -> InlineArray<4, UInt16> {
    let group = first >> 2
    var high = InlineArray<4, Int32>(repeating: 0)
    var low = InlineArray<4, Int32>(repeating: 0)
    var write = InlineArray<4, Int32>(repeating: 0)
    if parallel.deviation != 0 && states != 0 {
      high = words.deviates(.parallelConductance, group, array)
    }
    if antiparallel.deviation != 0 && states != 15 {
      low = words.deviates(.antiparallelConductance, group, array)
    }
    if writeDeviation != 0 { write = words.deviates(.writeDeviation, group, array, writes) }
    var result = InlineArray<4, UInt16>(repeating: 0)
    for i in indices(4) {
      // Below 2^27 times 2^24.
      let miss = scaled(write[unchecked: i].wide, byQ24: writeDeviation)
      let error = Int32(lowerHalf: miss)
      result[unchecked: i] =
        (states >> UInt32(truncatingIfNeeded: i)) & 1 != 0
        ? parallel.of(cell: high[unchecked: i], write: error)
        : antiparallel.of(cell: low[unchecked: i], write: error)
    }
    return result
  }

  /// For 32 MTJs from `first` on: which are stuck in the parallel, and which in the
  /// antiparallel state.
  func stuck(array: UInt32, first: UInt32) -> (parallel: UInt32, antiparallel: UInt32) {
    guard hasStuck else { return (0, 0) }
    let limit = stuckParallel
    let both = limit &+ stuckAntiparallel
    let parallel = bits(.stuck, below: limit, array: array, first: first, writes: 0)
    let either = bits(.stuck, below: both, array: array, first: first, writes: 0)
    return (parallel, either & ~parallel)
  }

  /// For 32 MTJs from `first` on: which keep their state when they are written.
  func kept(array: UInt32, first: UInt32, writes: UInt32) -> UInt32 {
    guard silentWrite != 0 else { return 0 }
    return bits(
      .silentWrite, below: silentWrite, array: array, first: first, writes: writes)
  }

  private func bits(
    _ purpose: Purpose, below limit: UInt64, array: UInt32, first: UInt32, writes: UInt32
  ) -> UInt32 {
    var result: UInt32 = 0
    for quarter in indices(8) {
      let shift = UInt32(truncatingIfNeeded: quarter &* 4)
      let words = words.four(purpose, (first &+ shift) >> 2, array, writes)
      for i in indices(4) where words[unchecked: i].wide < limit {
        result |= 1 &<< (shift &+ UInt32(truncatingIfNeeded: i))
      }
    }
    return result
  }
}
