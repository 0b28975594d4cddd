// SPDX-License-Identifier: Apache-2.0
import BayNNCore

/// The leaves that a posterior visits, in ascending order of masks: so depth first, and
/// neighbours share all layers above the first site in which they differ.
package struct LeafSequence {
  package let sites: SiteProbabilities
  /// Draws are visited one by one, in the order in which they are made.
  let keepsOrder: Bool
  /// Masks are not all that leaves differ in.
  let isWide: Bool
  private let part: PosteriorPart
  /// Certified: the cut asked for, and the one in effect.
  let cutWanted: UInt32
  var cut: UInt32 = 0
  /// Sampled: draws an inference, what they are made from, and room for the masks drawn; 0
  /// draws for other posteriors.
  let passes: Int
  let seed: UInt64
  let draws: UnsafeMutablePointer<UInt32>
  var position = 0

  /// The current leaf, and its weight in the average.
  package internal(set) var mask: UInt32 = 0
  package internal(set) var weight: UInt32 = 1
  /// Draws that the current leaf stands for; 1 unless sampled.
  package internal(set) var samples: UInt32 = 1

  /// `draws` has room for `drawCount(posterior)` masks.
  package init(
    _ posterior: Posterior, _ part: PosteriorPart, sites: SiteProbabilities, isWide: Bool = false,
    keepsOrder: Bool = false, draws: UnsafeMutablePointer<UInt32>
  ) {
    self.part = part
    self.sites = sites
    self.isWide = isWide
    self.keepsOrder = keepsOrder || isWide
    self.draws = draws
    var (cut, passes, seed): (UInt32, Int, UInt64) = (0, 0, 0)
    switch posterior {
    case .exact, .deterministic: break
    case .certified(let wanted): cut = wanted
    case .sampled(let count, let start): (passes, seed) = (count, start)
    }
    cutWanted = cut
    self.passes = passes
    self.seed = seed
  }

  package static func drawCount(_ posterior: Posterior) -> Int {
    if case .sampled(let passes, _) = posterior { passes } else { 0 }
  }

  /// Number of the draw that the current leaf is; the first of them if it stands for several.
  package var pass: UInt32 { UInt32(truncatingIfNeeded: position) &- samples }

  /// True if a draw before this one gave the same leaf: possible only if draws are visited one
  /// by one.
  package var isRepeated: Bool {
    guard keepsOrder, !isWide, passes > 0 else { return false }
    for i in indices(position &- 1) where draws[i] == mask { return true }
    return false
  }

  /// Posterior probability of the current leaf, Q31; 0 if it is one of too many.
  package var mass: UInt32 { isWide ? 0 : sites.mass(mask) }

  /// Goes to the first leaf of an inference.
  package mutating func start(
    call: UInt64, _ accelerator: UnsafeMutablePointer<Accelerator>? = nil
  ) {
    mask = 0
    samples = 1
    position = 0
    withUnsafeMutablePointer(to: &self) { $0.pointee.part.start($0, call, accelerator) }
  }

  /// Goes to the next leaf; false, and no change, after the last one.
  package mutating func advance() -> Bool {
    withUnsafeMutablePointer(to: &self) { $0.pointee.part.advance($0) != 0 }
  }

  /// How sure it is that the label of a session that visits these leaves stays as it is.
  func settle(_ session: UnsafeMutablePointer<Session>) -> UInt8 { part.settle(session) }

  /// The sequence behind a pointer of C.
  @inline(__always)
  static func at(_ pointer: UnsafeMutableRawPointer) -> UnsafeMutablePointer<LeafSequence> {
    pointer.assumingMemoryBound(to: LeafSequence.self)
  }
}
