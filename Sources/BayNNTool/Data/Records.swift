// SPDX-License-Identifier: Apache-2.0

/// A bare file of bytes (".u8"): inputs one after the other, each followed by its label if
/// the model gives one label an input.
struct Records: Equatable {
  let inputs: InputSet
  let targets: Targets?

  /// - Throws: `data` if the size is not that of whole records, a label is none of the
  ///   model, or an element is above its maximum.
  init(parsing file: [UInt8], name: String, for model: ModelSummary) throws {
    let elements = model.inputElements
    if file.count == elements {
      inputs = try InputSet(file, name: name, for: model)
      targets = nil
      return
    }
    guard model.task == .classification, model.positions == 1 else {
      throw ToolError.data(
        "\(name): has \(file.count) bytes, but an input of the model has \(elements); for "
          + "several inputs use an IDX file")
    }
    guard file.count % (elements + 1) == 0 else {
      throw ToolError.data(
        "\(name): has \(file.count) bytes, which is not a number of records of \(elements) "
          + "elements and one label, nor a single input")
    }
    var bytes: [UInt8] = []
    var labels: [UInt8] = []
    bytes.reserveCapacity(file.count)
    for start in stride(from: 0, to: file.count, by: elements + 1) {
      bytes += file[start..<start + elements]
      labels.append(file[start + elements])
    }
    inputs = try InputSet(bytes, name: name, for: model)
    targets = try Targets(labels: labels, name: name, for: model)
  }
}
