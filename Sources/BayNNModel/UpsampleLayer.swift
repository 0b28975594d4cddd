// SPDX-License-Identifier: Apache-2.0
import BayNNCore

/// Repeats each position: nearest neighbour (SPEC 3.13).
package struct UpsampleLayer {
  package let source: UInt32
  package let sourceShape: TensorShape
  package let output: TensorShape
  package let factorY: Int
  package let factorX: Int

  package init(_ reading: UnsafeMutablePointer<LayerReading>) throws(Fault) {
    let section = reading.pointee.section
    try section.require(bytes: 12)
    source = section.word(0)
    sourceShape = try reading.source(source)
    guard sourceShape.kind != .input else { throw .imageShape }
    let (y, x) = (section.word(4), section.word(8))
    guard 1...255 ~= y, 1...255 ~= x else { throw .imageValue }
    factorY = y.int
    factorX = x.int
    output = try sourceShape.with(
      height: UInt32(truncatingIfNeeded: sourceShape.height &* factorY),
      width: UInt32(truncatingIfNeeded: sourceShape.width &* factorX))
    reading.pointee.found.output = output
    reading.pointee.found.divide(rows: output.height, of: output.width)
  }
}
