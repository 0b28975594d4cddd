// SPDX-License-Identifier: Apache-2.0
import BayNNEngine
import BayNNModel
import CBayNN

@c @implementation
public func baynn_status_name(_ status: baynn_status_t) -> UnsafePointer<CChar>? {
  UnsafeRawPointer(name(status).utf8Start).assumingMemoryBound(to: CChar.self)
}

private func name(_ status: baynn_status_t) -> StaticString {
  switch status {
  case BAYNN_OK: "BAYNN_OK"
  case BAYNN_ERROR_NULL: "BAYNN_ERROR_NULL"
  case BAYNN_ERROR_ARGUMENT: "BAYNN_ERROR_ARGUMENT"
  case BAYNN_ERROR_ALIGNMENT: "BAYNN_ERROR_ALIGNMENT"
  case BAYNN_ERROR_STORAGE: "BAYNN_ERROR_STORAGE"
  case BAYNN_ERROR_STATE: "BAYNN_ERROR_STATE"
  case BAYNN_ERROR_INPUT_SIZE: "BAYNN_ERROR_INPUT_SIZE"
  case BAYNN_ERROR_INPUT_RANGE: "BAYNN_ERROR_INPUT_RANGE"
  case BAYNN_ERROR_POSTERIOR: "BAYNN_ERROR_POSTERIOR"
  case BAYNN_ERROR_IMAGE_TRUNCATED: "BAYNN_ERROR_IMAGE_TRUNCATED"
  case BAYNN_ERROR_IMAGE_MAGIC: "BAYNN_ERROR_IMAGE_MAGIC"
  case BAYNN_ERROR_IMAGE_FORMAT: "BAYNN_ERROR_IMAGE_FORMAT"
  case BAYNN_ERROR_IMAGE_CRC: "BAYNN_ERROR_IMAGE_CRC"
  case BAYNN_ERROR_IMAGE_SECTION: "BAYNN_ERROR_IMAGE_SECTION"
  case BAYNN_ERROR_IMAGE_SHAPE: "BAYNN_ERROR_IMAGE_SHAPE"
  case BAYNN_ERROR_IMAGE_VALUE: "BAYNN_ERROR_IMAGE_VALUE"
  case BAYNN_ERROR_IMAGE_WEIGHTS: "BAYNN_ERROR_IMAGE_WEIGHTS"
  case BAYNN_ERROR_SELF_TEST: "BAYNN_ERROR_SELF_TEST"
  default: "unknown status"
  }
}

/// Runs the body of a function of the C interface: what it throws is what it returns.
@inline(__always)
func status(_ body: () throws(Failure) -> Void) -> baynn_status_t {
  do throws(Failure) {
    try body()
    return BAYNN_OK
  } catch {
    return error.status
  }
}

/// A status on its way to the caller.
struct Failure: Error {
  let status: baynn_status_t

  init(_ status: baynn_status_t) { self.status = status }

  init(_ fault: ImageFault) { status = fault.rawValue }

  init(_ fault: SessionFault) {
    status =
      switch fault {
      case .storage: BAYNN_ERROR_STORAGE
      case .state: BAYNN_ERROR_STATE
      case .inputSize: BAYNN_ERROR_INPUT_SIZE
      case .inputRange: BAYNN_ERROR_INPUT_RANGE
      case .posterior: BAYNN_ERROR_POSTERIOR
      case .image(let fault): fault.rawValue
      }
  }
}
