// SPDX-License-Identifier: Apache-2.0

/// What is done about a device's faults after programming and retention, before it is used.
struct Recovery: Equatable, Sendable {
  /// Rows are compared with the image and written again if wrong.
  var scrubs = false
  /// Rows are corrected by check bits, without the image.
  var corrects = false
  /// Sums are corrected by how far they are off on average.
  var calibrates = false

  init() {}

  /// - Parameter text: names with commas between them: none, scrub, ecc, calibrate.
  init(_ text: String) throws {
    for name in text.split(separator: ",") {
      switch name {
      case "none": break
      case "scrub": scrubs = true
      case "ecc": corrects = true
      case "calibrate": calibrates = true
      default:
        throw ToolError.usage(
          "--recover takes none, scrub, ecc and calibrate, with commas between them, not "
            + "\"\(name)\"")
      }
    }
    guard !scrubs || !corrects else {
      throw ToolError.usage(
        "--recover scrub compares rows with the image, ecc corrects them without it: take one")
    }
  }

  var names: [String] {
    (scrubs ? ["scrub"] : []) + (corrects ? ["ecc"] : []) + (calibrates ? ["calibrate"] : [])
  }

  var text: String { names.isEmpty ? "none" : names.joined(separator: ",") }
}
