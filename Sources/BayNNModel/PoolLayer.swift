// SPDX-License-Identifier: Apache-2.0
import BayNNCore

/// Maximum or sum over windows, channel by channel (SPEC 3.12).
package struct PoolLayer {
  package let source: UInt32
  package let sourceShape: TensorShape
  package let output: TensorShape
  package let isMaximum: Bool
  package let window: Window

  package init(_ reading: UnsafeMutablePointer<LayerReading>) throws(Fault) {
    let section = reading.pointee.section
    try section.require(bytes: 40)
    source = section.word(0)
    sourceShape = try reading.source(source)
    guard sourceShape.kind != .input else { throw .imageShape }
    let mode = section.word(4)
    guard mode == 1 || mode == 2 else { throw .imageValue }
    isMaximum = mode == 1
    let height = section.word(32)
    let width = section.word(36)
    window = try Window(pool: section, over: sourceShape, height: height, width: width)
    if isMaximum {
      output = try sourceShape.with(height: height, width: width)
    } else {
      let bound = window.taps.wide &* sourceShape.bound.wide
      guard bound < FixedPoint.one.wide else { throw .imageShape }
      output = try TensorShape(
        height: height, width: width, channels: UInt32(truncatingIfNeeded: sourceShape.channels),
        kind: .integers, bound: UInt32(truncatingIfNeeded: bound))
    }
    guard output.elements.wide &* window.taps.wide <= Limits.stepsMax else { throw .imageShape }
    reading.pointee.found.output = output
    reading.pointee.found.divide(
      rows: output.height, of: output.width, unitsOfElement: window.seenMax &* Work.element)
  }
}
