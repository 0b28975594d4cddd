// SPDX-License-Identifier: Apache-2.0
import BayNNCore

/// The posterior of the leaves whose probability is at least a cut.
extension PosteriorPart {
  package static var certified: PosteriorPart {
    PosteriorPart(
      start: { leaves, _, _ in LeafSequence.at(leaves).pointee.startCertified() },
      advance: { LeafSequence.at($0).pointee.advanceCertified() ? 1 : 0 },
      settle: { Session.at($0).certainty.rawValue })
  }
}

extension LeafSequence {
  fileprivate mutating func startCertified() {
    let largest = sites.largest(from: 0, FixedPoint.one)
    cut = min(cutWanted, largest)
    mask = firstLeaf(below: 0, from: 0, FixedPoint.one)
    weight = sites.mass(mask)
    // No leaf reaches the cut: this one stands alone, above a cut that none reaches.
    if largest < cutWanted { cut = .max }
  }

  /// The first leaf with enough mass below a node that has one.
  private func firstLeaf(below prefix: UInt32, from site: Int, _ mass: UInt32) -> UInt32 {
    var mask = prefix
    var mass = mass
    for next in indices(from: site, sites.count) {
      let keep = sites.split(mass, at: next, drop: false)
      if sites.largest(from: next &+ 1, keep) >= cut {
        mass = keep
      } else {
        mask |= sites.bit(next)
        mass &-= keep
      }
    }
    return mask
  }

  /// Turns the deepest keep into a drop that has a leaf with enough mass below it.
  fileprivate mutating func advanceCertified() -> Bool {
    var site = sites.count &- 1
    while site >= 0 {
      let bit = sites.bit(site)
      if mask & bit == 0 {
        let prefix = mask & ~(bit &- 1) | bit
        let mass = sites.mass(prefix, depth: site &+ 1)
        if sites.largest(from: site &+ 1, mass) >= cut {
          mask = firstLeaf(below: prefix, from: site &+ 1, mass)
          weight = sites.mass(mask)
          return true
        }
      }
      site &-= 1
    }
    return false
  }
}
