// SPDX-License-Identifier: Apache-2.0
import BayNNCore

// How an operation begins, waits and ends.
extension RegisterDriver {
  /// Nothing is assumed about a device after an error.
  mutating func begin() throws(Fault) {
    if needsReset { try RegisterDriver.reset(bus, pollsMax: pollsMax) }
    needsReset = true
  }

  /// The operation has come to its end, and the device waits for the next one.
  mutating func end() { needsReset = false }

  /// What the device would say, which is not asked: BAYNN_CIM_DEVICE_ADDRESS.
  static var outOfRange: Fault { Fault(status: -1003) }

  func require(array: UInt32, row: UInt32) throws(Fault) {
    guard array < UInt32(truncatingIfNeeded: geometry.arrays),
      row < UInt32(truncatingIfNeeded: geometry.rows)
    else { throw RegisterDriver.outOfRange }
  }

  func select(array: UInt32, row: UInt32) throws(Fault) {
    var registers = (array, row)
    try bus.write(Register.array, registers: &registers, count: 2)
  }

  /// Carries out a command with the registers as they are.
  func run(_ command: Command) throws(Fault) {
    try bus.write(Register.command, command.rawValue)
    let status = try RegisterDriver.wait(bus, pollsMax: pollsMax)
    // A device that has been reset behind our back is idle, but has done nothing.
    guard status & StatusBits.done != 0 else { throw .cimDevice }
  }

  static func reset(_ bus: RegisterBus, pollsMax: UInt32) throws(Fault) {
    try bus.write(Register.command, Command.reset.rawValue)
    _ = try wait(bus, pollsMax: pollsMax)
  }

  /// Waits until the device is idle; the last STATUS.
  private static func wait(_ bus: RegisterBus, pollsMax: UInt32) throws(Fault) -> UInt32 {
    var polls = pollsMax
    while polls != 0 {
      polls &-= 1
      let status = try bus.read(Register.status)
      // A bus at whose other end there is nothing reads all ones.
      guard status & ~StatusBits.all == 0 else { throw .cimDevice }
      guard status & StatusBits.busy == 0 else { continue }
      if status & StatusBits.error != 0 { throw try deviceError(bus) }
      return status
    }
    // A pulse that hangs is to end now, not with the next operation. The timeout is what
    // is reported, whatever comes of it.
    do throws(Fault) {
      try bus.write(Register.command, Command.reset.rawValue)
    } catch {}
    throw .cimTimeout
  }

  /// -1000 - code; a code above 99 is BAYNN_ERROR_CIM_DEVICE.
  private static func deviceError(_ bus: RegisterBus) throws(Fault) -> Fault {
    let code = try bus.read(Register.error)
    guard code >= 1, code <= 99 else { return .cimDevice }
    return Fault(status: -1000 &- Int32(truncatingIfNeeded: code))
  }
}
