// SPDX-License-Identifier: Apache-2.0
import CBayNN

@c @implementation
public func baynn_status_name(_ status: baynn_status_t) -> UnsafePointer<CChar>? {
  switch status {
  case BAYNN_OK: text("BAYNN_OK")
  case BAYNN_ERROR_NULL: text("BAYNN_ERROR_NULL")
  case BAYNN_ERROR_ARGUMENT: text("BAYNN_ERROR_ARGUMENT")
  case BAYNN_ERROR_ALIGNMENT: text("BAYNN_ERROR_ALIGNMENT")
  case BAYNN_ERROR_STORAGE: text("BAYNN_ERROR_STORAGE")
  case BAYNN_ERROR_STATE: text("BAYNN_ERROR_STATE")
  case BAYNN_ERROR_INPUT_SIZE: text("BAYNN_ERROR_INPUT_SIZE")
  case BAYNN_ERROR_INPUT_RANGE: text("BAYNN_ERROR_INPUT_RANGE")
  case BAYNN_ERROR_POSTERIOR: text("BAYNN_ERROR_POSTERIOR")
  case BAYNN_ERROR_IMAGE_TRUNCATED: text("BAYNN_ERROR_IMAGE_TRUNCATED")
  case BAYNN_ERROR_IMAGE_MAGIC: text("BAYNN_ERROR_IMAGE_MAGIC")
  case BAYNN_ERROR_IMAGE_FORMAT: text("BAYNN_ERROR_IMAGE_FORMAT")
  case BAYNN_ERROR_IMAGE_CRC: text("BAYNN_ERROR_IMAGE_CRC")
  case BAYNN_ERROR_IMAGE_SECTION: text("BAYNN_ERROR_IMAGE_SECTION")
  case BAYNN_ERROR_IMAGE_SHAPE: text("BAYNN_ERROR_IMAGE_SHAPE")
  case BAYNN_ERROR_IMAGE_VALUE: text("BAYNN_ERROR_IMAGE_VALUE")
  case BAYNN_ERROR_IMAGE_WEIGHTS: text("BAYNN_ERROR_IMAGE_WEIGHTS")
  case BAYNN_ERROR_SELF_TEST: text("BAYNN_ERROR_SELF_TEST")
  default: text("unknown status")
  }
}

/// A constant string as C sees it.
@inline(__always)
func text(_ string: StaticString) -> UnsafePointer<CChar> {
  UnsafeRawPointer(string.utf8Start).assumingMemoryBound(to: CChar.self)
}
