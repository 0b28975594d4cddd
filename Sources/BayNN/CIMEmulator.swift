// SPDX-License-Identifier: Apache-2.0
import BayNNCIMEmulator
import BayNNCore
import CBayNN

@c @implementation
public func baynn_cim_emulator_storage_bytes(
  _ config: UnsafePointer<baynn_cim_emulator_config_t>?, _ bytes: UnsafeMutablePointer<Int>?
) -> baynn_status_t {
  status { () throws(Fault) in
    let bytes = try require(bytes)
    bytes.pointee = try Device.storageBytes(emulatorSettings(config))
  }
}

@c @implementation
public func baynn_cim_emulator_init(
  _ storage: UnsafeMutableRawPointer?, _ bytes: Int,
  _ config: UnsafePointer<baynn_cim_emulator_config_t>?,
  _ emulator: UnsafeMutablePointer<OpaquePointer?>?
) -> baynn_status_t {
  status { () throws(Fault) in
    let storage = try requireStorage(storage)
    let emulator = try require(emulator)
    let settings = try emulatorSettings(config)
    emulator.pointee = OpaquePointer(
      try Device.make(in: storage, bytes: size(bytes), settings))
  }
}

@c @implementation
public func baynn_cim_emulator_bus(
  _ emulator: OpaquePointer?, _ bus: UnsafeMutablePointer<baynn_cim_bus_t>?
) -> baynn_status_t {
  status { () throws(Fault) in
    _ = try requireDevice(emulator)
    try Output(bus).write(
      baynn_cim_bus_t(
        struct_bytes: 0, reserved: 0,
        read32: { EmulatorBus.read32($0, $1, $2) },
        write32: { EmulatorBus.write32($0, $1, $2) },
        read_words: { EmulatorBus.readWords($0, $1, $2, $3) },
        write_words: { EmulatorBus.writeWords($0, $1, $2, $3) }))
  }
}

@c @implementation
public func baynn_cim_emulator_configure(
  _ emulator: OpaquePointer?, _ config: UnsafePointer<baynn_cim_emulator_config_t>?
) -> baynn_status_t {
  status { () throws(Fault) in
    let device = try requireDevice(emulator)
    try device.pointee.configure(emulatorSettings(config))
  }
}

@c @implementation
public func baynn_cim_emulator_wait(
  _ emulator: OpaquePointer?, _ nanoseconds: UInt64
) -> baynn_status_t {
  status { () throws(Fault) in
    try requireDevice(emulator).pointee.wait(nanoseconds)
  }
}

@c @implementation
public func baynn_cim_emulator_heat(
  _ emulator: OpaquePointer?, _ millidegrees: Int32
) -> baynn_status_t {
  status { () throws(Fault) in
    try requireDevice(emulator).pointee.heat(millidegrees)
  }
}

@c @implementation
public func baynn_cim_emulator_power_on(
  _ emulator: OpaquePointer?, _ cut_write: UInt32
) -> baynn_status_t {
  status { () throws(Fault) in
    try requireDevice(emulator).pointee.powerOn(cutWrite: cut_write)
  }
}

/// A configuration of an emulated device; a missing one means all defaults.
@inline(never)
func emulatorConfig(
  _ config: UnsafePointer<baynn_cim_emulator_config_t>?
) throws(Fault) -> baynn_cim_emulator_config_t {
  config == nil ? baynn_cim_emulator_config_t() : try read(config)
}

@inline(never)
private func emulatorSettings(
  _ config: UnsafePointer<baynn_cim_emulator_config_t>?
) throws(Fault) -> Settings {
  try Settings(emulatorConfig(config))
}
