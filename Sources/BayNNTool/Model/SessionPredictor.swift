// SPDX-License-Identifier: Apache-2.0
import BayNN
import CBayNN

/// A session of the library and its storage.
///
/// Sendable although a session is used by one thread at a time: whoever makes one hands it
/// from task to task and never to two.
final class SessionPredictor: LibraryPredictor, @unchecked Sendable {
  private let model: LoadedModel
  private let settings: SessionSettings
  private let storage: UnsafeMutableRawBufferPointer
  private(set) var session: OpaquePointer?

  var summary: ModelSummary { model.summary }

  /// - Throws: `usage` if the model has too many networks for the posterior, or cannot stop
  ///   when its label is settled.
  init(model: LoadedModel, settings: SessionSettings) throws {
    let summary = model.summary
    if settings.stop == .settled, summary.task == .regression || summary.positions > 1 {
      throw ToolError.usage("--stop settled is for models with one label an input")
    }
    guard let bytes = try storageBytes(model, settings) else {
      let other = summary.sampledLayers > 0 ? "sampled" : "certified or sampled"
      throw ToolError.usage(
        "the model has too many networks for this posterior: use --posterior \(other)")
    }
    self.model = model
    self.settings = settings
    storage = .allocate(byteCount: bytes, alignment: Int(BAYNN_STORAGE_ALIGNMENT))
    try restart(call: 0)
  }

  deinit { storage.deallocate() }

  func restart(call: UInt64) throws {
    var configuration = settings.configuration(call: call)
    let status = model.withModel {
      baynn_session_init(storage.baseAddress, storage.count, $0, &configuration, &session)
    }
    try check(status, "baynn_session_init")
  }
}

/// The storage that a session takes, or nil if the model has too many networks for the
/// posterior.
func storageBytes(_ model: LoadedModel, _ settings: SessionSettings) throws -> Int? {
  var configuration = settings.configuration(call: 0)
  var bytes = 0
  let status = model.withModel { baynn_session_storage_bytes($0, &configuration, &bytes) }
  if status == BAYNN_ERROR_POSTERIOR { return nil }
  try check(status, "baynn_session_storage_bytes")
  return bytes
}
