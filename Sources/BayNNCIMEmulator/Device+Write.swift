// SPDX-License-Identifier: Apache-2.0
import BayNNCore

extension Device {
  /// Writes a row of weights. Without power it does nothing.
  ///
  /// - Parameter weights: columnWords words; nil for zeros.
  /// - Returns: false if the device has noticed that it failed; nothing is written then.
  mutating func write(_ array: Int, _ row: Int, _ weights: UnsafePointer<UInt32>?) -> Bool {
    guard isPowered else { return true }
    let record = cells.records + (array &* settings.rows &+ row)
    record.pointee.writes &+= 1
    rowWrites &+= 1
    var columns = settings.columns
    if rowWrites == settings.powerCutWrite {
      isPowered = false
      columns >>= 1
    }
    guard !isNoticed(array, row, writes: record.pointee.writes) else { return false }
    record.pointee.writtenAt = clock
    record.pointee.loss = 0
    for word in indices((columns &+ 31) >> 5) {
      // Half of the columns are a multiple of 16.
      let written = tailMask(lanes: min(32, columns &- word &* 32))
      var value: UInt32 = 0
      if let weights { value = weights[word] }
      set(array, row, 0, word, value, written, writes: record.pointee.writes)
      set(array, row, 1, word, ~value, written, writes: record.pointee.writes)
    }
    stick(array, row)
    settle(array, row, columns: columns)
    return true
  }

  private func isNoticed(_ array: Int, _ row: Int, writes: UInt32) -> Bool {
    guard settings.noticedWrite != 0 else { return false }
    let words = settings.words.four(
      .noticedWrite, UInt32(truncatingIfNeeded: row), UInt32(truncatingIfNeeded: array), writes)
    return words[unchecked: 0].wide < settings.noticedWrite
  }

  /// Sets the states of 32 MTJs, but for those that are not written and those that keep theirs.
  private func set(
    _ array: Int, _ row: Int, _ half: Int, _ word: Int, _ value: UInt32, _ written: UInt32,
    writes: UInt32
  ) {
    let line = row &* 2 &+ half
    let kept = settings.kept(
      array: UInt32(truncatingIfNeeded: array), first: first(line, word), writes: writes)
    let states = cells.states(line: array &* settings.rows &* 2 &+ line) + word
    let changed = (states.pointee ^ value) & written & ~kept
    states.pointee ^= changed
  }

  /// Puts the stuck MTJs of a row into the states that they are stuck in.
  func stick(_ array: Int, _ row: Int) {
    guard settings.hasStuck else { return }
    for half in indices(2) {
      let line = row &* 2 &+ half
      let states = cells.states(line: array &* settings.rows &* 2 &+ line)
      for word in indices(settings.columnWords) {
        let stuck = settings.stuck(
          array: UInt32(truncatingIfNeeded: array), first: first(line, word))
        states[word] = (states[word] | stuck.parallel) & ~stuck.antiparallel
      }
    }
  }

  /// Works out the conductances of the first columns of a row from their states.
  func settle(_ array: Int, _ row: Int, columns: Int) {
    let writes = cells.records[array &* settings.rows &+ row].writes
    for half in indices(2) {
      for column in indices(columns) where column & 3 == 0 {
        settle(array, line: row &* 2 &+ half, column: column, writes: writes)
      }
    }
  }

  /// Works out the conductances of four MTJs.
  func settle(_ array: Int, line: Int, column: Int, writes: UInt32) {
    let place = array &* settings.rows &* 2 &+ line
    let states = cells.states(line: place)[column >> 5]
    let four = settings.conductances(
      array: UInt32(truncatingIfNeeded: array),
      first: first(line, 0) &+ UInt32(truncatingIfNeeded: column),
      states: (states &>> UInt32(truncatingIfNeeded: column & 31)) & 15, writes: writes)
    let conductances = cells.conductances(line: place) + column
    for i in indices(4) { conductances[i] = four[unchecked: i] }
  }

  /// The number within its array of the first MTJ of a word of a line: below 2^25.
  private func first(_ line: Int, _ word: Int) -> UInt32 {
    UInt32(truncatingIfNeeded: line &* settings.columns &+ word &* 32)
  }

  /// Toggles the state of an MTJ of all arrays, unless it is stuck.
  func flip(_ index: Int, onlyToParallel: Bool = false) {
    let line = index / max(settings.columns, 1)
    let column = index &- line &* settings.columns
    let states = cells.states(line: line) + (column >> 5)
    let bit: UInt32 = 1 &<< UInt32(truncatingIfNeeded: column & 31)
    if onlyToParallel && states.pointee & bit != 0 { return }
    let array = line / max(settings.rows &* 2, 1)
    let own = line &- array &* settings.rows &* 2
    let stuck = settings.stuck(
      array: UInt32(truncatingIfNeeded: array), first: first(own, column >> 5))
    if (stuck.parallel | stuck.antiparallel) & bit != 0 { return }
    states.pointee ^= bit
    let writes = cells.records[line >> 1].writes
    settle(array, line: own, column: column & ~3, writes: writes)
  }
}
