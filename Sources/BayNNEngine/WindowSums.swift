// SPDX-License-Identifier: Apache-2.0
import BayNNCore
import BayNNModel

/// Counts the sums of a layer over one window of codes: every plane of the codes with every
/// bit of the weights, each with its power of two (SPEC 3.9).
///
/// With signed inputs and one plane and bit, z = 2 a - n, where a counts the active rows
/// whose weight agrees with the input. From totals T over all n rows, and sums over the k
/// inactive ones, a follows from the ones or the zeros among the active rows alone:
///
///     a = sum over ones of w - sum over zeros of w + zeros
///       = 2 (sum over ones of w) + (sum over inactive of w) - T + zeros
///       = T - (sum over inactive of w) - 2 (sum over zeros of w) + zeros
///
/// So the rarer polarity is visited, with twice its weight, unless too many are inactive. If
/// M is not the largest code of its planes, but smaller by D, then the planes stand for
/// 2 x - M - D, and D times the sum of all active weights is added. A counter holds c with
/// z + K = 2 c + parity; on the way it may wrap, modulo its planes.
package struct WindowSums {
  package let weights: WeightMatrix
  package let counters: BitMatrix
  /// Codes of the window, inactive rows 0; n lanes a plane.
  package let codes: BitMatrix
  /// Inputs stand for 2 x - M, else for x.
  package let isSigned: Bool
  /// M.
  package let inputMax: Int
  let list: RowList
  /// What counts in the kernels' place; nil for the library's own kernels.
  let accelerator: UnsafeMutablePointer<Accelerator>?

  /// Result of a count.
  package struct Count {
    package var parity: UInt32
    package var work: Int

    package init(parity: UInt32, work: Int) {
      self.parity = parity
      self.work = work
    }
  }

  init(
    _ weights: WeightMatrix, _ counters: BitMatrix, _ codes: BitMatrix, isSigned: Bool,
    inputMax: Int, _ list: RowList, _ accelerator: UnsafeMutablePointer<Accelerator>?
  ) {
    self.weights = weights
    self.counters = counters
    self.codes = codes
    self.isSigned = isSigned
    self.inputMax = inputMax
    self.list = list
    self.accelerator = accelerator
  }

  private var rows: Int { weights.inputs }
  private var weightMax: Int { 1 &<< weights.bits &- 1 }
  /// D: what M lacks to the largest code of its planes.
  package var codeRest: Int { 1 &<< codes.rows &- 1 &- inputMax }

  /// Counts with a copy of the weights. `active` are the rows that count; nil for all.
  mutating func count(copy: Int, active: UnsafePointer<UInt32>?) -> Count {
    guard let accelerator else { return countNatively(copy: copy, active: active) }
    return accelerator.count(&self, copy: copy, active: active)
  }

  /// Counts with the library's own kernels.
  @inline(never)
  package func countNatively(copy: Int, active: UnsafePointer<UInt32>?) -> Count {
    var count = countPlanes(copy: copy, active: active)
    if isSigned && codeRest != 0 { count.work &+= addRest(copy: copy, active) }
    return count
  }

  /// Counts every plane of the codes with every bit of the weights.
  @inline(never)
  private func countPlanes(copy: Int, active: UnsafePointer<UInt32>?) -> Count {
    var activeRows = rows
    if let active { activeRows = ActiveRows.ones(of: active, lanes: rows).total }
    let spare = spare(activeRows: activeRows)
    var work = 0
    let sums = BinarySums(weights: weights.matrix(copy: copy, bit: 0), counters: counters)
    sums.set(spare >> 1)
    for bit in indices(weights.bits) {
      let sums = BinarySums(weights: weights.matrix(copy: copy, bit: bit), counters: counters)
      for plane in indices(codes.rows) {
        if isSigned, let total = weights.total(copy: copy, bit: bit) {
          work &+= countSigned(
            sums, plane, shift: plane &+ bit, total, active, activeRows: activeRows)
        } else {
          work &+= add(selectOnes(plane), to: sums, plane &+ bit)
        }
      }
    }
    return Count(parity: UInt32(truncatingIfNeeded: spare) & 1, work: work)
  }

  /// K minus the largest sum that the active rows can make: what is not there to be counted.
  @inline(never)
  package func spare(activeRows: Int) -> Int {
    var ones = 0
    if !isSigned {
      for plane in indices(codes.rows) {
        ones &+= ActiveRows.ones(of: codes.row(plane), lanes: rows).total &<< plane
      }
    }
    // D is below 2^8, and n M below 2^24.
    let magnitude = isSigned ? activeRows &* (inputMax &+ 2 &* codeRest) : ones
    return weights.sumMax &- magnitude &* weightMax
  }

  private func selectOnes(_ plane: Int) -> ActiveRows {
    .ones(of: codes.row(plane), lanes: rows)
  }

  /// Zeros among the active rows.
  private func selectZeros(_ plane: Int, _ active: UnsafePointer<UInt32>?) -> ActiveRows {
    if let active { return .ones(of: active, without: codes.row(plane), lanes: rows) }
    return .zeros(of: codes.row(plane), lanes: rows)
  }

  /// Adds a, times 2^shift, to the counters.
  @inline(never)
  private func countSigned(
    _ sums: BinarySums, _ plane: Int, shift: Int, _ total: UnsafePointer<UInt32>,
    _ active: UnsafePointer<UInt32>?, activeRows: Int
  ) -> Int {
    let ones = selectOnes(plane)
    let onesCount = ones.total
    let zerosCount = activeRows &- onesCount
    let inactiveCount = rows &- activeRows
    sums.add(zerosCount &<< shift)
    let isOnes = onesCount <= zerosCount
    if activeRows <= min(onesCount, zerosCount) &+ inactiveCount {
      return add(ones, to: sums, shift)
        &+ add(selectZeros(plane, active), to: sums, shift, subtracting: true)
    }
    var work = 0
    if let active, inactiveCount > 0 {
      work = add(
        .zeros(of: active, lanes: rows), to: sums, shift, subtracting: !isOnes)
    }
    sums.add(planes: total, count: weights.totalPlanes, at: shift, subtracting: isOnes)
    return work
      &+ (isOnes
        ? add(ones, to: sums, shift &+ 1)
        : add(selectZeros(plane, active), to: sums, shift &+ 1, subtracting: true))
  }

  /// Adds D times the number of ones among the active weights.
  @inline(never)
  private func addRest(copy: Int, _ active: UnsafePointer<UInt32>?) -> Int {
    var work = 0
    for bit in indices(weights.bits) {
      guard let total = weights.total(copy: copy, bit: bit) else { return work }
      let sums = BinarySums(weights: weights.matrix(copy: copy, bit: bit), counters: counters)
      for plane in indices(codes.rows)
      where codeRest &>> plane & 1 == 1 {
        let shift = plane &+ bit
        sums.add(planes: total, count: weights.totalPlanes, at: shift, subtracting: false)
        if let active {
          work &+= add(.zeros(of: active, lanes: rows), to: sums, shift, subtracting: true)
        }
      }
    }
    return work
  }

  private func add(
    _ selected: ActiveRows, to sums: BinarySums, _ shift: Int, subtracting: Bool = false
  ) -> Int {
    sums.add(selected, list, plane: shift, subtracting: subtracting)
  }
}
