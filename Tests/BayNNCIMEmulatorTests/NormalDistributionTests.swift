// SPDX-License-Identifier: Apache-2.0
import Foundation
import Testing

@testable import BayNNCIMEmulator

@Suite struct NormalDistributionTests {
  /// The deviate of a word is between the points at which the distribution's tail is a bit
  /// larger and a bit smaller than the word says.
  @Test func everyOctaveIsWithinItsBound() {
    let bound = 4e-5
    for octave in 0..<24 {
      for step in 0..<500 {
        let fraction = (1 + Double(step) / 500) * pow(2, -Double(octave) - 1)
        let word = UInt32(fraction * 2_147_483_648)
        let tail = (Double(word) + 0.5) / 4_294_967_296
        let x = Double(NormalDistribution.deviate(word)) / 16_777_216
        #expect(erfc((x + bound) / 2.squareRoot()) / 2 <= tail)
        #expect(erfc((x - bound) / 2.squareRoot()) / 2 >= tail)
      }
    }
  }

  @Test func isSymmetricAndLimited() {
    for word: UInt32 in [0, 1, 127, 128, 12345, 0x3FFF_FFFF, 0x4000_0000, 0x7FFF_FFFF] {
      let x = NormalDistribution.deviate(word)
      #expect(x >= 0)
      #expect(NormalDistribution.deviate(word | 0x8000_0000) == -x)
    }
    #expect(NormalDistribution.deviate(0) == 90_932_228)
    #expect(NormalDistribution.deviate(0x7FFF_FFFF) < 600)
  }

  @Test func momentsOfDraws() {
    let words = RandomWords(seed: 5)
    let count = 40_000
    let values = (0..<count / 4).flatMap { i in
      let four = words.deviates(.readNoise, UInt32(i))
      return (0..<4).map { Double(four[$0]) / 16_777_216 }
    }
    let error = 1 / Double(count).squareRoot()
    #expect(abs(mean(values)) < 4 * error)
    #expect(abs(deviation(values) - 1) < 4 * error / 2.squareRoot())
    #expect(abs(mean(values.map { pow($0, 3) })) < 4 * 15.squareRoot() * error)
    #expect(abs(mean(values.map { pow($0, 4) }) - 3) < 4 * 96.squareRoot() * error)
  }

  @Test func purposesAndSeedsHaveTheirOwnWords() {
    var seen = Set<UInt32>()
    for seed: UInt64 in [0, 1, 1 << 32] {
      let words = RandomWords(seed: seed)
      for purpose: Purpose in [.stuck, .switching, .readNoise] {
        for number in UInt64(0)..<8 { seen.insert(words.word(purpose, number: number)) }
      }
    }
    #expect(seen.count == 72)
  }
}
