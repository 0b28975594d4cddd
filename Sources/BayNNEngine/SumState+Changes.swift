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
extension UnsafeMutablePointer<SumState> {
  private var shift: Int { pointee.layer.isSigned ? 1 : 0 }

  /// What the zeros add to a counter.
  private var constant: Int { pointee.layer.isSigned ? zeros : zeros >> 1 }

  /// Visits the ones or the zeros, whichever are fewer.
  func countRarer(_ sums: BinarySums, _ list: RowList) -> Int {
    let lanes = pointee.layer.rows
    let rows = ActiveRows.ones(of: pointee.inputs, lanes: lanes)
    pointee.ones = rows.total
    let isOnes = pointee.ones <= zeros
    if let totals = pointee.layer.weights.totals, pointee.layer.isSigned || !isOnes {
      sums.set(
        constant, plus: totals, count: pointee.layer.weights.totalPlanes, subtracting: isOnes)
    } else {
      sums.set(constant)
    }
    return sums.add(
      isOnes ? rows : .zeros(of: pointee.inputs, lanes: lanes), list, plane: shift,
      subtracting: !isOnes)
  }

  /// Subtracts the inputs that have become 0 and adds those that have become 1, if these are
  /// fewer than what a new count would visit.
  func countChanges(_ sums: BinarySums, _ list: RowList) -> Int {
    guard let counted = pointee.counted else { return 0 }
    let lanes = pointee.layer.rows
    let off = ActiveRows.ones(of: counted, without: pointee.inputs, lanes: lanes)
    let on = ActiveRows.ones(of: pointee.inputs, without: counted, lanes: lanes)
    let (offCount, onCount) = (off.total, on.total)
    if offCount &+ onCount == 0 { return 0 }
    let before = constant
    let ones = pointee.ones &+ onCount &- offCount
    if offCount &+ onCount >= min(ones, lanes &- ones) { return countRarer(sums, list) }
    pointee.ones = ones
    var work = 0
    if constant != before { sums.add(constant &- before) }
    if offCount > 0 { work = sums.add(off, list, plane: shift, subtracting: true) }
    if onCount > 0 { work &+= sums.add(on, list, plane: shift) }
    return work
  }
}
