// SPDX-License-Identifier: Apache-2.0
import BayNNCore
import BayNNModel

/// Adds or concatenates two tensors (SPEC 3.13).
struct JoinState {
  let layer: JoinLayer
  let first: Tensor
  let second: Tensor
  let output: Tensor

  static func placeAdd(
    _ reading: UnsafeMutablePointer<LayerReading>, _ placing: UnsafeMutablePointer<Placing>
  ) throws(Fault) {
    place(try JoinLayer(adding: reading), placing)
  }

  static func placeConcatenate(
    _ reading: UnsafeMutablePointer<LayerReading>, _ placing: UnsafeMutablePointer<Placing>
  ) throws(Fault) {
    place(try JoinLayer(concatenating: reading), placing)
  }

  private static func place(_ layer: JoinLayer, _ placing: UnsafeMutablePointer<Placing>) {
    let output = placing.pointee.takeTensor(layer.output)
    let first = placing.pointee.tensor(layer.first, layer.firstShape)
    let second = placing.pointee.tensor(layer.second, layer.secondShape)
    placing.pointee.place(
      JoinState(layer: layer, first: first, second: second, output: output))
  }

  /// - Returns: units of work.
  func add(_ run: UnsafeMutablePointer<PieceRun>) -> Int {
    let piece = run.pointee.take(of: layer.output.positions)
    let channels = layer.output.channels
    for i in indices(from: piece.first &* channels, piece.end &* channels) {
      output.integers[i] = first.integers[i] &+ second.integers[i]
    }
    return work(piece)
  }

  /// - Returns: units of work.
  func concatenate(_ run: UnsafeMutablePointer<PieceRun>) -> Int {
    let piece = run.pointee.take(of: layer.output.positions)
    let offset = layer.firstShape.channels
    output.clear(from: piece.first, to: piece.end)
    for position in indices(from: piece.first, piece.end) {
      output.copy(first, position, to: position, at: 0)
      output.copy(second, position, to: position, at: offset)
    }
    return work(piece)
  }

  private func work(_ piece: (first: Int, end: Int)) -> Int {
    (piece.end &- piece.first) &* layer.output.channels &* Work.element
  }
}

extension Tensor {
  /// Copies all channels of a position of a tensor with the same kind of elements behind
  /// the first `offset` channels; codes there are 0.
  func copy(_ source: Tensor, _ from: Int, to position: Int, at offset: Int) {
    let channels = source.shape.channels
    if shape.kind == .integers {
      let target = integers + (position &* shape.channels &+ offset)
      target.copy(source.integers + from &* channels, count: channels)
      return
    }
    for plane in indices(shape.bits) {
      appendBits(
        source.row(plane: plane, from), count: channels, to: row(plane: plane, position),
        at: offset)
    }
  }
}
