// SPDX-License-Identifier: Apache-2.0

/// The truth about inputs.
enum Targets: Equatable, Sendable {
  /// Classes, `positions` of them an input; in maps `ignored` stands for "do not count".
  case labels([UInt8], positions: Int)
  /// Real values, `outputs` of them an input.
  case values([Double], outputs: Int)

  /// The label of a position that does not count.
  static let ignored: UInt8 = 255

  /// How many inputs they are the truth about.
  var count: Int {
    switch self {
    case .labels(let labels, let positions): labels.count / positions
    case .values(let values, let outputs): values.count / outputs
    }
  }

  /// Those of the first `limit` inputs.
  func prefix(_ limit: Int) -> Targets {
    switch self {
    case .labels(let labels, let positions):
      .labels(Array(labels.prefix(limit * positions)), positions: positions)
    case .values(let values, let outputs):
      .values(Array(values.prefix(limit * outputs)), outputs: outputs)
    }
  }

  /// Those of what follows the first `count` inputs.
  func dropFirst(_ count: Int) -> Targets {
    switch self {
    case .labels(let labels, let positions):
      .labels(Array(labels.dropFirst(count * positions)), positions: positions)
    case .values(let values, let outputs):
      .values(Array(values.dropFirst(count * outputs)), outputs: outputs)
    }
  }
}

extension Targets {
  /// Targets from an IDX file: unsigned bytes, [count] or [count, height, width] as the model
  /// has positions; or, for regression, floats, [count, outputs].
  init(_ file: IDXFile, name: String, for model: ModelSummary) throws {
    switch model.task {
    case .classification:
      guard file.element == .u8 else {
        throw ToolError.data("\(name): labels are unsigned bytes, these are \(file.element.name)")
      }
      let item = file.itemShape.filter { $0 != 1 }
      guard item == model.mapShape.filter({ $0 != 1 }) else {
        let one = item.isEmpty ? "a single label" : text(of: item)
        let wanted = model.positions == 1 ? "one label" : text(of: model.mapShape)
        throw ToolError.data("\(name): has \(one) an input, but the model gives \(wanted)")
      }
      try self.init(labels: Array(file.content), name: name, for: model)
    case .regression:
      guard let values = file.floats else {
        throw ToolError.data("\(name): targets are floats, these are \(file.element.name)")
      }
      guard product(file.itemShape) == model.outputs else {
        throw ToolError.data(
          "\(name): has \(text(of: file.itemShape + [1])) targets an input, but the model "
            + "gives \(model.outputs)")
      }
      if let place = values.firstIndex(where: { !$0.isFinite }) {
        throw ToolError.data(
          "\(name): target \(place % model.outputs) of input \(place / model.outputs) is "
            + "\(values[place])")
      }
      self = .values(values, outputs: model.outputs)
    }
  }

  /// Labels in the order of inputs and positions.
  init(labels: [UInt8], name: String, for model: ModelSummary) throws {
    let isMap = model.positions > 1
    let wrong = labels.firstIndex {
      Int($0) >= model.classes && !(isMap && $0 == Targets.ignored)
    }
    if let wrong {
      let place = isMap ? "position \(wrong % model.positions) of " : ""
      let rest = isMap ? ", or \(Targets.ignored) for a position that does not count" : ""
      throw ToolError.data(
        "\(name): \(place)input \(wrong / model.positions) has the label \(labels[wrong]), but "
          + "labels are 0 to \(model.classes - 1)\(rest)")
    }
    self = .labels(labels, positions: model.positions)
  }
}
