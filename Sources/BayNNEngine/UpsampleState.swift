// SPDX-License-Identifier: Apache-2.0
import BayNNCore
import BayNNModel

/// Repeats positions (SPEC 3.13).
struct UpsampleState {
  let layer: UpsampleLayer
  let source: Tensor
  let output: Tensor

  static func place(
    _ reading: UnsafeMutablePointer<LayerReading>, _ placing: UnsafeMutablePointer<Placing>
  ) throws(Fault) {
    let layer = try UpsampleLayer(reading)
    let output = placing.pointee.takeTensor(layer.output)
    let source = placing.pointee.tensor(layer.source, layer.sourceShape)
    placing.pointee.place(UpsampleState(layer: layer, source: source, output: output))
  }

  /// - Returns: units of work.
  func run(_ run: UnsafeMutablePointer<PieceRun>) -> Int {
    let piece = run.pointee.take(of: layer.output)
    let start = piece.y &* layer.output.width
    output.clear(from: start &+ piece.first, to: start &+ piece.end)
    let sourceWidth = layer.sourceShape.width
    // Factors are at least 1: said again, so that nothing checks for a zero divisor.
    let (factorY, factorX) = (max(1, layer.factorY), max(1, layer.factorX))
    let row = piece.y / factorY &* sourceWidth
    for x in indices(from: piece.first, piece.end) {
      output.copy(source, row &+ x / factorX, to: start &+ x, at: 0)
    }
    return (piece.end &- piece.first) &* layer.output.channels &* Work.element
  }
}
