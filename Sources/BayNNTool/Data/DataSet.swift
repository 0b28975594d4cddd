// SPDX-License-Identifier: Apache-2.0

/// Inputs, and the truth about them if it is known.
struct DataSet: Equatable, Sendable {
  let inputs: InputSet
  let targets: Targets?

  /// - Throws: `data` if there are not as many targets as inputs.
  init(inputs: InputSet, targets: Targets?) throws {
    if let targets, targets.count != inputs.count {
      throw ToolError.data(
        "\(inputs.name): has \(inputs.count) inputs, but there are labels of \(targets.count)")
    }
    self.inputs = inputs
    self.targets = targets
  }

  /// The first `limit` inputs.
  func prefix(_ limit: Int) -> DataSet {
    let inputs = inputs.prefix(limit)
    return DataSet(trusted: inputs, targets: targets?.prefix(inputs.count))
  }

  /// What follows the first `count` inputs.
  func dropFirst(_ count: Int) -> DataSet {
    DataSet(trusted: inputs.dropFirst(count), targets: targets?.dropFirst(count))
  }

  /// The class of an input, if it has one label and it is known.
  func truth(of index: Int) -> Int? {
    guard case .labels(let labels, positions: 1) = targets else { return nil }
    return Int(labels[index])
  }

  private init(trusted inputs: InputSet, targets: Targets?) {
    self.inputs = inputs
    self.targets = targets
  }

  /// Reads one file of inputs: IDX, or if its name ends in ".u8", bare records.
  ///
  /// - Parameter labels: an IDX file with the truth, or nil if there is none.
  static func read(_ path: String, labels: String?, for model: ModelSummary) throws -> DataSet {
    let name = fileName(path)
    let file = try readFile(path, what: "the inputs")
    if path.hasSuffix(".u8") {
      let records = try Records(parsing: file, name: name, for: model)
      guard let labels else {
        return try DataSet(inputs: records.inputs, targets: records.targets)
      }
      return try DataSet(inputs: records.inputs, targets: readTargets(labels, for: model))
    }
    let inputs = try InputSet(IDXFile(parsing: file, name: name), name: name, for: model)
    return try DataSet(
      inputs: inputs, targets: labels.map { try readTargets($0, for: model) })
  }

  private static func readTargets(_ path: String, for model: ModelSummary) throws -> Targets {
    let name = fileName(path)
    let file = try readFile(path, what: "the labels")
    return try Targets(IDXFile(parsing: file, name: name), name: name, for: model)
  }
}
