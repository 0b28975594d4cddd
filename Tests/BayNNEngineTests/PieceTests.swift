// SPDX-License-Identifier: Apache-2.0
import Foundation
import Testing

@testable import BayNNCore
@testable import BayNNEngine
@testable import BayNNModel

/// Pieces of inferences with the published models: none is larger than the model says, and none
/// is a large part of a pass.
@Suite struct PieceTests {
  /// A piece takes a twentieth of a pass at most, or so many units: a pass of a small model is
  /// little more.
  static let small: UInt64 = 4608

  @Test func partsOfAPass() throws {
    for entry in try ModelVectorsTests.entries() {
      let held = try HeldModel(ModelVectorsTests.image(entry.model))
      let summary = try ModelSummary(held.view)
      #expect(
        summary.pieceWork <= max(summary.passWork / 20, PieceTests.small), "\(entry.model)")
      guard ModelVectorsTests.runs(summary) else { continue }
      for keepsSums in [true, false] {
        let config = SessionConfig(posterior: .exact, keepsSums: keepsSums)
        try check(entry, summary, TestSession(held, config), held.model.input)
      }
    }
  }

  /// Counts what each piece takes.
  private func check(
    _ entry: ModelVectorsTests.Entry, _ summary: ModelSummary,
    _ test: TestSession, _ shape: InputShape
  ) throws {
    var random = SeededGenerator(seed: UInt64(entry.seed))
    let input = (0..<Int(shape.elements)).map { _ in
      UInt8.random(in: 0...UInt8(shape.maximum), using: &random)
    }
    let session = test.session
    try session.pointee.begin(input, bytes: input.count)
    var largest: UInt32 = 0
    var work: UInt64 = 0
    while !session.pointee.isFinished {
      let piece = try session.pointee.step(workMax: 0)
      largest = max(largest, piece)
      work += UInt64(piece)
    }
    let leaves = try UInt64(session.result().leaves)
    #expect(UInt64(largest) <= summary.pieceWork, "\(entry.model)")
    #expect(work <= leaves * summary.passWork, "\(entry.model)")
  }
}
