// SPDX-License-Identifier: Apache-2.0
import BayNNCore
import BayNNEngine
import BayNNModel
import BayNNSelfTest

/// The self-test of arrays and of their stochastic unit. Nothing is written to them.
extension ArrayModel {
  /// What a test has found so far.
  struct TestTally {
    /// Wrong cells of the array at test.
    var cellsWrong: UInt32 = 0
    /// Ones, bits that equal the one before, and the last bit.
    var ones: UInt32 = 0
    var repeats: UInt32 = 0
    var last: UInt32 = 2
    /// Known answers with another label.
    var answersWrong: UInt32 = 0
  }

  /// The test of the arrays at an address, which stays in place.
  package static func deviceTest(_ arrays: UnsafeMutablePointer<ArrayModel>) -> DeviceTest {
    DeviceTest(
      arrays,
      run: { arrays, test in
        ArrayModel.runTest(
          arrays.assumingMemoryBound(to: ArrayModel.self),
          &test.assumingMemoryBound(to: SelfTest.self).pointee)
      })
  }

  /// Storage that a self-test with arrays needs.
  package static func testStorageBytes(
    _ arrays: UnsafeMutablePointer<ArrayModel>
  ) throws(Fault) -> Int {
    let model = ArraySession.model(of: arrays)
    let config = SelfTest.sessionConfig(model)
    return max(
      max(try ArraySession.storageBytes(arrays, config), SelfTest.testBytes(model)),
      4 &* UnitTest.words)
  }

  private static func runTest(
    _ arrays: UnsafeMutablePointer<ArrayModel>, _ test: inout SelfTest
  ) -> UInt32 {
    do throws(Fault) {
      switch test.current {
      case TestBits.array: return try arrays.pointee.testRows(&test)
      case TestBits.unit: return try arrays.pointee.testUnit(&test)
      default: return try testAnswers(arrays, &test)
      }
    } catch {
      test.fail(
        index: UInt32(truncatingIfNeeded: test.offset),
        actual: UInt32(bitPattern: 0 &- error.status), expected: 0)
      return 1
    }
  }

  // MARK: Cells

  private static let rowsPerPiece = 16

  private mutating func testRows(_ test: inout SelfTest) throws(Fault) -> UInt32 {
    guard test.offset < end else {
      test.finish()
      return 1
    }
    let work = 2 &* UInt32(truncatingIfNeeded: ArrayModel.rowsPerPiece &* arrays.geometry.columns)
    var reader = try PlacementReader(model, tiling)
    for _ in indices(ArrayModel.rowsPerPiece) {
      guard test.offset < end, test.current == TestBits.array else { return work }
      try testRow(test.offset, &reader, &test)
      // After a failure offset is that of the next test.
      if test.current == TestBits.array { test.offset &+= 1 }
    }
    return work
  }

  private mutating func testRow(
    _ address: Int, _ reader: inout PlacementReader, _ test: inout SelfTest
  ) throws(Fault) {
    let array = address / tiling.rows
    let number = address &- array &* tiling.rows
    let index = UInt32(
      truncatingIfNeeded: (firstArray &+ array) &* arrays.geometry.rows &+ number)
    if number == 0 {
      tally.cellsWrong = 0
      let wrong = try labelCellsWrong(array)
      let most = Label.wrongMax(arrays.geometry)
      guard wrong <= most else {
        let label = index &+ UInt32(truncatingIfNeeded: tiling.rows)
        return test.fail(
          index: label, actual: UInt32(truncatingIfNeeded: wrong),
          expected: UInt32(truncatingIfNeeded: most))
      }
    }
    try reader.seek(address)
    guard let placement = reader.current,
      let row = WeightRow(self, placement, address: address)
    else { return }
    tally.cellsWrong &+= UInt32(truncatingIfNeeded: try testedCellsWrong(row, array, number))
    if tally.cellsWrong > wrongCellsMax {
      test.fail(index: index, actual: tally.cellsWrong, expected: wrongCellsMax)
    }
  }

  private mutating func testedCellsWrong(
    _ row: WeightRow, _ array: Int, _ number: Int
  ) throws(Fault) -> Int {
    var expected = RowBuffer()
    var found = RowBuffer()
    return try expected.with { expected throws(Fault) in
      row.fill(expected, count: arrays.geometry.columnWords)
      return try found.with { found throws(Fault) in
        try cellsWrong(row, expected, array, number, found: found)
      }
    }
  }

  // MARK: Stochastic unit

  /// Bits are drawn in pieces, at one probability after the other.
  private mutating func testUnit(_ test: inout SelfTest) throws(Fault) -> UInt32 {
    let number = test.offset / UnitTest.pieces
    guard number < UnitTest.probabilities.count else {
      test.finish()
      return 1
    }
    if test.offset &- number &* UnitTest.pieces == 0 { tally = TestTally() }
    let probability = UnitTest.probabilities[unchecked: number]
    let bits = test.storage.assumingMemoryBound(to: UInt32.self)
    try arrays.draw(UnitTest.bitsPerPiece, probability: probability, into: bits)
    for lane in indices(UnitTest.bitsPerPiece) {
      let bit = bits[lane >> 5] &>> UInt32(truncatingIfNeeded: lane & 31) & 1
      tally.ones &+= bit
      tally.repeats &+= bit == tally.last ? 1 : 0
      tally.last = bit
    }
    test.offset &+= 1
    if test.offset == (number &+ 1) &* UnitTest.pieces,
      let wrong = UnitTest.judge(tally, probability)
    {
      test.fail(index: probability, actual: wrong.actual, expected: wrong.expected)
    }
    return UInt32(truncatingIfNeeded: 4 &* UnitTest.bitsPerPiece)
  }
}

// MARK: Known answers

extension ArrayModel {
  /// On arrays one answer in so many may have another label.
  private static let answersPerWrongOne: UInt32 = 8

  private static func testAnswers(
    _ arrays: UnsafeMutablePointer<ArrayModel>, _ test: inout SelfTest
  ) throws(Fault) -> UInt32 {
    let model = test.model.pointee
    guard test.offset < model.answerCount.int else {
      test.finish()
      return 1
    }
    let answer = KnownAnswers(test.model)[test.offset]
    let session = try testSession(arrays, &test)
    guard test.isAnswering else {
      session.pointee.restartCalls()
      try session.pointee.begin(answer.input, bytes: model.input.elements.int)
      test.isAnswering = true
      return model.input.elements
    }
    let work = try session.pointee.step(workMax: 1)
    guard session.pointee.isFinished else { return work }
    test.isAnswering = false
    let label = try session.result().label
    arrays.pointee.tally.answersWrong &+= label == answer.label ? 0 : 1
    if arrays.pointee.tally.answersWrong > model.answerCount / answersPerWrongOne {
      test.fail(
        index: UInt32(truncatingIfNeeded: test.offset), actual: label, expected: answer.label)
    }
    test.offset &+= 1
    return work
  }
}

extension ArrayModel {
  /// The session of all answers, which is made for the first one.
  private static func testSession(
    _ arrays: UnsafeMutablePointer<ArrayModel>, _ test: inout SelfTest
  ) throws(Fault) -> UnsafeMutablePointer<Session> {
    if let session = test.session { return session }
    arrays.pointee.tally = TestTally()
    let session = try ArraySession.make(
      in: test.storage, bytes: test.storageBytes, arrays, SelfTest.sessionConfig(test.model))
    test.session = session
    return session
  }
}

/// What random bits have to look like: 4096 of them at each probability.
///
/// Ones may be off by 1/16 of the bits, which a unit's spread may take, and by five standard
/// deviations of sampling; so may be bits that equal the one before, counted against the share
/// q^2 + (1 - q)^2 that independent bits with the share q of ones found have.
enum UnitTest {
  static let bitsPerPiece = 1024
  static let pieces = 4
  static let words = 32
  static let bits: UInt32 = 4096
  /// Q0.16.
  static let probabilities: InlineArray<3, UInt32> = [8_192, 32_768, 57_344]
  /// 1/16 of the bits, and 5 sqrt(4096) / 2.
  private static let tolerance: UInt32 = 256 + 160

  static func judge(
    _ tally: ArrayModel.TestTally, _ probability: UInt32
  ) -> (actual: UInt32, expected: UInt32)? {
    let expected = (bits &* probability) >> 16
    if distance(tally.ones, expected) > tolerance { return (tally.ones, expected) }
    let zeros = bits &- tally.ones
    // At most 2^24 each.
    let repeats = (tally.ones &* tally.ones &+ zeros &* zeros) / bits
    if distance(tally.repeats, repeats) > tolerance { return (tally.repeats, repeats) }
    return nil
  }

  private static func distance(_ a: UInt32, _ b: UInt32) -> UInt32 { a > b ? a &- b : b &- a }
}
