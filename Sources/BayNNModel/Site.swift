// SPDX-License-Identifier: Apache-2.0
import BayNNCore

/// The random decisions that a layer makes in a pass (SPEC 3.8): one abstraction behind all
/// methods.
///
/// Few decisions are bits of the mask of a leaf, each with its own probability, and choose
/// one of 2^bits states. Many (`draws`) make the layer *wide*: they are drawn anew in each
/// pass and never enumerated.
package struct Site: Equatable {
  private let bitCount: UInt8
  /// Random bits of one draw.
  private let drawBits: UInt8
  private let firstProbability: UInt16
  private let secondProbability: UInt16
  private let drawCount: UInt16

  private init(
    _ first: UInt32 = 0, _ second: UInt32 = 0, bits: Int = 0, draws: Int = 0,
    bitsPerDraw: UInt8 = 0
  ) {
    bitCount = UInt8(truncatingIfNeeded: bits)
    drawBits = bitsPerDraw
    firstProbability = UInt16(truncatingIfNeeded: first)
    secondProbability = UInt16(truncatingIfNeeded: second)
    drawCount = UInt16(truncatingIfNeeded: draws)
  }

  /// Decisions that are bits of the mask, first one most significant: 0 ... 4.
  package var bits: Int { Int(bitCount) }
  /// What a pass draws beyond that: rows, channels or Gaussians, below 2^16.
  package var draws: Int { Int(drawCount) }

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
  package var randomBits: Int { bits &+ draws &* Int(drawBits) }

  /// Q0.16 probability that a bit of the mask is 1; further ones are as the second.
  package func probability(bit: Int) -> UInt16 {
    bit == 0 ? firstProbability : secondProbability
  }

  /// Q0.16 probability that a draw drops a row or channel.
  package var dropProbability: UInt32 { UInt32(firstProbability) }

  /// A probability of the format: 1 ... 65535.
  static func check(_ probability: UInt32) throws(Fault) {
    guard 1...65535 ~= probability else { throw .imageValue }
  }
}

/// The methods of SPEC 3.8.
enum Method {
  static let none: UInt32 = 0
  static let scale: UInt32 = 1
  static let spinDrop: UInt32 = 2
  static let spatial: UInt32 = 3
  static let spinBayes: UInt32 = 4
  static let gaussian: UInt32 = 5
  static let affine: UInt32 = 6
}
