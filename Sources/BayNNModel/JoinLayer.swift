// SPDX-License-Identifier: Apache-2.0
import BayNNCore

/// Two tensors become one: added or concatenated (SPEC 3.13).
package struct JoinLayer {
  package let first: UInt32
  package let second: UInt32
  package let firstShape: TensorShape
  package let secondShape: TensorShape
  package let output: TensorShape

  init(adding section: Section, _ tensors: TensorTable) throws(Fault) {
    (first, second) = try JoinLayer.sources(section)
    firstShape = try tensors[first]
    secondShape = try tensors[second]
    // Below 2^31 each.
    let bound = firstShape.bound &+ secondShape.bound
    guard firstShape.kind == .integers, secondShape.kind == .integers,
      firstShape.height == secondShape.height, firstShape.width == secondShape.width,
      firstShape.channels == secondShape.channels, bound < 1 << 31
    else { throw .imageShape }
    output = try firstShape.with(
      channels: UInt32(firstShape.channels), kind: .integers, bound: bound)
  }

  init(concatenating section: Section, _ tensors: TensorTable) throws(Fault) {
    (first, second) = try JoinLayer.sources(section)
    firstShape = try tensors[first]
    secondShape = try tensors[second]
    guard firstShape.kind == secondShape.kind, firstShape.kind != .input,
      firstShape.bits == secondShape.bits, firstShape.height == secondShape.height,
      firstShape.width == secondShape.width
    else { throw .imageShape }
    output = try firstShape.with(
      channels: UInt32(firstShape.channels) &+ UInt32(secondShape.channels),
      kind: firstShape.kind, bits: UInt32(firstShape.bits),
      bound: max(firstShape.bound, secondShape.bound))
  }

  private static func sources(_ section: Section) throws(Fault) -> (UInt32, UInt32) {
    try section.require(bytes: 8)
    return (section.word(0), section.word(4))
  }
}
