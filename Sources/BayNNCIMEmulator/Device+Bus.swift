// SPDX-License-Identifier: Apache-2.0
import BayNNCore
import CBayNN

/// The bus (SPEC section 7). Any access is safe, whatever the address and value.
extension Device {
  /// Counts an access, and refuses it if it is to fail or there is no power.
  package mutating func access() throws(Fault) {
    accesses &+= 1
    if accesses == settings.failAccess { throw Fault(status: BAYNN_CIM_EMULATOR_FAILED) }
    try requirePower()
  }

  /// Power may have gone with the access before, within a burst.
  @inline(__always)
  package func requirePower() throws(Fault) {
    guard isPowered else { throw Fault(status: BAYNN_CIM_EMULATOR_NO_POWER) }
  }

  package mutating func read(_ address: UInt32) -> UInt32 {
    if address & 3 != 0 { return 0 }
    switch address {
    case 0x000: return 0x4D43_4E42
    case 0x004: return 1
    case 0x008: return UInt32(truncatingIfNeeded: settings.arrays)
    case 0x00C: return UInt32(truncatingIfNeeded: settings.rows)
    case 0x010: return UInt32(truncatingIfNeeded: settings.columns)
    case 0x014: return UInt32(truncatingIfNeeded: settings.activeRowsMax)
    case 0x018: return UInt32(truncatingIfNeeded: settings.units)
    case 0x01C:
      return BAYNN_CIM_CAN_READ | BAYNN_CIM_CAN_ERASE | BAYNN_CIM_CAN_WEAR
        | BAYNN_CIM_CAN_TEMPERATURE
    case 0x024: return registers.poll()
    case 0x028: return registers.isBusy ? 0 : registers.error
    case 0x02C: return registers.array
    case 0x030: return registers.row
    case 0x034: return registers.rowWords
    case 0x038: return registers.columnWords
    case 0x03C: return registers.probability
    case 0x040: return registers.randomBits
    // What is read too early is wrong, so that a driver that does not wait is found out.
    case 0x044: return registers.isBusy ? ~0 : registers.value
    case 0x3000..<0x3200:
      return registers.isBusy ? ~0 : windows.cells[lineWord(address)]
    case 0x4000..<0x6000:
      return registers.isBusy ? ~0 : windows.result[(address & 0x1FFF).int >> 2]
    default: return 0
    }
  }

  package mutating func write(_ address: UInt32, _ value: UInt32) {
    if address & 3 != 0 { return }
    if address == 0x020 {
      command(value)
      return
    }
    if registers.isBusy { return }
    switch address {
    case 0x02C: registers.array = value
    case 0x030: registers.row = value
    case 0x034: registers.rowWords = value
    case 0x038: registers.columnWords = value
    case 0x03C: registers.probability = value
    case 0x040: registers.randomBits = value
    case 0x1000..<0x1200: windows.active[lineWord(address)] = value
    case 0x2000..<0x2200: windows.inputs[lineWord(address)] = value
    case 0x3000..<0x3200: windows.cells[lineWord(address)] = value
    default: break
    }
  }

  /// Which word an address is of a window for a row or column of an array.
  private func lineWord(_ address: UInt32) -> Int { (address & 0x1FF).int >> 2 }

  private mutating func command(_ number: UInt32) {
    if registers.isBusy && number != Command.reset {
      registers.error = DeviceError.busy
      return
    }
    registers.error = run(number)
    registers.isDone = true
    registers.busyPolls = settings.busyPolls
  }
}
