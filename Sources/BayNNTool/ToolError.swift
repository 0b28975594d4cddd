// SPDX-License-Identifier: Apache-2.0

/// Why the tool stops: a message for the user, and the exit code that goes with it.
///
/// Codes are those of `sysexits.h`, so that a script can tell a wrong call from wrong data.
struct ToolError: Error, Equatable {
  enum Kind: Int32 {
    /// The call asks for what this model or this tool cannot do.
    case usage = 64
    /// A file is there, but not what it should be.
    case data = 65
    /// A file is missing or cannot be read.
    case noInput = 66
    /// The library refuses what it should not: a fault of the tool or of the library.
    case software = 70
    /// A file cannot be written.
    case cannotCreate = 73
  }

  let kind: Kind
  /// What is wrong and what to do, without a full stop or a newline at the end.
  let message: String

  static func usage(_ message: String) -> ToolError { ToolError(kind: .usage, message: message) }
  static func data(_ message: String) -> ToolError { ToolError(kind: .data, message: message) }
  static func noInput(_ message: String) -> ToolError {
    ToolError(kind: .noInput, message: message)
  }
  static func software(_ message: String) -> ToolError {
    ToolError(kind: .software, message: message)
  }
  static func cannotCreate(_ message: String) -> ToolError {
    ToolError(kind: .cannotCreate, message: message)
  }
}
