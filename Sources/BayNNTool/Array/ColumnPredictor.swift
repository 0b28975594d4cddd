// SPDX-License-Identifier: Apache-2.0
import BayNN
import CBayNN

/// A session whose sums have the errors of a device's columns, without cells.
final class ColumnPredictor: LibraryPredictor, @unchecked Sendable {
  private let model: LoadedModel
  private let settings: SessionSettings
  private var device: baynn_cim_emulator_config_t
  private let storage: UnsafeMutableRawBufferPointer
  private(set) var session: OpaquePointer?

  var summary: ModelSummary { model.summary }

  init(_ model: LoadedModel, _ device: DeviceSettings, settings: SessionSettings, seed: UInt64)
    throws
  {
    var config = settings.configuration(call: 0)
    var emulator = device.configuration(arrays: 1, seed: seed)
    var bytes = 0
    try check(
      model.withModel {
        baynn_cim_column_session_storage_bytes($0, &config, &emulator, &bytes)
      }, "baynn_cim_column_session_storage_bytes")
    self.model = model
    self.settings = settings
    self.device = emulator
    storage = .allocate(byteCount: bytes, alignment: Int(BAYNN_STORAGE_ALIGNMENT))
    try restart(call: 0)
  }

  deinit { storage.deallocate() }

  func restart(call: UInt64) throws {
    var config = settings.configuration(call: call)
    try check(
      model.withModel {
        baynn_cim_column_session_init(
          storage.baseAddress, storage.count, $0, &config, &device, &session)
      }, "baynn_cim_column_session_init")
  }
}
