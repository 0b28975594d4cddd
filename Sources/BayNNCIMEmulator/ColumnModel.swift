// SPDX-License-Identifier: Apache-2.0
import BayNNCore
import BayNNEngine
import BayNNModel

/// Arrays column by column (SPEC 8.8): the sums of the library's own kernels, to which each
/// read adds the errors that it would have made on an array.
///
/// Sums are counted at full speed, and errors are few: what they cost on top is in proportion
/// to their number.
package struct ColumnModel {
  /// What the engine calls; first in memory.
  private var accelerator: Accelerator
  private let errors: LevelErrors
  private var stream: EventStream

  /// Makes a model in the arena; nil if that only measures.
  ///
  /// - Parameters:
  ///   - seed: of all errors. - offset: so that sessions of one seed can differ.
  package static func make(
    rowsMax: Int, _ effects: ReadEffects, seed: UInt64, offset: UInt64, arena: inout Arena
  ) -> UnsafeMutablePointer<Accelerator>? {
    let model = arena.take(ColumnModel.self, count: 1)
    let errors = LevelErrors(rowsMax: rowsMax, effects, arena: &arena)
    guard arena.isWritable else { return nil }
    model.initialize(
      to: ColumnModel(
        accelerator: Accelerator(count: countColumns, random: nil), errors: errors,
        stream: EventStream(seed: seed, stream: 0, offset: offset)))
    return UnsafeMutableRawPointer(model).assumingMemoryBound(to: Accelerator.self)
  }

  fileprivate mutating func count(
    _ sums: WindowSums, copy: Int, active: UnsafePointer<UInt32>?
  ) -> WindowSums.Count {
    let count = sums.countNatively(copy: copy, active: active)
    let rows = sums.weights.inputs
    let activeRows =
      active.map { ActiveRows.ones(of: $0, lanes: rows).total } ?? rows
    for plane in indices(sums.codes.rows) {
      // Of unsigned inputs only ones are driven, of signed ones both polarities.
      let driven =
        sums.isSigned
        ? activeRows : ActiveRows.ones(of: sums.codes.row(plane), lanes: rows).total
      for bit in indices(sums.weights.bits) {
        read(sums, rows: driven, plane: plane &+ bit)
        // What the largest code lacks to that of its planes is read with all inputs 1.
        if sums.isSigned && sums.codeRest &>> plane & 1 == 1 {
          read(sums, rows: driven, plane: plane &+ bit)
        }
      }
    }
    return count
  }

  /// Reads so many rows, as many at once as may be, in all columns.
  private mutating func read(_ sums: WindowSums, rows: Int, plane: Int) {
    var left = rows
    while left > 0 {
      let rows = min(left, errors.rowsMax)
      let rate = errors.rate(rows: rows)
      var lane = 0
      while let hit = stream.next(rate, from: lane, to: sums.weights.outputs) {
        add(errors.error(rows: rows, stream.decision), sums, lane: hit, plane: plane)
        stream.draw()
        lane = hit &+ 1
      }
      left &-= rows
    }
  }

  /// Adds an error times 2^plane to the sum of a lane, which stays in its range, 0 ... K.
  @inline(__always)
  private func add(_ error: LevelErrors.Error, _ sums: WindowSums, lane: Int, plane: Int) {
    let counters = sums.counters
    let limit = sums.weights.sumMax
    var left = error.size
    while left > 0 {
      let isLost = counters.step(lane: lane, plane: plane, down: error.down)
      // K is below the double of its highest bit: seldom is a sum large enough to ask.
      let isLarge = counters.bit(lane: lane, plane: sums.weights.planes &- 1) != 0
      if isLost || isLarge {
        if isLost && error.down != 0 {
          counters.replaceInteger(lane: lane, 0)
        } else if isLost || counters.integer(lane: lane).int > limit {
          counters.replaceInteger(lane: lane, UInt32(truncatingIfNeeded: limit))
        }
      }
      left &-= 1
    }
  }
}

/// Why not a method: a C function has no context but what it is given.
private func countColumns(
  _ accelerator: UnsafeMutableRawPointer, _ sums: UnsafeRawPointer, _ copy: Int,
  _ active: UnsafePointer<UInt32>?, _ result: UnsafeMutableRawPointer
) {
  let model = accelerator.assumingMemoryBound(to: ColumnModel.self)
  let sums = sums.assumingMemoryBound(to: WindowSums.self)
  result.assumingMemoryBound(to: WindowSums.Count.self).pointee =
    model.pointee.count(sums.pointee, copy: copy, active: active)
}
