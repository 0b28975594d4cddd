// SPDX-License-Identifier: Apache-2.0
import BayNNCore
import BayNNModel

/// Adds or concatenates two tensors (SPEC 3.13).
struct JoinState {
  let layer: JoinLayer
  let first: Tensor
  let second: Tensor
  let output: Tensor

  /// - Returns: units of work.
  func add() -> Int {
    for i in indices(layer.output.elements) {
      output.integers[i] = first.integers[i] &+ second.integers[i]
    }
    return layer.output.elements &* Work.element
  }

  /// - Returns: units of work.
  func concatenate() -> Int {
    let offset = layer.firstShape.channelCount
    if layer.output.kind == .codes { output.clear() }
    for position in indices(layer.output.positions) {
      output.copy(first, position, to: position, at: 0)
      output.copy(second, position, to: position, at: offset)
    }
    return layer.output.elements &* Work.element
  }
}

/// Repeats positions (SPEC 3.13).
struct UpsampleState {
  let layer: UpsampleLayer
  let source: Tensor
  let output: Tensor

  /// - Returns: units of work.
  func run() -> Int {
    if layer.output.kind == .codes { output.clear() }
    let width = Int(layer.output.width)
    let sourceWidth = Int(layer.sourceShape.width)
    // Factors are at least 1: said again, so that nothing checks for a zero divisor.
    let (factorY, factorX) = (max(1, layer.factorY), max(1, layer.factorX))
    for y in indices(Int(layer.output.height)) {
      for x in indices(width) {
        output.copy(
          source, y / factorY &* sourceWidth &+ x / factorX, to: y &* width &+ x, at: 0)
      }
    }
    return layer.output.elements &* Work.element
  }
}

extension Tensor {
  /// Copies all channels of a position of a tensor with the same kind of elements behind
  /// the first `offset` channels; codes there are 0.
  func copy(_ source: Tensor, _ from: Int, to position: Int, at offset: Int) {
    let channels = source.shape.channelCount
    if shape.kind == .integers {
      let target = integers + (position &* shape.channelCount &+ offset)
      target.copy(source.integers + from &* channels, count: channels)
      return
    }
    for plane in indices(Int(shape.bits)) {
      appendBits(
        source.row(plane: plane, from), count: channels, to: row(plane: plane, position),
        at: offset)
    }
  }
}
