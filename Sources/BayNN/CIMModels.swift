// SPDX-License-Identifier: Apache-2.0
import BayNNCIMEmulator
import BayNNCore
import BayNNEngine
import BayNNModel
import CBayNN

@c @implementation
public func baynn_cim_column_session_storage_bytes(
  _ model: UnsafePointer<baynn_model_t>?, _ config: UnsafePointer<baynn_session_config_t>?,
  _ emulator_config: UnsafePointer<baynn_cim_emulator_config_t>?,
  _ bytes: UnsafeMutablePointer<Int>?
) -> baynn_status_t {
  status { () throws(Fault) in
    let open = try requireOpen(model)
    let bytes = try require(bytes)
    let session = try sessionConfig(config, open)
    bytes.pointee = try columnStorage(open, session, deviceConfig(emulator_config)).bytes
  }
}

@c @implementation
public func baynn_cim_column_session_init(
  _ storage: UnsafeMutableRawPointer?, _ bytes: Int, _ model: UnsafePointer<baynn_model_t>?,
  _ config: UnsafePointer<baynn_session_config_t>?,
  _ emulator_config: UnsafePointer<baynn_cim_emulator_config_t>?,
  _ session: UnsafeMutablePointer<OpaquePointer?>?
) -> baynn_status_t {
  status { () throws(Fault) in
    let storage = try requireStorage(storage)
    let open = try requireOpen(model)
    let session = try require(session)
    let configuration = try sessionConfig(config, open)
    let device = try deviceConfig(emulator_config)
    let needed = try columnStorage(open, configuration, device)
    guard size(bytes) >= needed.bytes else { throw .storage }
    var arena = Arena(storage: storage, bytes: size(bytes))
    _ = arena.take(UInt8.self, count: needed.sessionBytes)
    let accelerator = device.makeColumnModel(
      offset: configuration.firstCall, arena: &arena)
    session.pointee = OpaquePointer(
      try Session.make(
        in: storage, bytes: needed.sessionBytes, open, configuration, accelerator: accelerator))
  }
}

@c @implementation
public func baynn_cim_faulty_image(
  _ image: UnsafeMutableRawPointer?, _ bytes: Int, _ model: UnsafePointer<baynn_model_t>?,
  _ emulator_config: UnsafePointer<baynn_cim_emulator_config_t>?, _ nanoseconds: UInt64,
  _ weights_wrong: UnsafeMutablePointer<UInt32>?
) -> baynn_status_t {
  status { () throws(Fault) in
    let image = try require(image)
    let open = try requireOpen(model)
    let device = try deviceConfig(emulator_config)
    try requireAligned(image, to: BAYNN_MODEL_ALIGNMENT.int)
    guard size(bytes) >= open.pointee.imageBytes.int else { throw .storage }
    let wrong = try FaultyImage.write(open, to: image, device.weightFaults(nanoseconds))
    weights_wrong?.pointee = wrong
  }
}

/// What the session takes, which lies first since its address is what the caller gets; and what
/// it takes together with the model of its columns.
private func columnStorage(
  _ model: UnsafePointer<Model>, _ config: SessionConfig, _ device: ModelledDevice
) throws(Fault) -> (sessionBytes: Int, bytes: Int) {
  var arena = Arena()
  let sessionBytes = try Session.storageBytes(model, config, isAccelerated: true)
  _ = arena.take(UInt8.self, count: sessionBytes)
  _ = device.makeColumnModel(offset: 0, arena: &arena)
  guard !arena.isExhausted else { throw .imageShape }
  return (sessionBytes, arena.bytes)
}

private func deviceConfig(
  _ config: UnsafePointer<baynn_cim_emulator_config_t>?
) throws(Fault) -> ModelledDevice {
  try ModelledDevice(emulatorConfig(config))
}
