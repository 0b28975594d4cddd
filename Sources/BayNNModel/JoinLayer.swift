// SPDX-License-Identifier: Apache-2.0
import BayNNCore

/// Two tensors become one: added or concatenated (SPEC 3.13).
package struct JoinLayer {
  package let first: UInt32
  package let second: UInt32
  package let firstShape: TensorShape
  package let secondShape: TensorShape
  package let output: TensorShape

  package init(adding reading: UnsafeMutablePointer<LayerReading>) throws(Fault) {
    (first, second) = try JoinLayer.sources(reading.pointee.section)
    firstShape = try reading.source(first)
    secondShape = try reading.source(second)
    // Below 2^31 each.
    let bound = firstShape.bound &+ secondShape.bound
    guard firstShape.kind == .integers, secondShape.kind == .integers,
      firstShape.hasPositions(of: secondShape), firstShape.channels == secondShape.channels,
      bound < 1 << 31
    else { throw .imageShape }
    output = try firstShape.integers(bound: bound)
    note(reading)
  }

  package init(concatenating reading: UnsafeMutablePointer<LayerReading>) throws(Fault) {
    (first, second) = try JoinLayer.sources(reading.pointee.section)
    firstShape = try reading.source(first)
    secondShape = try reading.source(second)
    guard firstShape.kind == secondShape.kind, firstShape.kind != .input,
      firstShape.bits == secondShape.bits, firstShape.hasPositions(of: secondShape)
    else { throw .imageShape }
    output = try firstShape.with(
      height: UInt32(truncatingIfNeeded: firstShape.height),
      width: UInt32(truncatingIfNeeded: firstShape.width),
      channels: UInt32(truncatingIfNeeded: firstShape.channels &+ secondShape.channels),
      bound: max(firstShape.bound, secondShape.bound))
    note(reading)
  }

  private func note(_ reading: UnsafeMutablePointer<LayerReading>) {
    reading.pointee.found.output = output
    reading.pointee.found.divide(rows: 1, of: output.positions)
  }

  private static func sources(_ section: Section) throws(Fault) -> (UInt32, UInt32) {
    try section.require(bytes: 8)
    return (section.word(0), section.word(4))
  }
}
