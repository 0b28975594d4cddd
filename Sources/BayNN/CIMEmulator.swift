// SPDX-License-Identifier: Apache-2.0
import BayNNCIMEmulator
import BayNNCore
import CBayNN

@c @implementation
public func baynn_cim_emulator_storage_bytes(
  _ config: UnsafePointer<baynn_cim_emulator_config_t>?, _ bytes: UnsafeMutablePointer<Int>?
) -> baynn_status_t {
  do throws(Fault) {
    let bytes = try require(bytes)
    bytes.pointee = try Device.storageBytes(emulatorSettings(config))
    return BAYNN_OK
  } catch {
    return error.status
  }
}

@c @implementation
public func baynn_cim_emulator_init(
  _ storage: UnsafeMutableRawPointer?, _ bytes: Int,
  _ config: UnsafePointer<baynn_cim_emulator_config_t>?,
  _ emulator: UnsafeMutablePointer<OpaquePointer?>?
) -> baynn_status_t {
  do throws(Fault) {
    let storage = try require(storage)
    let emulator = try require(emulator)
    let settings = try emulatorSettings(config)
    try requireAligned(storage, to: UInt(BAYNN_STORAGE_ALIGNMENT))
    emulator.pointee = OpaquePointer(
      try Device.make(in: storage, bytes: size(bytes), settings))
    return BAYNN_OK
  } catch {
    return error.status
  }
}

@c @implementation
public func baynn_cim_emulator_bus(
  _ emulator: OpaquePointer?, _ bus: UnsafeMutablePointer<baynn_cim_bus_t>?
) -> baynn_status_t {
  do throws(Fault) {
    let bus = try require(bus)
    _ = try requireDevice(emulator)
    bus.pointee = baynn_cim_bus_t(
      struct_bytes: UInt32(truncatingIfNeeded: MemoryLayout<baynn_cim_bus_t>.size), reserved: 0,
      read32: { EmulatorBus.read32($0, $1, $2) }, write32: { EmulatorBus.write32($0, $1, $2) },
      read_words: { EmulatorBus.readWords($0, $1, $2, $3) },
      write_words: { EmulatorBus.writeWords($0, $1, $2, $3) })
    return BAYNN_OK
  } catch {
    return error.status
  }
}

@c @implementation
public func baynn_cim_emulator_configure(
  _ emulator: OpaquePointer?, _ config: UnsafePointer<baynn_cim_emulator_config_t>?
) -> baynn_status_t {
  do throws(Fault) {
    let device = try requireDevice(emulator)
    try device.pointee.configure(emulatorSettings(config))
    return BAYNN_OK
  } catch {
    return error.status
  }
}

@c @implementation
public func baynn_cim_emulator_wait(
  _ emulator: OpaquePointer?, _ nanoseconds: UInt64
) -> baynn_status_t {
  do throws(Fault) {
    try requireDevice(emulator).pointee.wait(nanoseconds)
    return BAYNN_OK
  } catch {
    return error.status
  }
}

@c @implementation
public func baynn_cim_emulator_heat(
  _ emulator: OpaquePointer?, _ millidegrees: Int32
) -> baynn_status_t {
  do throws(Fault) {
    try requireDevice(emulator).pointee.heat(millidegrees)
    return BAYNN_OK
  } catch {
    return error.status
  }
}

@c @implementation
public func baynn_cim_emulator_power_on(
  _ emulator: OpaquePointer?, _ cut_write: UInt32
) -> baynn_status_t {
  do throws(Fault) {
    try requireDevice(emulator).pointee.powerOn(cutWrite: cut_write)
    return BAYNN_OK
  } catch {
    return error.status
  }
}

/// Reads a configuration; a missing one means all defaults.
@inline(never)
func emulatorSettings(
  _ config: UnsafePointer<baynn_cim_emulator_config_t>?
) throws(Fault) -> Settings {
  guard let config else { return try Settings(baynn_cim_emulator_config_t()) }
  try requireStruct(baynn_cim_emulator_config_t.self, bytes: config.pointee.struct_bytes)
  return try Settings(config.pointee)
}

/// The device, or BAYNN_ERROR_STATE if there is none in that memory.
@inline(__always)
func requireDevice(
  _ emulator: OpaquePointer?
) throws(Fault) -> UnsafeMutablePointer<Device> {
  let device = UnsafeMutablePointer<Device>(try require(emulator))
  guard device.pointee.tag == Device.liveTag else { throw .state }
  return device
}
