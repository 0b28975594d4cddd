// SPDX-License-Identifier: Apache-2.0
import BayNNCore
import BayNNEngine
import CBayNN

/// An emulated device, at the start of the storage that holds it.
package struct Device {
  /// Marks memory that holds a device.
  package static let liveTag: UInt32 = 0x4D43_4E42

  package let tag = Device.liveTag
  var settings: Settings
  let cells: Cells
  let windows: Windows
  let workspace: ColumnWorkspace
  var units: Units
  var registers = Registers()
  var disturb = ReadDisturb()
  var converter: Converter
  /// Share of the difference between both states that is left at the present temperature, in
  /// Q24.
  var contrast = NormalDistribution.one
  /// False if a count is nothing but the rounded sum of conductances.
  var hasEffects = false

  /// Time since the device was made, in ns.
  var clock: UInt64 = 0
  var millidegrees: Int32 = 25_000
  /// Reads of columns and of rows so far.
  var reads: UInt64 = 0
  /// Random words for retention so far.
  var retentionDraws: UInt64 = 0
  var isPowered = true
  /// Row writes since power came, and accesses to the bus since the device was configured.
  var rowWrites: UInt32 = 0
  var accesses: UInt32 = 0

  /// Bytes of storage that a device needs.
  package static func storageBytes(_ settings: Settings) throws(Fault) -> Int {
    var arena = Arena()
    _ = arena.take(Device.self, count: 1)
    _ = Device(settings, arena: &arena)
    guard !arena.isExhausted else { throw .argument }
    return arena.bytes
  }

  /// Makes a device at the start of `storage`, which is aligned to `Arena.alignment`.
  package static func make(
    in storage: UnsafeMutableRawPointer, bytes: Int, _ settings: Settings
  ) throws(Fault) -> UnsafeMutablePointer<Device> {
    guard bytes >= (try storageBytes(settings)) else { throw .storage }
    var arena = Arena(storage: storage, bytes: bytes)
    let device = arena.take(Device.self, count: 1)
    device.initialize(to: Device(settings, arena: &arena))
    device.pointee.clear()
    return device
  }

  private init(_ settings: Settings, arena: inout Arena) {
    self.settings = settings
    cells = Cells(settings, arena: &arena)
    windows = Windows(arena: &arena)
    workspace = ColumnWorkspace(settings, arena: &arena)
    units = Units(settings, arena: &arena)
    converter = Converter(settings.converter, rows: 1)
  }

  /// All weights are 0, and nothing was ever done.
  private mutating func clear() {
    for row in indices(settings.lines) {
      cells.records[row] = RowRecord()
      cells.states(line: row &* 2).fill(0, count: settings.columnWords)
      cells.states(line: row &* 2 &+ 1).fill(~0, count: settings.columnWords)
    }
    windows.clear()
    units.forget()
    settle()
  }

  /// Exchanges the configuration: cells keep their states, but for those that are stuck now.
  package mutating func configure(_ new: Settings) throws(Fault) {
    guard new.arrays == settings.arrays, new.rows == settings.rows,
      new.columns == settings.columns, new.activeRowsMax == settings.activeRowsMax,
      new.units == settings.units
    else { throw .argument }
    settings = new
    rowWrites = 0
    accesses = 0
    settle()
  }

  /// Works out everything that follows from the configuration.
  private mutating func settle() {
    converter = Converter(settings.converter, rows: 1)
    for array in indices(settings.arrays) {
      settleColumns(array)
      for row in indices(settings.rows) {
        stick(array, row)
        settle(array, row, columns: settings.columns)
      }
    }
    units.settle(settings)
    settleEffects()
    disturb = ReadDisturb(settings)
    loseConductance()
  }

  private func settleColumns(_ array: Int) {
    let gains = cells.gains + array &* settings.columns
    let offsets = cells.offsets + array &* settings.columns
    let number = UInt32(truncatingIfNeeded: array)
    for column in indices(settings.columns) where column & 3 == 0 {
      let group = UInt32(truncatingIfNeeded: column >> 2)
      let gain = settings.words.deviates(.columnGain, group, number)
      let offset = settings.words.deviates(.columnOffset, group, number)
      for i in indices(4) {
        gains[column &+ i] = relative(settings.columnDeviation, gain[unchecked: i])
        // Below 2^20 times 2^27; the sum is below 2^24.
        let spread = scaled(
          settings.converter.offsetDeviation.wide, byQ24: offset[unchecked: i])
        offsets[column &+ i] = settings.converter.offset &+ Int32(lowerHalf: spread)
      }
    }
  }

  package mutating func heat(_ millidegrees: Int32) throws(Fault) {
    guard millidegrees >= -100_000, millidegrees <= 300_000 else { throw .argument }
    self.millidegrees = millidegrees
    units.forget()
    settleEffects()
  }

  private mutating func settleEffects() {
    // At most 2^24 * 3 * 10^5; a loss of 1 % per degree at most.
    let loss = (settings.temperatureLoss &* (millidegrees &- 25_000).wide) &>> 16
    contrast = Int32(lowerHalf: max(0, NormalDistribution.one.wide &- loss))
    hasEffects =
      contrast != NormalDistribution.one || settings.columnDeviation != 0
      || settings.readDeviation != 0 || settings.readNoise != 0
      || !settings.converter.onlyRounds
  }

  /// Power comes (back): registers are as after a reset of the whole device.
  package mutating func powerOn(cutWrite: UInt32) {
    settings.powerCutWrite = cutWrite
    isPowered = true
    rowWrites = 0
    registers = Registers()
    windows.clear()
  }
}

/// A deviation times a deviate, both in Q24, of a size of at most 1.
func relative(_ deviation: Int32, _ deviate: Int32) -> Int32 {
  let one = NormalDistribution.one
  return max(-one, min(Int32(lowerHalf: scaled(deviation.wide, byQ24: deviate)), one))
}
