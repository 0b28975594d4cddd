// SPDX-License-Identifier: Apache-2.0
import BayNNCore

/// Values of the register COMMAND (SPEC section 7).
enum Command {
  static let reset: UInt32 = 1
  static let program: UInt32 = 2
  static let read: UInt32 = 3
  static let erase: UInt32 = 4
  static let mac: UInt32 = 5
  static let random: UInt32 = 6
  static let sync: UInt32 = 7
  static let wear: UInt32 = 8
  static let temperature: UInt32 = 9
}

extension Device {
  /// Carries out a command.
  ///
  /// - Returns: the code of an error, or 0.
  mutating func run(_ command: UInt32) -> UInt32 {
    switch command {
    case Command.reset, Command.sync:
      return DeviceError.none
    case Command.program:
      guard hasArray && hasRow else { return DeviceError.address }
      let isWritten = write(registers.array.int, registers.row.int, windows.cells)
      return isWritten ? DeviceError.none : DeviceError.write
    case Command.read:
      return hasArray && hasRow ? readRow() : DeviceError.address
    case Command.erase:
      return hasArray ? erase(registers.array.int) : DeviceError.address
    case Command.mac:
      return hasArray && hasWindow ? mac() : DeviceError.address
    case Command.random:
      return random()
    case Command.wear:
      guard hasArray else { return DeviceError.address }
      registers.value = wear(registers.array.int)
      return DeviceError.none
    case Command.temperature:
      registers.value = UInt32(bitPattern: millidegrees)
      return DeviceError.none
    default:
      return DeviceError.command
    }
  }

  private var hasArray: Bool { registers.array < UInt32(truncatingIfNeeded: settings.arrays) }
  private var hasRow: Bool { registers.row < UInt32(truncatingIfNeeded: settings.rows) }

  /// True if the rows and columns of a MAC are there.
  private var hasWindow: Bool {
    let rows = UInt32(truncatingIfNeeded: settings.rows)
    return hasRow && registers.row & 31 == 0 && registers.rowWords != 0
      && registers.rowWords <= (rows &- registers.row) >> 5 && registers.columnWords != 0
      && registers.columnWords <= UInt32(truncatingIfNeeded: settings.columnWords)
  }

  private mutating func random() -> UInt32 {
    guard registers.randomBits != 0, registers.randomBits <= 65_536,
      registers.probability != 0, registers.probability < 65_536
    else { return DeviceError.address }
    units.draw(
      settings, registers.probability, millidegrees: millidegrees,
      count: registers.randomBits.int, windows.result)
    return DeviceError.none
  }

  /// Writes zeros to all rows.
  private mutating func erase(_ array: Int) -> UInt32 {
    var isWritten = true
    for row in indices(settings.rows) where !write(array, row, nil) { isWritten = false }
    return isWritten ? DeviceError.none : DeviceError.write
  }

  private func wear(_ array: Int) -> UInt32 {
    var largest: UInt32 = 0
    for row in indices(settings.rows) {
      largest = max(largest, cells.records[array &* settings.rows &+ row].writes)
    }
    return largest
  }
}
