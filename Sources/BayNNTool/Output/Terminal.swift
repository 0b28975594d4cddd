// SPDX-License-Identifier: Apache-2.0
import Foundation

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#endif

/// Where text goes, and whether it may have colours.
enum Terminal {
  static let isErrorTerminal = isatty(STDERR_FILENO) == 1
  static let isOutputTerminal = isatty(STDOUT_FILENO) == 1
  /// Colours only on a terminal, and not if the user has set NO_COLOR.
  static let hasColour =
    isOutputTerminal && ProcessInfo.processInfo.environment["NO_COLOR", default: ""].isEmpty

  /// - Throws: `cannotCreate` if standard output takes no more.
  static func write(_ text: String) throws {
    do {
      try FileHandle.standardOutput.write(contentsOf: Data(text.utf8))
    } catch {
      throw ToolError.cannotCreate("standard output cannot be written")
    }
  }

  /// A message that cannot be written is lost.
  static func writeError(_ text: String) {
    try? FileHandle.standardError.write(contentsOf: Data(text.utf8))
  }
}

/// How a piece of text stands out.
enum Ink: String {
  case plain = ""
  case bold = "1"
  case dim = "2"
  case good = "32"
  case bad = "31"
  case unsure = "33"
  case bar = "36"

  func callAsFunction(_ text: String, hasColour: Bool) -> String {
    self == .plain || !hasColour ? text : "\u{1B}[\(rawValue)m\(text)\u{1B}[0m"
  }
}
