// SPDX-License-Identifier: Apache-2.0
import BayNN
import CBayNN

/// A device that is too faulty to be used: a result of a study, not an error of the tool.
struct DeviceFailure: Error, Equatable {
  let status: baynn_status_t
  /// What was being done: "programming".
  let stage: String

  var message: String { "\(stage): \(statusName(status))" }
}

/// Throws `DeviceFailure` if the device has caused the status, `software` for other errors.
func checkDevice(_ status: baynn_status_t, _ stage: String) throws {
  switch status {
  case BAYNN_OK: return
  case BAYNN_ERROR_CIM_NOT_PROGRAMMED, BAYNN_ERROR_CIM_WRITE, BAYNN_ERROR_CIM_TIMEOUT:
    throw DeviceFailure(status: status, stage: stage)
  case ...deviceErrorMax: throw DeviceFailure(status: status, stage: stage)
  default: try check(status, stage)
  }
}

/// Errors of drivers and devices are this or below.
private let deviceErrorMax: baynn_status_t = -1000
