// SPDX-License-Identifier: Apache-2.0
import CBayNN
import Foundation
import Testing

@testable import BayNNTool

/// The digits model that is in the repository, from file to report.
@Suite struct DigitsTests {
  private static func evaluate(
    _ settings: SessionSettings = SessionSettings(), threads: Int = 2, limit: Int = 450
  ) async throws -> SetTally {
    let model = try LoadedModel(path: Fixtures.model)
    let data = try DataSet.read(Fixtures.records, labels: nil, for: model.summary)
    return try await Evaluator(model: model.summary, threads: threads) {
      try SessionPredictor(model: model, settings: settings)
    }.evaluate(data.prefix(limit))
  }

  @Test func sameLineAsTheExample() async throws {
    let tally = try await DigitsTests.evaluate()
    let found = try #require(tally.classification)
    let line =
      "\(found.right)/\(found.count) correct, \(found.count - found.kept) abstained, "
      + "hash \(tally.hash.text)"
    #expect(line == (try Fixtures.digitsLine()))
    #expect(tally.scores.flagged == found.count - found.kept)
  }

  @Test func drawsDoNotDependOnThreadsOrMemory() async throws {
    var settings = SessionSettings(posterior: .sampled, passes: 3, seed: 9)
    let one = try await DigitsTests.evaluate(settings, threads: 1, limit: 70)
    let many = try await DigitsTests.evaluate(settings, threads: 5, limit: 70)
    #expect(one == many)
    settings.memory = .minimal
    #expect(try await DigitsTests.evaluate(settings, limit: 70) == one)
    settings.seed = 10
    #expect(try await DigitsTests.evaluate(settings, limit: 70).hash.text != one.hash.text)
  }

  /// Input i is call i of the stream, as on a device that predicts one after the other.
  @Test func drawsAreThoseOfOneSession() async throws {
    let settings = SessionSettings(posterior: .sampled, passes: 3, seed: 9)
    let tally = try await DigitsTests.evaluate(settings, threads: 3, limit: 70)
    let model = try LoadedModel(path: Fixtures.model)
    let data = try DataSet.read(Fixtures.records, labels: nil, for: model.summary)
    let session = try SessionPredictor(model: model, settings: settings)
    var hash = PredictionHash()
    for i in 0..<70 { hash.add(try data.inputs.withInput(i) { try session.infer($0) }) }
    #expect(tally.hash.text == hash.text)
  }

  @Test func info() throws {
    let report = try ModelReport(LoadedModel(path: Fixtures.model))
    #expect(report.name == "digits" && report.labels == (0...9).map(String.init))
    #expect(report.input == ModelReport.Input(height: 8, width: 8, channels: 1, maximum: 16))
    #expect(report.storage.map(\.posterior) == SessionSettings.Posterior.allCases)
    #expect(report.storage.allSatisfy { $0.minimalBytes < $0.fastBytes })
    #expect(report.text.contains("2 sites (4 networks), 2 random bits a pass, 1 random unit"))
    let decoded = try JSONSerialization.jsonObject(with: Data(jsonText(of: report).utf8))
    let object = try #require(decoded as? [String: Any])
    #expect(object["image_bytes"] as? Int == 10_220)
    #expect(object["default_posterior"] as? String == "exact")
  }

  @Test func selfTest() throws {
    let run = try SelfTestRun(LoadedModel(path: Fixtures.model))
    #expect(run.hasPassed && run.firstFailure == nil)
    let text = run.text(knownAnswers: 16, hasColour: false)
    #expect(text.contains("bit for bit (16)") && text.hasSuffix("all tests passed\n"))
  }

  @Test func selfTestThatFails() {
    let report = baynn_self_test_report_t(
      struct_bytes: 32, requested: 31, completed: 15, failed: BAYNN_TEST_IMAGE,
      first_failed: BAYNN_TEST_IMAGE, first_index: 35, first_actual: 1, first_expected: 0xABC)
    let run = SelfTestRun(report: report, storageBytes: 8)
    let text = run.text(knownAnswers: 0, hasColour: false)
    #expect(!run.hasPassed && text.hasSuffix("the self-test failed\n"))
    #expect(text.contains("model    not run") && text.contains("image    failed"))
    #expect(text.contains("image: BAYNN_ERROR_IMAGE_CRC: 00000001 in place of 00000abc"))
  }

  @Test func predictDrawsTheDigit() throws {
    let model = try LoadedModel(path: Fixtures.model)
    let data = try DataSet.read(Fixtures.records, labels: nil, for: model.summary)
    let session = try SessionPredictor(model: model, settings: SessionSettings())
    let picture = try PredictionPicture(
      of: 17, in: data, by: session, model: model.summary, hasColour: false)
    #expect(picture.text.contains("9, 100.0 % (right)"))
    // A name, a bar of 40 columns and a percentage for each class.
    let rows = picture.text.split(separator: "\n").filter { $0.hasSuffix(" %") && $0.count == 52 }
    #expect(rows.count == 10)
    #expect(!picture.text.contains("\u{1B}"))
  }

  /// Stopping early may change probabilities, never the label.
  @Test func settledLabelsAreTheSame() async throws {
    let whole = try await DigitsTests.evaluate(SessionSettings(posterior: .exact))
    let settled = try await DigitsTests.evaluate(SessionSettings(posterior: .exact, stop: .settled))
    #expect(settled.classification?.right == whole.classification?.right)
    #expect(settled.scores.networks < whole.scores.networks)
  }

  @Test func damagedModels() throws {
    let image = try readFile(Fixtures.model, what: "a model")
    let opening = { (bytes: [UInt8]) in
      failure { _ = try LoadedModel(bytes, path: "a/m.baynn") }?.message
    }
    #expect(opening(Array(image.prefix(100)))?.contains("m.baynn: is cut off") == true)
    #expect(opening([1] + image.dropFirst())?.contains("is not a BayNN model") == true)
    var damaged = image
    damaged[5000] ^= 1
    #expect(opening(damaged)?.contains("is damaged: its checksum is wrong") == true)
    #expect(opening(image + [1, 2, 3]) == nil)
  }
}
