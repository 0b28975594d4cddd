// SPDX-License-Identifier: Apache-2.0
import BayNNCore

/// The random decisions that a layer makes in a pass (SPEC 3.8): one abstraction behind all
/// methods.
///
/// Few decisions are bits of the mask of a leaf, each with its own probability, and choose
/// one of 2^bits states. Many (`draws`) make the layer *wide*: they are drawn anew in each
/// pass and never enumerated.
package struct Site: Equatable {
  /// Decisions that are bits of the mask, first one most significant: 0 ... 4.
  package let bits: Int
  /// Q0.16 probability of each of the first two bits to be 1, further ones are as the second;
  /// or of each draw to drop.
  package let first: UInt32
  package let second: UInt32
  /// What a pass draws beyond that: rows, channels or Gaussians.
  package let draws: Int
  /// Random bits of one of those.
  package let bitsPerDraw: Int

  private init(
    _ first: UInt32 = 0, _ second: UInt32 = 0, bits: Int = 0, draws: Int = 0,
    bitsPerDraw: Int = 0
  ) {
    self.bits = bits
    self.first = first
    self.second = second
    self.draws = draws
    self.bitsPerDraw = bitsPerDraw
  }

  package static var none: Site { Site() }
  /// Scale Dropout: one bit, 1 = drop.
  package static func scale(_ probability: UInt32) -> Site { Site(probability, bits: 1) }
  /// SpinBayes: a fair arbiter of 2^bits copies.
  package static func arbiter(bits: Int) -> Site { Site(1 << 15, 1 << 15, bits: bits) }
  /// Affine Dropout: gamma, then beta.
  package static func affine(_ gamma: UInt32, _ beta: UInt32) -> Site {
    Site(gamma, beta, bits: 2)
  }
  /// SpinDrop and Spatial-SpinDrop: one decision each.
  package static func dropout(_ count: Int, _ probability: UInt32) -> Site {
    Site(probability, draws: count, bitsPerDraw: 1)
  }
  /// Gaussian scales: eight uniform numbers of 16 bits each.
  package static func gaussian(_ count: Int) -> Site { Site(draws: count, bitsPerDraw: 128) }

  package var isWide: Bool { draws > 0 }
  package var randomBits: Int { bits &+ draws &* bitsPerDraw }

  /// Q0.16 probability that a bit of the mask is 1.
  package func probability(bit: Int) -> UInt32 { bit == 0 ? first : second }

  /// A probability of the format: 1 ... 65535.
  static func check(_ probability: UInt32) throws(Fault) {
    guard 1...65535 ~= probability else { throw .imageValue }
  }
}
