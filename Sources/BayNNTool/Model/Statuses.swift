// SPDX-License-Identifier: Apache-2.0
import BayNN
import CBayNN

/// What an image that the library refuses is like, and what to do.
func explain(imageStatus status: baynn_status_t) -> String {
  let name = statusName(status)
  return switch status {
  case BAYNN_ERROR_IMAGE_TRUNCATED:
    "is cut off; copy the model again (\(name))"
  case BAYNN_ERROR_IMAGE_MAGIC:
    "is not a BayNN model (\(name))"
  case BAYNN_ERROR_IMAGE_FORMAT:
    "has a format of another version; update the tool or export the model again (\(name))"
  case BAYNN_ERROR_IMAGE_CRC:
    "is damaged: its checksum is wrong; copy the model again (\(name))"
  default:
    "is malformed; export the model again (\(name))"
  }
}

func statusName(_ status: baynn_status_t) -> String {
  String(cString: baynn_status_name(status))
}

/// Throws unless a call that cannot fail, as the tool makes it, has succeeded.
func check(_ status: baynn_status_t, _ call: String) throws {
  guard status == BAYNN_OK else {
    throw ToolError.software(
      "\(call) gave \(statusName(status)); this is a fault of the tool: please report it")
  }
}
