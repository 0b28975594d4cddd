// SPDX-License-Identifier: Apache-2.0
import BayNN
import CBayNN

/// A model on an emulated device, cell by cell.
///
/// Sendable although a device is used by one thread at a time: whoever makes one keeps it, or
/// hands it on.
final class EmulatedArrays: @unchecked Sendable {
  let model: LoadedModel
  let cim: UnsafeMutablePointer<baynn_cim_t>
  private let emulator: OpaquePointer
  private let storage: UnsafeMutableRawPointer
  private let registers: UnsafeMutablePointer<baynn_cim_registers_t>
  private let bus: UnsafeMutablePointer<baynn_cim_bus_t>

  /// Makes a blank device and lays the model out on it.
  ///
  /// - Parameter arrays: that the device has; see `ArrayLayout.arrays`.
  init(
    _ model: LoadedModel, _ layout: ArrayLayout, on device: DeviceSettings, arrays: Int,
    seed: UInt64
  ) throws {
    var config = device.configuration(arrays: arrays, seed: seed)
    var bytes = 0
    let status = baynn_cim_emulator_storage_bytes(&config, &bytes)
    guard status != BAYNN_ERROR_ARGUMENT else {
      throw ToolError.usage(
        "the emulated device refuses these settings: a value is out of range, or values do not "
          + "fit together; begin with --device ideal and add options one by one")
    }
    try check(status, "baynn_cim_emulator_storage_bytes")
    storage = .allocate(byteCount: bytes, alignment: Int(BAYNN_STORAGE_ALIGNMENT))
    cim = .allocate(capacity: 1)
    cim.initialize(to: baynn_cim_t())
    registers = .allocate(capacity: 1)
    registers.initialize(to: baynn_cim_registers_t())
    bus = .allocate(capacity: 1)
    bus.initialize(to: baynn_cim_bus_t())
    self.model = model
    var made: OpaquePointer?
    let opening = baynn_cim_emulator_init(storage, bytes, &config, &made)
    guard opening == BAYNN_OK, let made else {
      throw ToolError.software("baynn_cim_emulator_init gave \(statusName(opening))")
    }
    emulator = made
    bus.pointee.struct_bytes = UInt32(MemoryLayout<baynn_cim_bus_t>.size)
    try check(baynn_cim_emulator_bus(emulator, bus), "baynn_cim_emulator_bus")
    try checkDevice(
      baynn_cim_registers_open(registers, bus, UnsafeMutableRawPointer(emulator), 0),
      "opening the device")
    let driver = UnsafeRawPointer(registers).assumingMemoryBound(to: baynn_cim_driver_t.self)
    var options = layout.configuration(
      driver: driver, context: UnsafeMutableRawPointer(registers))
    try checkDevice(model.withModel { baynn_cim_open(cim, $0, &options) }, "laying out")
  }

  deinit {
    bus.deallocate()
    registers.deallocate()
    cim.deallocate()
    storage.deallocate()
  }

  /// Programs all rows. Where the device itself reports that a write has failed, the array is
  /// begun anew.
  func program() throws {
    var finished: UInt32 = 0
    var failures = 0
    while finished == 0 {
      let status = baynn_cim_program(cim, .max, &finished)
      if status == BAYNN_CIM_DEVICE_WRITE, failures < EmulatedArrays.failuresMax {
        failures += 1
        continue
      }
      try checkDevice(status, "programming")
    }
  }

  /// How often programming goes on after a failure that the device reports.
  private static let failuresMax = 1000

  func heat(millidegrees: Int32) throws {
    try check(
      baynn_cim_emulator_heat(emulator, millidegrees), "baynn_cim_emulator_heat")
  }

  func wait(nanoseconds: UInt64) throws {
    try check(baynn_cim_emulator_wait(emulator, nanoseconds), "baynn_cim_emulator_wait")
  }

  /// Scrubs every row once.
  func scrub() throws -> baynn_cim_scrub_report_t {
    var report = baynn_cim_scrub_report_t()
    report.struct_bytes = UInt32(MemoryLayout<baynn_cim_scrub_report_t>.size)
    // It ends with the last row.
    try checkDevice(baynn_cim_scrub(cim, .max, &report), "scrubbing")
    return report
  }

  func info() throws -> baynn_cim_info_t {
    var info = baynn_cim_info_t()
    info.struct_bytes = UInt32(MemoryLayout<baynn_cim_info_t>.size)
    try checkDevice(baynn_cim_info(cim, &info), "reading labels")
    return info
  }

  /// What has been done since the last call.
  func takeLedger() throws -> baynn_cim_ledger_t {
    var ledger = baynn_cim_ledger_t()
    ledger.struct_bytes = UInt32(MemoryLayout<baynn_cim_ledger_t>.size)
    try check(baynn_cim_ledger(cim, &ledger), "baynn_cim_ledger")
    try check(baynn_cim_ledger_clear(cim), "baynn_cim_ledger_clear")
    return ledger
  }
}
