// SPDX-License-Identifier: Apache-2.0
import BayNNCore

/// The leaves that a posterior visits, in ascending order of masks: so depth first, and
/// neighbours share all layers above the first site in which they differ.
package struct LeafSequence {
  private let posterior: Posterior
  package let sites: SiteProbabilities
  /// Draws are visited one by one, in the order in which they are made.
  private let keepsOrder: Bool
  /// Masks are not all that leaves differ in.
  private let isWide: Bool
  /// Certified: the cut in effect.
  private var cut: UInt32 = 0
  /// Sampled: room for the masks drawn.
  private let draws: UnsafeMutablePointer<UInt32>
  private var position = 0

  /// The current leaf.
  package private(set) var mask: UInt32 = 0
  /// Draws that the current leaf stands for; 1 unless sampled.
  package private(set) var samples: UInt32 = 1

  /// `draws` has room for `drawCount(posterior)` masks.
  package init(
    _ posterior: Posterior, sites: SiteProbabilities, isWide: Bool = false,
    keepsOrder: Bool = false, draws: UnsafeMutablePointer<UInt32>
  ) {
    self.posterior = posterior
    self.sites = sites
    self.isWide = isWide
    self.keepsOrder = keepsOrder || isWide
    self.draws = draws
  }

  /// Number of the draw that the current leaf is; the first of them if it stands for several.
  package var pass: UInt32 { UInt32(truncatingIfNeeded: position) &- samples }

  /// True if a draw before this one gave the same leaf: possible only if draws are visited one
  /// by one.
  package var isRepeated: Bool {
    guard keepsOrder, !isWide, case .sampled = posterior else { return false }
    for i in indices(position &- 1) where draws[i] == mask { return true }
    return false
  }

  /// Posterior probability of the current leaf, Q31; 0 if it is one of too many.
  package var mass: UInt32 { isWide ? 0 : sites.mass(mask) }

  package static func drawCount(_ posterior: Posterior) -> Int {
    if case .sampled(let passes, _) = posterior { passes } else { 0 }
  }

  /// Weight of the current leaf in the average.
  package var weight: UInt32 {
    switch posterior {
    case .exact, .certified: sites.mass(mask)
    case .sampled: samples
    case .deterministic: 1
    }
  }

  /// Goes to the first leaf of an inference.
  package mutating func start(
    call: UInt64, _ accelerator: UnsafeMutablePointer<Accelerator>? = nil
  ) {
    mask = 0
    samples = 1
    switch posterior {
    case .exact, .deterministic: break
    case .certified(let wanted):
      let largest = sites.largest(from: 0, FixedPoint.one)
      cut = min(wanted, largest)
      mask = firstLeaf(below: 0, from: 0, FixedPoint.one)
      // No leaf reaches the cut: this one stands alone, above a cut that none reaches.
      if largest < wanted { cut = .max }
    case .sampled(let passes, let seed):
      draw(passes, seed: seed, call: call, accelerator)
      if !keepsOrder { heapSort(draws, count: passes) }
      position = 0
      takeRun(passes)
    }
  }

  /// Goes to the next leaf; false, and no change, after the last one.
  package mutating func advance() -> Bool {
    switch posterior {
    case .deterministic: return false
    case .exact:
      // At most 16 sites.
      guard mask &+ 1 < 1 &<< UInt32(truncatingIfNeeded: sites.count) else { return false }
      mask &+= 1
      return true
    case .certified: return advanceCertified()
    case .sampled(let passes, _):
      guard position < passes else { return false }
      takeRun(passes)
      return true
    }
  }

  /// Takes the next of the draws and, if they are sorted, all that equal it.
  private mutating func takeRun(_ passes: Int) {
    let first = position
    mask = draws[first]
    position &+= 1
    while !keepsOrder, position < passes, draws[position] == mask { position &+= 1 }
    samples = UInt32(truncatingIfNeeded: position &- first)
  }

  /// Draw r = t * sites + s decides site s of pass t.
  private func draw(
    _ passes: Int, seed: UInt64, call: UInt64,
    _ accelerator: UnsafeMutablePointer<Accelerator>?
  ) {
    let key = halves(seed)
    let (callLow, callHigh) = halves(call)
    var r: UInt32 = 0
    var block: Philox.Block = (0, 0, 0, 0)
    for pass in indices(passes) {
      var mask: UInt32 = 0
      for site in indices(sites.count) {
        var bit: UInt32 = 0
        if let accelerator,
          accelerator.draw(1, probability: UInt32(sites.drops[site]), into: &bit)
        {
          mask = mask << 1 | bit & 1
          continue
        }
        if r & 3 == 0 {
          block = Philox.block(key: key, counter: (r >> 2, 0, callLow, callHigh))
        }
        let isDropped = block.0 >> 16 < UInt32(sites.drops[site])
        mask = mask << 1 | (isDropped ? 1 : 0)
        block = (block.1, block.2, block.3, 0)
        r &+= 1
      }
      draws[pass] = mask
    }
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
  private mutating func advanceCertified() -> Bool {
    var site = sites.count &- 1
    while site >= 0 {
      let bit = sites.bit(site)
      if mask & bit == 0 {
        let prefix = mask & ~(bit &- 1) | bit
        let mass = sites.mass(prefix, depth: site &+ 1)
        if sites.largest(from: site &+ 1, mass) >= cut {
          mask = firstLeaf(below: prefix, from: site &+ 1, mass)
          return true
        }
      }
      site &-= 1
    }
    return false
  }
}
