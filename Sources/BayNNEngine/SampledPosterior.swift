// SPDX-License-Identifier: Apache-2.0
import BayNNCore

/// The posterior of random draws, of which equal ones are computed once.
extension PosteriorPart {
  package static var sampled: PosteriorPart {
    PosteriorPart(
      start: { leaves, call, accelerator in
        LeafSequence.at(leaves).pointee.startSampled(
          call, accelerator?.assumingMemoryBound(to: Accelerator.self))
      },
      advance: { LeafSequence.at($0).pointee.advanceSampled() ? 1 : 0 },
      settle: { Session.at($0).confidence.rawValue })
  }
}

extension LeafSequence {
  fileprivate mutating func startSampled(
    _ call: UInt64, _ accelerator: UnsafeMutablePointer<Accelerator>?
  ) {
    draw(call: call, accelerator)
    if !keepsOrder { heapSort(draws, count: passes) }
    takeRun()
  }

  fileprivate mutating func advanceSampled() -> Bool {
    guard position < passes else { return false }
    takeRun()
    return true
  }

  /// Takes the next of the draws and, if they are sorted, all that equal it.
  private mutating func takeRun() {
    let first = position
    mask = draws[first]
    position &+= 1
    while !keepsOrder, position < passes, draws[position] == mask { position &+= 1 }
    samples = UInt32(truncatingIfNeeded: position &- first)
    weight = samples
  }

  /// Draw r = t * sites + s decides site s of pass t.
  private func draw(call: UInt64, _ accelerator: UnsafeMutablePointer<Accelerator>?) {
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
}
