// SPDX-License-Identifier: Apache-2.0
import TestSupport
import Testing

@testable import BayNNCore
@testable import BayNNEngine

@Suite struct LeafSequenceTests {
  /// Runs through a sequence and returns its masks and the samples they stand for.
  private func run(
    _ posterior: Posterior, drops: [UInt16], call: UInt64 = 0
  ) -> [(mask: UInt32, samples: UInt32)] {
    var drops = drops
    return drops.withUnsafeMutableBufferPointer { buffer in
      // An empty array may have no address.
      let base = buffer.baseAddress ?? UnsafeMutablePointer(bitPattern: 8)!
      let sites = SiteProbabilities(drops: base, count: buffer.count)
      let draws = UnsafeMutablePointer<UInt32>.allocate(capacity: 4096)
      defer { draws.deallocate() }
      var leaves = LeafSequence(posterior, sites: sites, draws: draws)
      leaves.start(call: call)
      var result = [(leaves.mask, leaves.samples)]
      while leaves.advance() { result.append((leaves.mask, leaves.samples)) }
      let goesOn = leaves.advance()
      #expect(!goesOn, "the end stays the end")
      return result
    }
  }

  private func mass(_ mask: UInt32, _ drops: [UInt16]) -> UInt32 {
    var mass: UInt64 = 1 << 31
    for (site, q) in drops.enumerated() {
      let drop = (mass * UInt64(q)) >> 16
      mass = mask >> UInt32(drops.count - 1 - site) & 1 == 1 ? drop : mass - drop
    }
    return UInt32(mass)
  }

  @Test(arguments: 0...10)
  func massesSumToOne(sites: Int) {
    var random = SeededGenerator(seed: UInt64(sites))
    for _ in 0..<20 {
      let drops = (0..<sites).map { _ in UInt16.random(in: 1...65535, using: &random) }
      var copy = drops
      copy.withUnsafeMutableBufferPointer { buffer in
        guard let base = buffer.baseAddress else { return }
        let probabilities = SiteProbabilities(drops: base, count: sites)
        for mask in 0..<UInt32(1 << sites) {
          #expect(probabilities.mass(mask) == mass(mask, drops))
        }
      }
      let masks = run(.exact, drops: drops).map(\.mask)
      #expect(masks == Array(0..<UInt32(1 << sites)))
      #expect(masks.reduce(0) { $0 + UInt64(mass($1, drops)) } == 1 << 31)
    }
  }

  /// Every cut gives exactly the leaves that brute force finds.
  @Test(arguments: 0...8)
  func certifiedEqualsBruteForce(sites: Int) {
    var random = SeededGenerator(seed: UInt64(sites) + 100)
    for _ in 0..<60 {
      let drops = (0..<sites).map { _ in UInt16.random(in: 1...65535, using: &random) }
      let all = (0..<UInt32(1 << sites)).map { ($0, mass($0, drops)) }
      // A mass of a leaf as often as any other number: the cut includes what equals it.
      let any =
        UInt32.random(in: 1...(1 << 31), using: &random)
        >> UInt32.random(in: 0...20, using: &random)
      let cut = Bool.random(using: &random) ? any : all.randomElement(using: &random)!.1
      var expected = all.filter { $0.1 >= max(cut, 1) }.map(\.0)
      if expected.isEmpty {
        let largest = all.map(\.1).max()!
        expected = [all.first { $0.1 == largest }!.0]
      }
      #expect(run(.certified(cut: max(cut, 1)), drops: drops).map(\.mask) == expected)
    }
  }

  /// 32 sites: no brute force, but no leaf is lost between two cuts that differ.
  @Test func certifiedWithManySites() {
    let drops = [UInt16](repeating: 3277, count: 32)  // 5 %
    let leaves = run(.certified(cut: 1 << 21), drops: drops).map(\.mask)
    #expect(leaves == leaves.sorted())
    // At most k drops: 0.95^(32-k) 0.05^k >= 2^-10 holds for k <= 1 only.
    #expect(leaves.count == 33)
    #expect(leaves.allSatisfy { mass($0, drops) >= 1 << 21 })
  }

  @Test(arguments: [1, 2, 20, 333, 4096])
  func sampledMergesEqualDraws(passes: Int) {
    let drops: [UInt16] = [9830, 20000, 65535, 1, 32768]
    let seed: UInt64 = 0xFEED_FACE_0123_4567
    let call: UInt64 = 0x1_0000_0002
    var counts: [UInt32: UInt32] = [:]
    for t in 0..<passes {
      var mask: UInt32 = 0
      for s in 0..<5 {
        let r = UInt32(t * 5 + s)
        let block = Philox.block(
          key: (0x0123_4567, 0xFEED_FACE), counter: (r >> 2, 0, 2, 1))
        let word = [block.0, block.1, block.2, block.3][Int(r & 3)]
        mask = mask << 1 | (word >> 16 < UInt32(drops[s]) ? 1 : 0)
      }
      counts[mask, default: 0] += 1
    }
    let runs = run(.sampled(passes: passes, seed: seed), drops: drops, call: call)
    #expect(runs.map(\.mask) == counts.keys.sorted())
    #expect(runs.allSatisfy { counts[$0.mask] == $0.samples })
  }

  /// Drops come with their probability: 4096 draws of 5 sites in each of 20 calls, with
  /// a bound of five standard deviations.
  @Test func sampledFollowsTheProbabilities() {
    let drops: [UInt16] = [9830, 20000, 65535, 1, 32768]
    var dropped = [Double](repeating: 0, count: 5)
    for call in UInt64(0)..<20 {
      for leaf in run(.sampled(passes: 4096, seed: 1), drops: drops, call: call) {
        for s in 0..<5 where leaf.mask >> UInt32(4 - s) & 1 == 1 {
          dropped[s] += Double(leaf.samples)
        }
      }
    }
    let n = 4096.0 * 20
    for s in 0..<5 {
      let p = Double(drops[s]) / 65536
      #expect(abs(dropped[s] - n * p) <= 5 * (n * p * (1 - p)).squareRoot() + 1)
    }
  }

  @Test func deterministicKeepsEverything() {
    #expect(run(.deterministic, drops: [1, 2, 3]).map(\.mask) == [0])
  }

  @Test func heapSortSorts() {
    var random = SeededGenerator(seed: 4)
    for count in 0..<70 {
      var words = (0..<count).map { _ in UInt32.random(in: 0...UInt32(count), using: &random) }
      let expected = words.sorted()
      heapSort(&words, count: count)
      #expect(words == expected)
    }
  }
}

/// A seeded random generator.
struct SeededGenerator: RandomNumberGenerator {
  private var state: UInt64
  init(seed: UInt64) { state = seed }
  mutating func next() -> UInt64 { image_random(&state) }
}
