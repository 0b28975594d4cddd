// SPDX-License-Identifier: Apache-2.0
import Foundation
import Testing

/// The program itself, as a user runs it.
enum Program {
  struct Outcome {
    let code: Int32
    let output: String
    let errors: String

    /// The output as JSON.
    var json: [String: Any] {
      get throws {
        let decoded = try JSONSerialization.jsonObject(with: Data(output.utf8))
        return try #require(decoded as? [String: Any])
      }
    }
  }

  static func run(_ arguments: String...) throws -> Outcome { try run(arguments) }

  static func run(_ arguments: [String]) throws -> Outcome {
    let folder = URL(filePath: CommandLine.arguments[0]).deletingLastPathComponent()
    let process = Process()
    process.executableURL = folder.appending(path: "baynn")
    process.arguments = arguments
    let (output, errors) = (Pipe(), Pipe())
    process.standardOutput = output
    process.standardError = errors
    try process.run()
    // Errors are short enough for the pipe; output may not be.
    let written = output.fileHandleForReading.readDataToEndOfFile()
    let complaints = errors.fileHandleForReading.readDataToEndOfFile()
    process.waitUntilExit()
    #expect(process.terminationReason == .exit)
    return Outcome(
      code: process.terminationStatus, output: String(decoding: written, as: UTF8.self),
      errors: String(decoding: complaints, as: UTF8.self))
  }
}
