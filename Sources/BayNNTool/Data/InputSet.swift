// SPDX-License-Identifier: Apache-2.0

/// Inputs that fit a model: each has its size, and no element is above its maximum.
struct InputSet: Equatable, Sendable {
  let name: String
  /// Bytes of an input.
  let elements: Int
  /// The inputs, one after the other.
  let bytes: [UInt8]

  var count: Int { bytes.count / elements }

  /// The first `limit` inputs.
  func prefix(_ limit: Int) -> InputSet {
    guard limit < count else { return self }
    return InputSet(name: name, elements: elements, bytes: Array(bytes.prefix(limit * elements)))
  }

  /// What follows the first `count` inputs.
  func dropFirst(_ count: Int) -> InputSet {
    InputSet(name: name, elements: elements, bytes: Array(bytes.dropFirst(count * elements)))
  }

  /// Input `index`, 0 to `count - 1`.
  func withInput<R>(_ index: Int, _ body: (UnsafeBufferPointer<UInt8>) throws -> R) rethrows -> R {
    try bytes.withUnsafeBufferPointer {
      try body(UnsafeBufferPointer(rebasing: $0[index * elements..<(index + 1) * elements]))
    }
  }
}

extension InputSet {
  /// Inputs from an IDX file of unsigned bytes: [count, height, width, channels] where sizes
  /// of 1 may be left out, or [count, elements].
  init(_ file: IDXFile, name: String, for model: ModelSummary) throws {
    guard file.element == .u8 else {
      throw ToolError.data("\(name): inputs are unsigned bytes, these are \(file.element.name)")
    }
    let item = file.itemShape
    let isFlat = item == [model.inputElements]
    guard isFlat || item.filter({ $0 != 1 }) == model.inputShape.filter({ $0 != 1 }) else {
      throw ToolError.data(
        "\(name): its inputs are \(item.isEmpty ? "single bytes" : text(of: item)), but the "
          + "model takes \(text(of: model.inputShape)) (height x width x channels)")
    }
    try self.init(Array(file.content), name: name, for: model)
  }

  /// Inputs that lie one after the other, which is checked to be so.
  init(_ bytes: [UInt8], name: String, for model: ModelSummary) throws {
    let elements = model.inputElements
    if model.inputMaximum < 255,
      let place = bytes.firstIndex(where: { Int($0) > model.inputMaximum })
    {
      throw ToolError.data(
        "\(name): element \(place % elements) of input \(place / elements) is \(bytes[place]), "
          + "but the model takes 0 to \(model.inputMaximum): scale the data as in training")
    }
    self.init(name: name, elements: elements, bytes: bytes)
  }
}
