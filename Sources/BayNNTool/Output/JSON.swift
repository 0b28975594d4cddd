// SPDX-License-Identifier: Apache-2.0
import Foundation

/// A value as JSON with keys in snake case, sorted, ended by a newline.
func jsonText(of value: some Encodable) throws -> String {
  let encoder = JSONEncoder()
  encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
  encoder.keyEncodingStrategy = .convertToSnakeCase
  do {
    return String(decoding: try encoder.encode(value), as: UTF8.self) + "\n"
  } catch {
    throw ToolError.software("the result cannot be written as JSON: \(error)")
  }
}

/// Writes text to a file, or to standard output if the path is "-".
func write(_ text: String, to path: String) throws {
  guard path != "-" else { return try Terminal.write(text) }
  do {
    try text.write(toFile: path, atomically: true, encoding: .utf8)
  } catch {
    throw ToolError.cannotCreate("\(path): cannot be written; check its folder")
  }
}
