// SPDX-License-Identifier: Apache-2.0
import Foundation

@testable import BayNNTool

/// The files that the tests use.
enum Fixtures {
  private static let root = URL(filePath: #filePath)
    .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
  private static let digits = root.appending(path: "Examples/Models/digits")
  static let model = digits.appending(path: "digits.baynn").path
  static let records = digits.appending(path: "digits-test.u8").path

  /// A file of test vectors.
  static func vectors(_ name: String) throws -> Data {
    try Data(contentsOf: root.appending(path: "Tests/Vectors").appending(path: name))
  }

  /// The line that the example prints: "444/450 correct, 28 abstained, hash 57877061".
  static func digitsLine() throws -> String {
    try String(contentsOf: root.appending(path: "Tests/Vectors/digits-line.txt"), encoding: .utf8)
      .trimmingCharacters(in: .newlines)
  }

  /// A model of that shape that exists on paper alone.
  static func summary(
    input: [Int] = [2, 3, 1], maximum: Int = 9, map: [Int] = [1, 1], labels: Int = 3,
    task: ModelSummary.Task = .classification
  ) -> ModelSummary {
    ModelSummary(
      task: task, inputShape: input, inputMaximum: maximum, mapShape: map,
      labels: (0..<labels).map { "class \($0)" })
  }

  /// An IDX file.
  static func idx(
    _ shape: [Int], _ content: [UInt8], element: IDXFile.Element = .u8
  ) -> [UInt8] {
    let sizes = shape.flatMap { size in
      [24, 16, 8, 0].map { UInt8(truncatingIfNeeded: size >> $0) }
    }
    return [0, 0, element.rawValue, UInt8(shape.count)] + sizes + content
  }

  /// Runs the body with a new folder that holds these files.
  static func withFolder<R>(
    _ files: [String: [UInt8]], _ body: (String) throws -> R
  ) throws -> R {
    let folder = try makeFolder(files)
    defer { try? FileManager.default.removeItem(at: folder) }
    return try body(folder.path)
  }

  private static func makeFolder(_ files: [String: [UInt8]]) throws -> URL {
    let folder = FileManager.default.temporaryDirectory.appending(path: UUID().uuidString)
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    for (name, bytes) in files { try Data(bytes).write(to: folder.appending(path: name)) }
    return folder
  }
}

extension Fixtures {
  /// The same for a body that waits.
  static func withFolder<R>(
    _ files: [String: [UInt8]], _ body: (String) async throws -> R
  ) async throws -> R {
    let folder = try makeFolder(files)
    defer { try? FileManager.default.removeItem(at: folder) }
    return try await body(folder.path)
  }
}

/// The message and kind of the error that the body throws; nil if it throws none.
func failure(_ body: () throws -> Void) -> ToolError? {
  do {
    try body()
    return nil
  } catch let error as ToolError {
    return error
  } catch {
    return ToolError.software("another error: \(error)")
  }
}
