// SPDX-License-Identifier: Apache-2.0
import BayNNCore

/// The posterior of all leaves, each with its exact probability; and the one of a single leaf,
/// which keeps every scale.
extension PosteriorPart {
  package static var exact: PosteriorPart {
    PosteriorPart(
      start: { leaves, _, _ in
        let leaves = LeafSequence.at(leaves)
        leaves.pointee.weight = leaves.pointee.sites.mass(0)
      },
      advance: { LeafSequence.at($0).pointee.advanceExact() ? 1 : 0 },
      settle: { Session.at($0).certainty.rawValue })
  }

  package static var deterministic: PosteriorPart {
    PosteriorPart(
      start: { leaves, _, _ in LeafSequence.at(leaves).pointee.weight = 1 },
      advance: { _ in 0 },
      settle: { _ in Session.Settlement.none.rawValue })
  }
}

extension LeafSequence {
  fileprivate mutating func advanceExact() -> Bool {
    // At most 16 sites.
    guard mask &+ 1 < 1 &<< UInt32(truncatingIfNeeded: sites.count) else { return false }
    mask &+= 1
    weight = sites.mass(mask)
    return true
  }
}
