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
  func run() -> Int {
    if layer.output.kind == .codes { output.clear() }
    let width = layer.output.width
    let sourceWidth = layer.sourceShape.width
    // Factors are at least 1: said again, so that nothing checks for a zero divisor.
    let (factorY, factorX) = (max(1, layer.factorY), max(1, layer.factorX))
    for y in indices(layer.output.height) {
      for x in indices(width) {
        output.copy(
          source, y / factorY &* sourceWidth &+ x / factorX, to: y &* width &+ x, at: 0)
      }
    }
    return layer.output.elements &* Work.element
  }
}
