// SPDX-License-Identifier: Apache-2.0
import BayNNCore
import CBayNN

/// Drives a device with the register map of SPEC.md section 7.
///
/// Each operation waits until its command has ended, programming too: what the device says
/// about a write then belongs to that write, and no operation begins while the device is busy.
/// Registers are written for each command and not remembered from the last one: a device that
/// has lost power in between would compute with others, and nobody would notice.
package struct RegisterDriver {
  let bus: RegisterBus
  let pollsMax: UInt32
  package let geometry: Geometry
  package let capabilities: UInt32
  /// An operation has not come to its end: the device may be in any state.
  var needsReset = false

  /// Resets the device and reads what it is.
  ///
  /// Errors: BAYNN_ERROR_CIM_DEVICE (another device or version, or a capability that this version
  /// does not have), BAYNN_ERROR_CIM_GEOMETRY, BAYNN_ERROR_CIM_TIMEOUT, those of bus and device.
  package init(
    _ table: UnsafePointer<baynn_cim_bus_t>, context: UnsafeMutableRawPointer?, pollsMax: UInt32
  ) throws(Fault) {
    bus = RegisterBus(table, context: context)
    self.pollsMax = pollsMax
    // Nothing is written to a device that is another one.
    guard try bus.read(Register.identity) == RegisterMap.identity,
      try bus.read(Register.version) == RegisterMap.version
    else { throw .cimDevice }
    try RegisterDriver.reset(bus, pollsMax: pollsMax)
    geometry = try Geometry(of: bus)
    capabilities = try bus.read(Register.capabilities)
    guard capabilities & ~RegisterDriver.knownCapabilities == 0 else { throw .cimDevice }
  }

  /// BAYNN_CIM_CAN_READ, ERASE, WEAR and TEMPERATURE.
  private static var knownCapabilities: UInt32 { 0xF }

  // MARK: - Operations

  /// Words of `weights`: those of all columns.
  package mutating func program(
    array: UInt32, row: UInt32, weights: UnsafePointer<UInt32>
  ) throws(Fault) {
    try require(array: array, row: row)
    try begin()
    try select(array: array, row: row)
    try bus.write(Register.cells, from: weights, count: geometry.columnWords)
    try run(.program)
    end()
  }

  package mutating func read(
    array: UInt32, row: UInt32, into weights: UnsafeMutablePointer<UInt32>
  ) throws(Fault) {
    try require(array: array, row: row)
    try begin()
    try select(array: array, row: row)
    try run(.read)
    try bus.read(Register.cells, into: weights, count: geometry.columnWords)
    end()
  }

  package mutating func erase(array: UInt32) throws(Fault) {
    try require(array: array, row: 0)
    try begin()
    try bus.write(Register.array, array)
    try run(.erase)
    end()
  }

  /// Receives countPlanes * columnWords words of counts. How many rows are active is for the
  /// device to check.
  package mutating func mac(
    _ window: MacWindow, active: UnsafePointer<UInt32>, inputs: UnsafePointer<UInt32>,
    counts: UnsafeMutablePointer<UInt32>
  ) throws(Fault) {
    guard window.fits(geometry) else { throw RegisterDriver.outOfRange }
    try begin()
    var registers = (window.array, window.firstRow, window.rowWords, window.columnWords)
    try bus.write(Register.array, registers: &registers, count: 4)
    try bus.write(Register.active, from: active, count: window.rowWords.int)
    try bus.write(Register.inputs, from: inputs, count: window.rowWords.int)
    try run(.mac)
    // At most 13 planes of 128 words.
    let words = geometry.countPlanes &* window.columnWords.int
    try bus.read(Register.result, into: counts, count: words)
    end()
  }

  /// Gives 1 to 65536 bits.
  package mutating func random(
    probability: UInt32, count: UInt32, into bits: UnsafeMutablePointer<UInt32>
  ) throws(Fault) {
    guard probability >= 1, probability <= 65535, count >= 1, count <= 65536 else {
      throw RegisterDriver.outOfRange
    }
    try begin()
    var registers = (probability, count)
    try bus.write(Register.probability, registers: &registers, count: 2)
    try run(.random)
    try bus.read(Register.result, into: bits, count: (count &+ 31).int >> 5)
    end()
  }

  package mutating func sync() throws(Fault) {
    try begin()
    try run(.sync)
    end()
  }

  /// Writes of the most written row.
  package mutating func wear(array: UInt32) throws(Fault) -> UInt32 {
    try require(array: array, row: 0)
    try begin()
    try bus.write(Register.array, array)
    try run(.wear)
    let writes = try bus.read(Register.value)
    end()
    return writes
  }

  /// In thousandths of a degree Celsius.
  package mutating func temperature() throws(Fault) -> Int32 {
    try begin()
    try run(.temperature)
    let millidegrees = try bus.read(Register.value)
    end()
    return Int32(bitPattern: millidegrees)
  }
}
