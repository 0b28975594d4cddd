// SPDX-License-Identifier: Apache-2.0
import BayNN
import CBayNN

/// A session on emulated arrays.
final class ArrayPredictor: LibraryPredictor, @unchecked Sendable {
  private let arrays: EmulatedArrays
  private let storage: UnsafeMutableRawBufferPointer
  private(set) var session: OpaquePointer?

  var summary: ModelSummary { arrays.model.summary }

  /// - Throws: `DeviceFailure` if an array has lost its label.
  init(_ arrays: EmulatedArrays, settings: SessionSettings) throws {
    var config = settings.configuration(call: 0)
    var bytes = 0
    try check(
      baynn_cim_session_storage_bytes(arrays.cim, &config, &bytes),
      "baynn_cim_session_storage_bytes")
    self.arrays = arrays
    storage = .allocate(byteCount: bytes, alignment: Int(BAYNN_STORAGE_ALIGNMENT))
    try checkDevice(
      baynn_cim_session_init(storage.baseAddress, bytes, arrays.cim, &config, &session),
      "reading labels")
  }

  deinit { storage.deallocate() }

  /// Does nothing: random bits are those of the device, which go on.
  func restart(call: UInt64) {}

  func checkInference(_ status: baynn_status_t) throws { try checkDevice(status, "inference") }

  func calibrate(_ input: UnsafeBufferPointer<UInt8>) throws {
    try checkDevice(
      baynn_cim_calibrate(session, input.baseAddress, input.count), "calibration")
  }
}
