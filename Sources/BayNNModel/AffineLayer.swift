// SPDX-License-Identifier: Apache-2.0
import BayNNCore

/// Multiply and add for each channel (SPEC 3.10): batch normalization with frozen
/// statistics, with the states of Scale Dropout or with Gaussian scales.
package struct AffineLayer {
  package let source: UInt32
  package let sourceShape: TensorShape
  package let output: TensorShape
  package let shift: UInt32
  /// Gaussians that a pass draws, one a channel; 0 without them.
  package let draws: Int
  /// For each state, a multiplier and an offset for each channel.
  private let pairs: UnsafePointer<Int32>
  /// mu, sigma and bias for each channel; nil without Gaussian scales.
  package let gaussians: UnsafePointer<Int32>?

  /// The largest absolute value of a Gaussian, Q16.16.
  package static let gaussianMax: UInt32 = 321_052

  package init(_ reading: UnsafeMutablePointer<LayerReading>) throws(Fault) {
    let section = reading.pointee.section
    guard section.bytes >= 24 else { throw .imageSection }
    source = section.word(0)
    sourceShape = try reading.source(source)
    let bits = section.word(4)
    shift = section.word(8)
    let method = section.word(12)
    let probability = section.word(16)
    guard bits <= 8, shift <= 30, section.word(20) == 0 else { throw .imageValue }
    let channels = sourceShape.channels
    switch method {
    case Method.none: break
    case Method.scale:
      try Site.check(probability)
      reading.pointee.found.site = .scale(probability)
    case Method.gaussian: reading.pointee.found.site = .gaussian(channels)
    default: throw .imageValue
    }
    draws = reading.pointee.found.site.draws
    guard method == Method.scale || probability == 0 else { throw .imageValue }
    let states = method == Method.scale ? 2 : 1
    let triples = method == Method.gaussian ? 1 : 0
    try section.require(bytes: 24 &+ channels &* (8 &* states &+ 12 &* triples))
    let parameters = (section.payload + 24).assumingMemoryBound(to: Int32.self)
    pairs = parameters
    gaussians = triples > 0 ? parameters + 2 &* channels : nil
    let most = try AffineLayer.largest(
      parameters, states: states, gaussians: gaussians, channels: channels,
      bound: sourceShape.bound)
    output =
      bits == 0
      ? try sourceShape.integers(bound: min(most &>> shift &+ 1, 1 << 31))
      : try sourceShape.codes(bits: bits.int)
    // `most` is below 2^31: only without a shift does the bound reach it.
    guard bits > 0 || most &>> shift &+ 1 < 1 << 31 else { throw .imageValue }
    reading.pointee.found.output = output
    reading.pointee.found.divide(rows: 1, of: output.positions)
    // Gaussians take a block of random bits each.
    reading.pointee.found.otherWork &+= (32 &* draws).wide
  }

  /// The largest absolute value before the shift; refuses 2^31 and more.
  private static func largest(
    _ pairs: UnsafePointer<Int32>, states: Int, gaussians: UnsafePointer<Int32>?,
    channels: Int, bound: UInt32
  ) throws(Fault) -> UInt32 {
    // A product of words is below 2^63.
    var most: UInt64 = 0
    for i in indices(states &* channels) {
      let product = pairs[2 &* i].magnitude.wide &* bound.wide
      most = max(most, product &+ pairs[2 &* i &+ 1].magnitude.wide)
    }
    guard most < FixedPoint.one.wide else { throw .imageValue }
    guard let gaussians else { return UInt32(truncatingIfNeeded: most) }
    var scaled: UInt64 = 0
    for c in indices(channels) {
      let sigma = gaussians[3 &* c &+ 1]
      guard sigma >= 0 else { throw .imageValue }
      let spread = (sigma.magnitude.wide &* gaussianMax.wide) &>> 16
      // A drawn scale fits an Int32.
      let scale = gaussians[3 &* c].magnitude.wide &+ spread &+ 1
      guard scale < FixedPoint.one.wide else { throw .imageValue }
      let bias = gaussians[3 &* c &+ 2].magnitude.wide
      scaled = max(scaled, (scale &* most) &>> 16 &+ 1 &+ bias)
    }
    guard scaled < FixedPoint.one.wide else { throw .imageValue }
    return UInt32(truncatingIfNeeded: scaled)
  }

  /// Multiplier and offset of channel 0 in a state; those of others follow.
  package func pairs(state: Int) -> UnsafePointer<Int32> {
    pairs + state &* sourceShape.channels &* 2
  }
}
