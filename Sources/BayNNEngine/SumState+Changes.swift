// SPDX-License-Identifier: Apache-2.0
import BayNNCore
import BayNNModel

/// Sums of one position over inputs of one bit, where S1 and S0 are the sums of the weights,
/// as 0 or 1, on ones and on zeros, and T = S1 + S0 is in the image.
///
/// Unsigned inputs: v = 2 S1 - ones, K = n, so c = S1 + zeros / 2. Signed ones: z = 2 a - n,
/// where a = 2 S1 - T + zeros is how many weights agree with their inputs, so c = a. Rows are
/// added with the weight 1 or 2. On the way counters may wrap, modulo 2^planes: what they hold
/// in the end does not.
extension SumState {
  private var shift: Int { layer.isSigned ? 1 : 0 }

  /// What so many zeros add to a counter.
  private func constant(zeros: Int) -> Int { layer.isSigned ? zeros : zeros >> 1 }

  /// Visits the ones or the zeros, whichever are fewer.
  mutating func countRarer(
    _ sums: BinarySums, _ inputs: UnsafePointer<UInt32>, _ list: RowList
  ) -> Int {
    let rows = ActiveRows.ones(of: inputs, lanes: layer.rows)
    ones = rows.total
    let zeros = layer.rows &- ones
    let isOnes = ones <= zeros
    if let totals = layer.weights.totals, layer.isSigned || !isOnes {
      sums.set(
        constant(zeros: zeros), plus: totals, count: layer.weights.totalPlanes,
        subtracting: isOnes)
    } else {
      sums.set(constant(zeros: zeros))
    }
    return isOnes
      ? add(rows, to: sums, list, plane: shift)
      : add(
        .zeros(of: inputs, lanes: layer.rows), to: sums, list, plane: shift, subtracting: true)
  }

  /// Subtracts the inputs that have become 0 and adds those that have become 1, if these are
  /// fewer than what a new count would visit.
  mutating func countChanges(
    _ sums: BinarySums, _ inputs: UnsafePointer<UInt32>, _ list: RowList
  ) -> Int {
    guard let counted else { return 0 }
    let lanes = layer.rows
    let off = ActiveRows.ones(of: counted, without: inputs, lanes: lanes)
    let on = ActiveRows.ones(of: inputs, without: counted, lanes: lanes)
    let (offCount, onCount) = (off.total, on.total)
    let changed = offCount &+ onCount
    if changed == 0 { return 0 }
    let newOnes = ones &+ onCount &- offCount
    if changed >= min(newOnes, lanes &- newOnes) { return countRarer(sums, inputs, list) }
    var work = 0
    let difference = constant(zeros: lanes &- newOnes) &- constant(zeros: lanes &- ones)
    if difference != 0 { sums.add(difference) }
    if offCount > 0 { work = add(off, to: sums, list, plane: shift, subtracting: true) }
    if onCount > 0 { work &+= add(on, to: sums, list, plane: shift) }
    ones = newOnes
    return work
  }
}
