// SPDX-License-Identifier: Apache-2.0
import Testing

@testable import BayNNTool

@Suite struct CalibrationTests {
  @Test func upperEdgesBelongToTheirBin() {
    var bins = CalibrationBins()
    // Just above and exactly at multiples of 1/15, which are no binary fractions, 0 and 1.
    for confidence in [0, 0.06, 0.07, 0.2, 0.2000001, 0.999, 1] {
      bins.add(confidence: confidence, isRight: false)
    }
    #expect(bins.bins.map(\.count) == [2, 1, 1, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 2])
  }

  @Test func errorByHand() throws {
    var bins = CalibrationBins()
    // Bin 8 (0.533 to 0.6): confidence 0.55 and 0.59, one right: |1.14 - 1|.
    bins.add(confidence: 0.55, isRight: true)
    bins.add(confidence: 0.59, isRight: false)
    // Bin 13 (0.867 to 0.933): 0.9 and right: |0.9 - 1|.
    bins.add(confidence: 0.9, isRight: true)
    let error = try #require(bins.expectedCalibrationError)
    #expect(abs(error - (0.14 + 0.1) / 3) < 1e-12)
  }

  @Test func nothingCounted() {
    #expect(CalibrationBins().expectedCalibrationError == nil)
  }

  @Test func mergedIsTheSameAsAddedAtOnce() {
    var (whole, first, second) = (CalibrationBins(), CalibrationBins(), CalibrationBins())
    for k in 0..<64 {
      let confidence = Double(k) / 64
      whole.add(confidence: confidence, isRight: k % 3 == 0)
      if k < 20 {
        first.add(confidence: confidence, isRight: k % 3 == 0)
      } else {
        second.add(confidence: confidence, isRight: k % 3 == 0)
      }
    }
    first.merge(second)
    #expect(first == whole)
  }
}
