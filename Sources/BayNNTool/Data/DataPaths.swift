// SPDX-License-Identifier: Apache-2.0
import Foundation

/// Which files an evaluation reads: those that the user names, and those that lie in a
/// folder under the names that the training package gives them.
struct DataPaths: Equatable {
  struct Named: Equatable {
    let name: String
    let path: String
  }

  var inputs: String
  /// nil if the truth is not known, or lies in the file of the inputs.
  var labels: String?
  var outside: [Named]

  /// - Parameters:
  ///   - data: a file of inputs, or a folder with `test-inputs.idx` or `inputs.idx`, and if
  ///     there are such, `test-labels.idx` or `labels.idx` and `ood-NAME-inputs.idx`.
  ///   - labels: a file that takes precedence over the folder's.
  ///   - outside: sets named by the user, which come before the folder's.
  init(data: String, labels: String?, outside: [Named]) throws {
    guard isFolder(data) else {
      self.inputs = data
      self.labels = labels ?? DataPaths.labels(beside: data)
      self.outside = outside
      return
    }
    let files: [String]
    do {
      files = try FileManager.default.contentsOfDirectory(atPath: data).sorted()
    } catch {
      throw ToolError.noInput("\(data): cannot be listed; check its permissions")
    }
    let path = { (name: String) in URL(filePath: data).appending(path: name).path }
    let inputNames = ["test-inputs.idx", "inputs.idx"]
    guard let inputs = inputNames.first(where: files.contains) else {
      throw ToolError.noInput(
        "\(data): has no \(inputNames.joined(separator: " or ")); name a file of inputs")
    }
    self.inputs = path(inputs)
    self.labels = labels ?? DataPaths.labels(beside: path(inputs))
    let found = files.compactMap { file in
      DataPaths.outsideName(file).map { Named(name: $0, path: path(file)) }
    }
    self.outside =
      outside + found.filter { set in !outside.contains { $0.name == set.name } }
  }

  /// The labels that belong to a file of inputs by its name, if there are such.
  private static func labels(beside inputs: String) -> String? {
    let url = URL(filePath: inputs)
    let name = url.lastPathComponent
    let candidates = [
      name.replacing("inputs", with: "labels"), name.replacing("inputs", with: "targets"),
      name.replacing("images-idx3", with: "labels-idx1"),
    ]
    return candidates.filter { $0 != name }
      .map { url.deletingLastPathComponent().appending(path: $0).path }
      .first { FileManager.default.fileExists(atPath: $0) }
  }

  /// NAME of `ood-NAME-inputs.idx`.
  private static func outsideName(_ file: String) -> String? {
    let (start, end) = ("ood-", "-inputs.idx")
    guard file.hasPrefix(start), file.hasSuffix(end), file.count > start.count + end.count
    else { return nil }
    return String(file.dropFirst(start.count).dropLast(end.count))
  }
}
