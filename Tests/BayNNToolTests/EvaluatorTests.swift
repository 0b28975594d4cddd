// SPDX-License-Identifier: Apache-2.0
import Foundation
import Testing

@testable import BayNNTool

@Suite struct EvaluatorTests {
  private static func evaluate(
    _ model: ModelSummary, _ bytes: [UInt8], _ targets: Targets?, threads: Int = 1
  ) async throws -> SetTally {
    let inputs = InputSet(name: "x", elements: model.inputElements, bytes: bytes)
    return try await Evaluator(model: model, threads: threads) {
      FakePredictor(model: model)
    }.evaluate(DataSet(inputs: inputs, targets: targets))
  }

  @Test func partsCoverASetInOrder() {
    for count in [1, 2, 31, 255, 256, 257, 512, 10_000, 100_001] {
      let parts = Evaluator.parts(count: count)
      #expect(parts.flatMap { Array($0) } == Array(0..<count))
      #expect(parts.allSatisfy { (1...32).contains($0.count) })
    }
  }

  @Test func labels() async throws {
    let model = Fixtures.summary(input: [1, 1, 1], labels: 3)
    let tally = try await EvaluatorTests.evaluate(
      model, [0, 1, 2, 3], .labels([0, 2, 0, 1], positions: 1))
    let found = try #require(tally.classification)
    // Right; the second most probable; likewise; the second most probable.
    #expect(found.count == 4 && found.right == 1 && found.kept == 2 && found.keptRight == 1)
    let expected = (log(2.0) + 3 * log(4.0)) / 4
    #expect(abs(try #require(found.negativeLogLikelihood) - expected) < 1e-12)
    #expect(tally.scores.flagged == 2 && tally.scores.entropy == [0, 1, 2, 3].map { $0 / 256 })
  }

  @Test func mapsIgnoreWhatDoesNotCount() async throws {
    let model = Fixtures.summary(input: [1, 1, 1], map: [1, 3], labels: 4)
    let tally = try await EvaluatorTests.evaluate(
      model, [0, 5], .labels([0, 255, 3, 1, 3, 255], positions: 3))
    let found = try #require(tally.classification)
    // Predicted 0 1 2 and 1 2 3; odd positions abstain.
    #expect(found.count == 4 && found.right == 2 && found.kept == 3 && found.keptRight == 2)
    #expect(found.overlap.intersectionOverUnion(of: 0) == 1)
    #expect(found.overlap.intersectionOverUnion(of: 3) == 0)
    #expect(found.overlap.meanIntersectionOverUnion == 0.5)
    let expected = (2 * log(2.0) + 2 * log(4.0)) / 4
    #expect(abs(try #require(found.negativeLogLikelihood) - expected) < 1e-12)
    #expect(tally.scores.count == 2 && tally.scores.flagged == 1)
  }

  @Test func regression() async throws {
    let model = Fixtures.summary(input: [1, 1, 1], labels: 2, task: .regression)
    let tally = try await EvaluatorTests.evaluate(
      model, [2, 4], .values([2, 6, 5, 5], outputs: 2))
    #expect(tally.classification == nil && tally.regression.count == 2)
    #expect(tally.regression[0].rootMeanSquaredError == 0.5.squareRoot())
    #expect(tally.regression[1].rootMeanSquaredError == (4.5).squareRoot())
    #expect(tally.scores.deviation == [2, 2])
    #expect(tally.regression[0].coverage == 1 && tally.regression[1].coverage == 1)
  }

  @Test func withoutTargets() async throws {
    let model = Fixtures.summary(input: [1, 1, 1], map: [2, 2], labels: 3)
    let tally = try await EvaluatorTests.evaluate(model, [1, 2, 3], nil)
    #expect(tally.classification == nil && tally.scores.count == 3)
  }

  /// The leaves that the fake reports are call numbers, so hashes see the stream of draws.
  @Test(arguments: [2, 3, 7])
  func threadsChangeNothing(threads: Int) async throws {
    let model = Fixtures.summary(input: [1, 1, 1], map: [1, 2], labels: 5)
    let bytes = (0..<1000).map { UInt8($0 * 7 % 256) }
    let targets = Targets.labels((0..<2000).map { UInt8($0 % 5) }, positions: 2)
    let one = try await EvaluatorTests.evaluate(model, bytes, targets)
    let many = try await EvaluatorTests.evaluate(model, bytes, targets, threads: threads)
    #expect(one == many)
    #expect(
      one.hash.text
        != (try await EvaluatorTests.evaluate(
          model, bytes.reversed(), targets)).hash.text)
  }

  @Test func errorsComeThrough() async throws {
    let model = Fixtures.summary(input: [1, 1, 1])
    let data = try DataSet(
      inputs: InputSet(name: "x", elements: 1, bytes: [0]), targets: nil)
    let evaluator = Evaluator(model: model, threads: 2) { throw ToolError.usage("no") }
    await #expect(throws: ToolError.usage("no")) { try await evaluator.evaluate(data) }
  }
}
