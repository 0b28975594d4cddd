// SPDX-License-Identifier: Apache-2.0
import BayNNCore

/// Normalization by statistics of this input alone, and sign (SPEC 3.11).
///
/// Inverted: the affine transformation comes first, Ahmed et al., "Inverted Normalization
/// with Stochastic Affine Transformations" (arXiv 2401.12416); behind it a sign needs the
/// mean only. Layer: Ba et al., "Layer Normalization" (arXiv 1607.06450).
package struct NormalizationLayer {
  package let source: UInt32
  package let sourceShape: TensorShape
  package let output: TensorShape
  package let isInverted: Bool
  package let groups: Int
  /// What stands for a gamma of 1.
  package let one: Int32
  /// Gamma and beta of each channel.
  package let pairs: UnsafePointer<Int32>

  /// Elements of a group.
  package var groupElements: Int { sourceShape.positions &* groupChannels }
  package var groupChannels: Int { sourceShape.channels / max(1, groups) }

  package init(_ reading: UnsafeMutablePointer<LayerReading>) throws(Fault) {
    let section = reading.pointee.section
    guard section.bytes >= 32 else { throw .imageSection }
    source = section.word(0)
    sourceShape = try reading.source(source)
    guard sourceShape.kind == .integers else { throw .imageShape }
    let mode = section.word(4)
    let groups = section.word(8)
    let method = section.word(12)
    let one = section.word(24)
    guard mode == 1 || mode == 2, section.word(28) == 0 else { throw .imageValue }
    isInverted = mode == 1
    let channels = sourceShape.channels
    // At least 1: said again, so that nothing checks for a zero divisor.
    guard 1...UInt32(truncatingIfNeeded: channels) ~= groups, channels % max(1, groups.int) == 0
    else { throw .imageValue }
    self.groups = groups.int
    if method == Method.affine {
      guard isInverted else { throw .imageValue }
      try Site.check(section.word(16))
      try Site.check(section.word(20))
      reading.pointee.found.site = .affine(section.word(16), section.word(20))
    } else {
      guard method == Method.none, section.word(16) | section.word(20) == 0 else {
        throw .imageValue
      }
    }
    guard isInverted ? 1...(1 << 24) ~= one : one == 0 else { throw .imageValue }
    self.one = Int32(bitPattern: one)
    try section.require(bytes: 32 &+ 8 &* channels)
    pairs = (section.payload + 32).assumingMemoryBound(to: Int32.self)
    output = try sourceShape.codes(bits: 1)
    try checkBounds()
    reading.pointee.found.output = output
    // A piece is a group.
    reading.pointee.found.pieces = groups
    reading.pointee.found.otherWork = (2 &* groupElements &* Work.element).wide
  }

  private func checkBounds() throws(Fault) {
    let bound = sourceShape.bound.wide
    for c in indices(sourceShape.channels) {
      let gamma = pairs[2 &* c].magnitude
      let beta = pairs[2 &* c &+ 1].magnitude
      guard gamma < 1 << 30, beta < 1 << 30 else { throw .imageValue }
      if isInverted {
        // Below 2^30 * 2^31 + 2^30.
        let most = max(gamma, one.magnitude).wide &* bound &+ beta.wide
        guard most < FixedPoint.one.wide else { throw .imageValue }
      }
    }
    // Below 2^24 * 2^31.
    guard isInverted || groupElements.wide &* bound < FixedPoint.one.wide else {
      throw .imageValue
    }
  }
}
