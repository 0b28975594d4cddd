// SPDX-License-Identifier: Apache-2.0
import Foundation
import Testing

@testable import BayNNCIMEmulator
@testable import BayNNCore

/// What places rare events: tail, exponential draws, rates, and the walk from one to the next.
@Suite struct FaultyEventsTests {
  @Test func normalTail() {
    for step in -700...710 {
      let z = Double(step) / 100
      let actual = Double(NormalTail.above(Int32(z * 65536))) / 0x1p31
      let exact = 0.5 * erfc(Double(Int32(z * 65536)) / 65536 / 2.0.squareRoot())
      #expect(abs(actual - exact) <= 8 / 0x1p31 + 4e-6 * exact, "z = \(z): \(actual), \(exact)")
    }
    #expect(NormalTail.above(.max) == 0)
    #expect(NormalTail.above(.min) == 1 << 31)
  }

  @Test func exponentialDraw() {
    var state: UInt32 = 1
    for i in 0..<200_000 {
      state = state &* 1_664_525 &+ 1_013_904_223
      // Also the ends.
      let word = i < 1000 ? UInt32(i) : i < 2000 ? ~UInt32(i - 1000) : state
      let exact = -log((Double(word >> 1) + 1) / 0x1p31)
      #expect(abs(Double(ExponentialDraw.distance(word)) / 0x1p27 - exact) <= 14 / 0x1p27)
    }
    #expect(ExponentialDraw.distance(.max) == 0)
    #expect(ExponentialDraw.distance(0) < 22 << 27)
  }

  @Test func ratesOfProbabilities() {
    for ppm: UInt32 in [0, 1, 2, 10, 100, 1000, 15_624, 15_626, 100_000, 500_000, 990_000] {
      let exact = -log1p(-Double(ppm) / 1e6)
      let actual = Double(EventRate(ppm: ppm).perCell) / 0x1p40
      #expect(abs(actual - exact) <= 3e-6 * exact, "\(ppm) ppm")
    }
    #expect(EventRate(ppm: 1_000_000) == .certain)
  }

  /// t exp(-stability) over many powers of ten.
  @Test func ratesOfWaiting() {
    for stability: UInt32 in [1, 256, 10 * 256 + 7, 40 * 256, 60 * 256, 100 * 256] {
      for t: UInt64 in [1, 3, 1_000, 1_000_000_007, 1 << 62, .max] {
        let exact = Double(t) * exp(-Double(stability) / 256)
        let rate = EventRate(nanoseconds: t, stability: stability)
        if exact >= 32 {
          #expect(rate == .certain)
        } else {
          let actual = Double(rate.perCell) / 0x1p40
          #expect(abs(actual - exact) <= 2e-6 * exact + 2 / 0x1p40, "\(stability), \(t)")
        }
      }
    }
    #expect(EventRate(nanoseconds: .max, stability: 0) == .zero)
    #expect(EventRate(nanoseconds: 0, stability: 1) == .zero)
  }

  /// Events in `cells` cells, walked through in pieces of `piece`.
  private func events(_ rate: EventRate, seed: UInt64, cells: Int, piece: Int) -> [Int] {
    var stream = EventStream(seed: seed, stream: 0)
    var found: [Int] = []
    for start in stride(from: 0, to: cells, by: piece) {
      let end = min(start + piece, cells)
      var cell = start
      while let hit = stream.next(rate, from: cell, to: end) {
        #expect(hit >= cell && hit < end)
        found.append(hit)
        stream.draw()
        cell = hit + 1
      }
    }
    return found
  }

  /// Five deviations of a binomial distribution, and that neighbours do not depend on each
  /// other: an event is followed by one as often as any cell has one.
  @Test(arguments: [100, 1_000, 16_000, 250_000, 900_000] as [UInt32])
  func rateOfEvents(ppm: UInt32) {
    let q = Double(ppm) / 1e6
    let cells = ppm < 1000 ? 20_000_000 : 1_000_000
    let found = events(EventRate(ppm: ppm), seed: 3, cells: cells, piece: 60_000)
    let n = Double(cells)
    #expect(abs(Double(found.count) - n * q) < 5 * (n * q * (1 - q)).squareRoot())
    var pairs = 0
    for i in found.indices.dropFirst() where found[i] == found[i - 1] + 1 { pairs += 1 }
    let m = Double(found.count)
    #expect(abs(Double(pairs) - m * q) < 5 * (m * q * (1 - q)).squareRoot() + 2)
  }

  /// How cells are cut into rows moves no event.
  @Test func cutsDoNotMatter() {
    let rate = EventRate(ppm: 16_000)
    let whole = events(rate, seed: 9, cells: 60_000, piece: 60_000)
    for piece in [1, 7, 512, 1000] {
      #expect(events(rate, seed: 9, cells: 60_000, piece: piece) == whole)
    }
  }

  @Test func certainAndNever() {
    #expect(events(.certain, seed: 1, cells: 1000, piece: 10) == Array(0..<1000))
    #expect(events(.zero, seed: 1, cells: 1000, piece: 10) == [])
  }

  @Test func seedsDiffer() {
    let rate = EventRate(ppm: 100_000)
    let one = events(rate, seed: 1, cells: 1000, piece: 1000)
    #expect(one == events(rate, seed: 1, cells: 1000, piece: 1000))
    #expect(one != events(rate, seed: 2, cells: 1000, piece: 1000))
    #expect(one != events(rate, seed: 1 << 32 | 1, cells: 1000, piece: 1000))
  }

  /// Carries and borrows through any number of planes, against integers.
  @Test func stepOfALane() {
    for planes in 1...7 {
      for plane in 0..<planes {
        for value in 0..<UInt32(1 << planes) {
          for up in [true, false] {
            var words = [UInt32](repeating: 0x1234_5678, count: 2 * planes)
            words.withUnsafeMutableBufferPointer { buffer in
              let matrix = BitMatrix(base: buffer.baseAddress!, rows: planes, words: 2)
              matrix.replaceInteger(lane: 37, value)
              let lost = matrix.step(lane: 37, plane: plane, down: up ? 0 : ~0)
              let sum = Int(value) + (up ? 1 : -1) << plane
              #expect(matrix.integer(lane: 37) == UInt32(sum & (1 << planes - 1)))
              #expect(lost == (sum < 0 || sum >= 1 << planes))
            }
            for i in words.indices {
              let expected: UInt32 = 0x1234_5678
              #expect(i % 2 == 1 ? words[i] | 32 == expected | 32 : words[i] == expected)
            }
          }
        }
      }
    }
  }
}
