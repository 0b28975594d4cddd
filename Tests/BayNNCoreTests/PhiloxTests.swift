// SPDX-License-Identifier: Apache-2.0
import Testing

@testable import BayNNCore

@Suite struct PhiloxTests {
  /// kat_vectors of Random123, philox4x32-10.
  @Test func publishedVectors() {
    #expect(
      Philox.block(key: (0, 0), counter: (0, 0, 0, 0))
        == (0x6627_E8D5, 0xE169_C58D, 0xBC57_AC4C, 0x9B00_DBD8))
    #expect(
      Philox.block(key: (~0, ~0), counter: (~0, ~0, ~0, ~0))
        == (0x408F_276D, 0x41C8_3B0E, 0xA20B_C7C6, 0x6D54_51FD))
    #expect(
      Philox.block(
        key: (0xA409_3822, 0x299F_31D0),
        counter: (0x243F_6A88, 0x85A3_08D3, 0x1319_8A2E, 0x0370_7344))
        == (0xD16C_FE09, 0x94FD_CCEB, 0x5001_E420, 0x2412_6EA1))
  }

  /// Each word is uniform: chi-square over 256 bins of 65536 draws, 255 degrees of
  /// freedom; the bound is the 99.99 % quantile.
  @Test func uniform() {
    var bins = [Int](repeating: 0, count: 256)
    for i in 0..<16384 {
      let b = Philox.block(key: (1, 2), counter: (UInt32(i), 0, 0, 0))
      for word in [b.0, b.1, b.2, b.3] { bins[Int(word >> 24)] += 1 }
    }
    let chi = bins.reduce(0.0) { $0 + Double(($1 - 256) * ($1 - 256)) / 256 }
    #expect(chi < 347)
  }
}
