// SPDX-License-Identifier: Apache-2.0
import BayNNCore
import BayNNModel

/// The rows of weights that a layer of one position is about to count: a walk after the other
/// makes its sums. Numbers below 8 are the ones or the zeros of that plane of inputs.
enum SumWalk {
  /// Inputs that have become 0 since the kept sums were counted, and those that have become 1.
  static let off: UInt8 = 8
  static let on: UInt8 = 9
  /// There is nothing left to count.
  static let end: UInt8 = 10
}

/// Sums of one position. For inputs of one bit, let S1 and S0 be the sums of the weights, as 0
/// or 1, on ones and on zeros; T = S1 + S0 is in the image, unless inputs are unsigned and have
/// several planes.
///
/// Unsigned inputs: v = 2 S1 - ones, K = n, so c = S1 + zeros / 2. Signed ones: z = 2 a - n,
/// where a = 2 S1 - T + zeros is how many weights agree with their inputs, so c = a. Either is
/// counted by the ones or the zeros, whichever are fewer. Planes are added up, each with its
/// weight. On the way counters may wrap, modulo 2^planes: what they hold in the end does not.
extension UnsafeMutablePointer<SumState> {
  /// Begins a new count.
  func beginRows(_ sums: BinarySums) {
    var constant = 0
    for plane in indices(pointee.layer.inputPlanes) {
      let ones = count(of: plane)
      if plane == 0 { pointee.ones = ones }
      constant &+= (pointee.layer.isSigned ? pointee.layer.rows &- ones : ones) &<< plane
    }
    pointee.parity = 0
    if !pointee.layer.isSigned {
      let spare = pointee.layer.weights.sumMax &- constant
      pointee.parity = UInt32(truncatingIfNeeded: spare) & 1
      constant = spare >> 1
    }
    pointee.walk = 0
    let count = pointee.layer.weights.totalPlanes
    guard let totals = pointee.layer.weights.totals, pointee.layer.isSigned || !listsOnes(0)
    else {
      return sums.set(constant)
    }
    sums.set(constant, plus: totals, count: count, subtracting: listsOnes(0))
    for plane in indices(from: 1, pointee.layer.inputPlanes) {
      sums.add(planes: totals, count: count, at: plane, subtracting: listsOnes(plane))
    }
  }

  /// Begins to subtract the inputs that have become 0 and to add those that have become 1, if
  /// these are fewer than what a new count would visit.
  func beginChanges(_ sums: BinarySums, _ counted: UnsafePointer<UInt32>) {
    let lanes = pointee.layer.rows
    let off = ActiveRows.ones(of: counted, without: pointee.inputs, lanes: lanes).total
    let on = ActiveRows.ones(of: pointee.inputs, without: counted, lanes: lanes).total
    let ones = pointee.ones &+ on &- off
    guard off &+ on < min(ones, lanes &- ones) || off &+ on == 0 else { return beginRows(sums) }
    let before = constant
    pointee.ones = ones
    if constant != before { sums.add(constant &- before) }
    pointee.parity = pointee.layer.isSigned ? 0 : UInt32(truncatingIfNeeded: zeros) & 1
    pointee.walk = off > 0 ? SumWalk.off : on > 0 ? SumWalk.on : SumWalk.end
  }

  private var zeros: Int { pointee.layer.rows &- pointee.ones }

  /// What the zeros among bits add to a counter.
  private var constant: Int { pointee.layer.isSigned ? zeros : zeros >> 1 }

  private func ones(_ plane: Int) -> ActiveRows {
    .ones(of: pointee.inputs + plane &* inputWords, lanes: pointee.layer.rows)
  }

  /// How many ones a plane has.
  @inline(never)
  private func count(of plane: Int) -> Int { ones(plane).total }

  /// True if the ones of a plane are counted, false if the zeros.
  @inline(never)
  private func listsOnes(_ plane: Int) -> Bool {
    guard pointee.layer.weights.totals != nil else { return true }
    return 2 &* (plane == 0 ? pointee.ones : count(of: plane)) <= pointee.layer.rows
  }

  /// Goes on with the walks, a list of rows after the other, until all are done or a piece has
  /// come to its end.
  ///
  /// - Returns: units of work.
  func walk(_ sums: BinarySums, _ list: RowList, isUnbounded: Bool) -> Int {
    let lanes = pointee.layer.rows
    var list = list
    var work = 0
    while pointee.walk != SumWalk.end && (isUnbounded || work < Work.listed) {
      let walk = pointee.walk
      var plane = pointee.layer.isSigned ? 1 : 0
      var isSubtracting = walk == SumWalk.off
      var rows: ActiveRows
      if walk < SumWalk.off {
        isSubtracting = !listsOnes(Int(walk))
        rows =
          isSubtracting
          ? .zeros(of: pointee.inputs + Int(walk) &* inputWords, lanes: lanes)
          : ones(Int(walk))
        plane &+= Int(walk)
      } else {
        let counted = pointee.counted ?? pointee.inputs
        rows =
          isSubtracting
          ? .ones(of: counted, without: pointee.inputs, lanes: lanes)
          : .ones(of: pointee.inputs, without: counted, lanes: lanes)
      }
      rows.word = Int(pointee.nextWord)
      list.fill(from: &rows, zeroRow: lanes, rowBytes: 4 &* sums.counters.words)
      if list.count > 0 {
        sums.add(list, plane: plane, subtracting: isSubtracting, WideLanes.self)
      }
      work &+= list.count &* (sums.counters.words &+ 1)
      pointee.nextWord = UInt16(truncatingIfNeeded: rows.word)
      if rows.isAtEnd { turnToNextWalk() }
    }
    return work
  }

  private func turnToNextWalk() {
    pointee.nextWord = 0
    let next = pointee.walk &+ 1
    let isPlane = next <= SumWalk.off
    pointee.walk =
      isPlane && Int(next) >= pointee.layer.inputPlanes ? SumWalk.end : next
  }
}
