// SPDX-License-Identifier: Apache-2.0
import BayNNCore

/// Reads the binary weights of a model, layer by layer, and those of a softmax head last.
package struct WeightLayerReader {
  /// Weights, and taps of the kernel that they belong to: 1 unless it is a convolution.
  package struct WeightLayer {
    package let weights: WeightMatrix
    package let taps: Int
  }

  private var reader: LayerReader
  private var isAtEnd = false

  package init(_ model: Model, _ table: TensorTable) { reader = model.makeLayerReader(table) }

  /// The next layer with binary weights; nil after the last one.
  package mutating func next() throws(Fault) -> WeightLayer? {
    while !isAtEnd {
      guard let layer = try reader.next() else {
        isAtEnd = true
        guard case .softmax(let head) = try reader.head() else { return nil }
        return WeightLayer(weights: head.layer.weights, taps: 1)
      }
      if let weights = layer.weights { return WeightLayer(weights: weights, taps: layer.taps) }
    }
    return nil
  }
}
