// SPDX-License-Identifier: Apache-2.0
import BayNNCore

/// The softmax head (SPEC 3.3): binary weights, then a pair of scale and bias, Q11.20, for each
/// class.
package enum SoftmaxHead {
  /// The pairs of a layer that is the head's.
  package static func pairs(_ layer: UnsafePointer<SumLayer>) -> UnsafePointer<Int32> {
    UnsafeRawPointer(layer.pointee.weights.thresholdRows).assumingMemoryBound(to: Int32.self)
  }

  /// Reads the layer of the head.
  package static func read(_ reading: UnsafeMutablePointer<LayerReading>) throws(Fault) -> SumLayer
  {
    var layer = try SumLayer(head: reading)
    let classes = layer.weights.outputs
    try check(pairs(&layer), classes: classes, inputs: layer.rows)
    reading.pointee.found.result.classes = UInt32(truncatingIfNeeded: classes)
    return layer
  }

  /// No logit of any input overflows: n |scale| + |bias| < 2^31.
  private static func check(
    _ pairs: UnsafePointer<Int32>, classes: Int, inputs: Int
  ) throws(Fault) {
    for k in indices(classes) {
      let scale = pairs[2 &* k].magnitude.wide
      let bias = pairs[2 &* k &+ 1].magnitude.wide
      guard scale &* inputs.wide &+ bias < FixedPoint.one.wide else { throw .imageValue }
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

/// The classification head (SPEC 3.15): the last tensor holds logits of each position.
package enum ClassificationHead {
  package static func read(_ reading: UnsafeMutablePointer<LayerReading>) throws(Fault) {
    let section = reading.pointee.section
    let last = reading.last
    try section.require(bytes: 8)
    guard section.word(4) == 0 else { throw .imageValue }
    guard last.kind == .integers, section.word(0).int == last.channels, last.channels >= 2
    else { throw .imageShape }
    reading.pointee.found.result = ResultShape(
      classes: UInt32(truncatingIfNeeded: last.channels),
      height: UInt32(truncatingIfNeeded: last.height),
      width: UInt32(truncatingIfNeeded: last.width))
  }
}

/// The regression head (SPEC 3.16): the last tensor holds values in Q15.16.
package struct RegressionHead {
  /// The deviation of the noise of each output, Q16.16.
  package let noise: UnsafePointer<UInt32>

  package init(_ reading: UnsafeMutablePointer<LayerReading>) throws(Fault) {
    let section = reading.pointee.section
    let last = reading.last
    guard section.bytes >= 8 else { throw .imageSection }
    guard section.word(4) == 0 else { throw .imageValue }
    guard last.kind == .integers, last.elements <= Limits.lanesMax.int,
      section.word(0) == UInt32(truncatingIfNeeded: last.elements)
    else { throw .imageShape }
    // So that the distance of two values fits an Int32.
    guard last.bound < 1 << 30 else { throw .imageValue }
    try section.require(bytes: 8 &+ 4 &* last.elements)
    noise = (section.payload + 8).assumingMemoryBound(to: UInt32.self)
    reading.pointee.found.result.outputs = UInt32(truncatingIfNeeded: last.elements)
  }
}
