// SPDX-License-Identifier: Apache-2.0
import BayNNCore

extension Device {
  /// Drives rows of an array and counts: command MAC, whose registers are in range.
  ///
  /// - Returns: the code of an error, or 0.
  mutating func mac() -> UInt32 {
    let array = registers.array.int
    let columnWords = registers.columnWords.int
    let driven = drive(array, firstRow: registers.row.int, words: registers.rowWords.int)
    guard let rows = driven else { return DeviceError.rows }
    workspace.sum(
      cells, count: rows, columns: columnWords &* 32, hasLoss: settings.drift != 0)
    if converter.rows != Int32(truncatingIfNeeded: rows) {
      converter = Converter(settings.converter, rows: rows)
    }
    for word in indices(columnWords) {
      count(array, word)
      CountPlanes.put(
        workspace.counts, windows.result + word, words: columnWords,
        planes: settings.countPlanes)
    }
    reads &+= 1
    disturbRead(rows: rows, columns: columnWords &* 32)
    return 0
  }

  /// Lists the lines that a MAC drives; nil if there are none, or too many.
  private func drive(_ array: Int, firstRow: Int, words: Int) -> Int? {
    var count = 0
    for word in indices(words) {
      var active = windows.active[word]
      let inputs = windows.inputs[word]
      guard count &+ active.nonzeroBitCount <= settings.activeRowsMax else { return nil }
      while active != 0 {
        let bit = active.trailingZeroBitCount
        active &= active &- 1
        let row = array &* settings.rows &+ firstRow &+ word &* 32 &+ bit
        let input = (inputs &>> UInt32(truncatingIfNeeded: bit)) & 1
        workspace.driven[count] = DrivenLine(
          line: row &* 2 &+ (1 &- input.int), loss: cells.records[row].loss)
        count &+= 1
      }
    }
    return count == 0 ? nil : count
  }

  /// Counts of the 32 columns of a word.
  private func count(_ array: Int, _ word: Int) {
    let sums = workspace.sums + word &* 32
    // Values of its own: a store to the counts could change none of them.
    let converter = converter
    let counts = workspace.counts
    guard hasEffects else {
      for i in indices(32) {
        counts[i] = UInt16(truncatingIfNeeded: converter.count(sum: sums[i]))
      }
      return
    }
    let offsets = cells.offsets + (array &* settings.columns &+ word &* 32)
    for quarter in indices(8) {
      let column = quarter &* 4
      let four = currents(
        sums + column, array, column: word &* 32 &+ column, rows: converter.rows)
      for i in indices(4) {
        let count = converter.count(current: four[unchecked: i], offset: offsets[column &+ i])
        counts[column &+ i] = UInt16(truncatingIfNeeded: count)
      }
    }
  }

  /// The currents of four columns as they arrive at the converter, in 1/256 unit, from sums of
  /// conductances.
  private func currents(
    _ sums: UnsafePointer<UInt32>, _ array: Int, column: Int, rows: Int32
  ) -> InlineArray<4, Int64> {
    let group = UInt32(truncatingIfNeeded: column >> 2)
    let read = (UInt32(truncatingIfNeeded: reads), UInt32(upperHalf: reads))
    var scale = InlineArray<4, Int32>(repeating: 0)
    var noise = InlineArray<4, Int32>(repeating: 0)
    if settings.readDeviation != 0 {
      scale = settings.words.deviates(.readScale, group, read.0, read.1)
    }
    if settings.readNoise != 0 {
      noise = settings.words.deviates(.readNoise, group, read.0, read.1)
    }
    let gains = cells.gains + (array &* settings.columns &+ column)
    let floor = (rows &* settings.converter.antiparallel).wide &<< 8
    var result = InlineArray<4, Int64>(repeating: 0)
    for i in indices(4) {
      var current = Int64(bitPattern: sums[i].wide &<< 8)
      // Below 2^36 times a contrast below 2.3; then each factor is at most 2.
      current = floor &+ scaled(current &- floor, byQ24: contrast)
      current &+= scaled(current, byQ24: gains[i])
      current &+= scaled(current, byQ24: relative(settings.readDeviation, scale[unchecked: i]))
      current &+= scaled(settings.readNoise.wide, byQ24: noise[unchecked: i])
      result[unchecked: i] = current
    }
    return result
  }

  /// Reads a row of weights, comparing the MTJ that holds each weight with a reference midway
  /// between both states: command READ, whose registers are in range.
  mutating func readRow() -> UInt32 {
    let array = registers.array.int
    let row = array &* settings.rows &+ registers.row.int
    workspace.driven[0] = DrivenLine(line: row &* 2, loss: cells.records[row].loss)
    workspace.sum(
      cells, count: 1, columns: settings.columns, hasLoss: settings.drift != 0)
    let reference =
      (settings.converter.antiparallel &* 2 &+ settings.converter.difference).wide &<< 7
    for column in indices(settings.columns) where column & 3 == 0 {
      let four = currents(workspace.sums + column, array, column: column, rows: 1)
      var bits: UInt32 = 0
      for i in indices(4) where four[unchecked: i] >= reference {
        bits |= 1 &<< UInt32(truncatingIfNeeded: i)
      }
      let word = windows.cells + (column >> 5)
      let shift = UInt32(truncatingIfNeeded: column & 31)
      word.pointee = (word.pointee & ~(15 &<< shift)) | bits &<< shift
    }
    reads &+= 1
    disturbRead(rows: 1, columns: settings.columns)
    return 0
  }

  /// Lets a read of the driven lines flip some of their MTJs to the parallel state.
  private mutating func disturbRead(rows: Int, columns: Int) {
    guard settings.readDisturb != 0 else { return }
    // At most 2^24.
    let count = (rows &* columns).wide
    while disturb.distance < count {
      let place = UInt32(truncatingIfNeeded: disturb.distance).int
      let line = place / max(columns, 1)
      flip(
        workspace.driven[line].line &* settings.columns &+ place &- line &* columns,
        onlyToParallel: true)
      disturb.next(settings)
    }
    disturb.distance &-= count
  }
}
