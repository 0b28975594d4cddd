// SPDX-License-Identifier: Apache-2.0
import CBayNN
import Foundation
import Testing

@testable import BayNNCIMEmulator

@Suite struct ConverterTests {
  private func settings(
    _ configure: (inout baynn_cim_emulator_config_t) -> Void
  ) throws -> ConverterSettings {
    try TestDevice.settings(configure).converter
  }

  /// The reciprocal gives the same as a division, at every step from one count to the next.
  @Test(arguments: [(4, 262_140), (53_200, 135_700), (4, 8), (100_000, 100_012)])
  func countIsTheQuotient(antiparallel: UInt32, parallel: UInt32) throws {
    let settings = try settings {
      $0.antiparallel_ns = antiparallel
      $0.parallel_ns = parallel
    }
    let difference = Int(settings.difference)
    for rows in [1, 2, 16, 100, 4096] {
      let converter = Converter(settings, rows: rows)
      for count in Set((0...rows).filter { $0 % 31 == 0 || $0 > rows - 3 }) {
        for step in [-1, 0] {
          let sum =
            rows * Int(settings.antiparallel) + count * difference + step
            - difference / 2
          guard sum >= 0 else { continue }
          let exact = max(0, min(count + step, rows))
          #expect(Int(converter.count(sum: UInt32(sum))) == exact)
          #expect(Int(converter.count(current: Int64(sum) << 8, offset: 0)) == exact)
        }
      }
    }
  }

  @Test func offsetGainErrorAndSaturation() throws {
    let settings = try settings {
      $0.converter_gain_error_ppm = 100_000
      $0.converter_saturation = 9
    }
    let converter = Converter(settings, rows: 16)
    func current(_ count: Double) -> Int64 {
      Int64((16 * Double(settings.antiparallel) + count * Double(settings.difference)) * 256)
    }
    for tenths in 0...160 {
      let count = Double(tenths) / 10
      for offset: Int32 in [0, 128, -512] {
        let value = Double(current(count)) * 1.1 / 256
        let exact =
          (value - 16 * Double(settings.antiparallel)) / Double(settings.difference)
          + Double(offset) / 256 + 0.5
        guard abs(exact - exact.rounded()) > 0.001 else { continue }
        let actual = converter.count(current: current(count), offset: offset)
        #expect(Int(actual) == max(0, min(9, Int(exact.rounded(.down)))))
      }
    }
  }

  /// With 2 n + 1 codes and no deviations every count is a code.
  @Test(arguments: [1, 7, 16, 64, 4096])
  func codesWithoutDeviationsAreExact(rows: Int) throws {
    let settings = try settings { $0.converter_codes = UInt32(2 * rows + 1) }
    let converter = Converter(settings, rows: rows)
    for count in 0...rows {
      let sum = rows * Int(settings.antiparallel) + count * Int(settings.difference)
      #expect(Int(converter.count(current: Int64(sum) << 8, offset: 0)) == count)
    }
  }

  /// Against the definition in doubles.
  @Test(arguments: [2, 5, 33, 1000])
  func codesAreEvenlySpread(codes: UInt32) throws {
    let settings = try settings {
      $0.converter_codes = codes
      $0.parallel_deviation_ns = 5500
      $0.antiparallel_deviation_ns = 2500
    }
    let rows = 16.0
    let converter = Converter(settings, rows: 16)
    let low = rows * 53_200 - 3 * 2500 * rows.squareRoot()
    let high = rows * 135_700 + 3 * 5500 * rows.squareRoot()
    let step = (high - low) / Double(codes - 1)
    for current in stride(from: low - 100_000, to: high + 100_000, by: 3333) {
      let position = max(0, min((current - low) / step, Double(codes - 1)))
      guard abs(position - position.rounded(.down) - 0.5) > 0.001 else { continue }
      let value = low + position.rounded() * step
      let exact = (value - rows * 53_200) / 82_500
      guard abs(exact - exact.rounded(.down) - 0.5) > 0.001 else { continue }
      let actual = converter.count(current: Int64(current * 64), offset: 0)
      #expect(Int(actual) == Int(max(0, min(rows, exact.rounded()))))
    }
  }

  @Test func countsBecomePlanes() {
    var counts = (0..<32).map { UInt16(truncatingIfNeeded: ($0 * 2_654_435) >> 3 & 0x1FFF) }
    counts[0] = 4096
    counts[31] = 0x1FFF
    var planes = [UInt32](repeating: ~0, count: 26)
    CountPlanes.put(counts, &planes, words: 2, planes: 13)
    for i in 0..<32 {
      let value = (0..<13).reduce(0) { $0 | Int(planes[2 * $1] >> UInt32(i) & 1) << $1 }
      #expect(value == Int(counts[i]))
    }
    #expect((0..<13).allSatisfy { planes[2 * $0 + 1] == ~0 })
  }
}
