// SPDX-License-Identifier: Apache-2.0
import BayNNCore

/// The softmax head (SPEC 3.3): binary weights, then scale and bias of each class.
package struct SoftmaxHead {
  package let layer: DenseLayer
  /// `classes` pairs of scale and bias, Q11.20.
  package let pairs: UnsafePointer<Int32>

  package var classes: Int { layer.outputs }

  init(_ section: Section, over last: TensorShape) throws(Fault) {
    layer = try DenseLayer(head: section, over: last)
    pairs = UnsafeRawPointer(layer.weights.thresholdRows).assumingMemoryBound(to: Int32.self)
  }

  /// No logit of any input overflows: n |scale| + |bias| < 2^31.
  func checkRange() throws(Fault) {
    for k in indices(classes) {
      let scale = pairs[2 &* k].magnitude.wide
      let bias = pairs[2 &* k &+ 1].magnitude.wide
      guard scale &* layer.inputs.wide &+ bias < FixedPoint.one.wide else { throw .imageValue }
    }
  }

  /// Logit of class k in Q11.20 for the sum v_k; no overflow in a valid image, and
  /// wrapping in one that was damaged after the check.
  @inline(__always)
  package static func logit(
    _ pairs: UnsafePointer<Int32>, _ k: Int, sum: Int32
  ) -> Int32 {
    pairs[2 &* k] &* sum &+ pairs[2 &* k &+ 1]
  }
}
