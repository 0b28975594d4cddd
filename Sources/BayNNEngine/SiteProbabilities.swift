// SPDX-License-Identifier: Apache-2.0
import BayNNCore

/// The sites of a model and the masses of its leaves (SPEC section 5).
///
/// A mask has one bit a site, 1 = drop; site 0 is the most significant one.
package struct SiteProbabilities {
  /// Drop probability of each site, Q0.16.
  let drops: UnsafeMutablePointer<UInt16>
  package let count: Int

  package init(drops: UnsafeMutablePointer<UInt16>, count: Int) {
    self.drops = drops
    self.count = count
  }

  /// The bit of a mask that stands for a site.
  @inline(__always)
  package func bit(_ site: Int) -> UInt32 { 1 &<< UInt32(truncatingIfNeeded: count &- 1 &- site) }

  /// The part of `mass` that goes to one side of a site. Both parts sum to `mass`.
  @inline(__always)
  func split(_ mass: UInt32, at site: Int, drop: Bool) -> UInt32 {
    let dropped = UInt32(
      truncatingIfNeeded: (mass.wide &* UInt32(drops[site]).wide) &>> 16)
    return drop ? dropped : mass &- dropped
  }

  /// Mass in Q31 of the first `depth` decisions of a mask; all decisions: of a leaf.
  package func mass(_ mask: UInt32, depth: Int) -> UInt32 {
    var mass = FixedPoint.one
    for site in indices(depth) { mass = split(mass, at: site, drop: mask & bit(site) != 0) }
    return mass
  }

  package func mass(_ mask: UInt32) -> UInt32 { mass(mask, depth: count) }

  /// The largest mass of a leaf below a node. Both parts of a split grow with what is
  /// split, so that taking the larger part at each site finds it.
  package func largest(from site: Int, _ mass: UInt32) -> UInt32 {
    var mass = mass
    for next in indices(from: site, count) {
      mass = max(split(mass, at: next, drop: false), split(mass, at: next, drop: true))
    }
    return mass
  }
}
