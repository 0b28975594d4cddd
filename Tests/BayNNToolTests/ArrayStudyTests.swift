// SPDX-License-Identifier: Apache-2.0
import Foundation
import Testing

@testable import BayNNTool

/// The digits model on emulated devices, from options to results.
@Suite struct ArrayStudyTests {
  private static func plan(_ arguments: String..., limit: Int? = 40) throws -> StudyPlan {
    let limits = limit.map { ["--limit", "\($0)"] } ?? []
    let command = try ArrayEvaluateCommand.parse(
      [Fixtures.model, Fixtures.records] + limits + arguments)
    return try StudyPlan(command)
  }

  private static func study(_ plan: StudyPlan, threads: Int = 2) async throws -> ArrayStudy {
    var study = ArrayStudy(settings: plan.settings, withoutArrays: [:])
    try await StudyRunner(threads: threads, points: plan.points, seeds: plan.seeds)
      .run(&study) { _ in }
    return study
  }

  /// The hash that the C example prints, from cells: without a deviation nothing differs.
  @Test func idealCellsPredictTheSame() async throws {
    let plan = try ArrayStudyTests.plan(
      "--device", "ideal", "--instances", "1", "--rows", "128", "--columns", "96",
      "--active-rows", "7", limit: nil)
    let device = try #require(try await ArrayStudyTests.study(plan).points.first?.instances.first)
    #expect(try Fixtures.digitsLine().hasSuffix("hash \(try #require(device.hash))"))
    #expect(device.cellsWrong == 0 && device.failure == nil)
    let without = try await plan.withoutArrays(threads: 2)
    #expect(device.metrics == without && without[.accuracy] == 444.0 / 450)
  }

  @Test func devicesDifferBySeedAlone() async throws {
    let plan = try ArrayStudyTests.plan(
      "--instances", "3", "--active-rows", "64", "--scale-deviation", "2", "--device-seed", "5")
    let one = try await ArrayStudyTests.study(plan, threads: 1)
    let three = try await ArrayStudyTests.study(plan, threads: 3)
    #expect(one == three)
    let devices = one.points[0].instances
    #expect(devices.map(\.seed) == [5, 6, 7])
    #expect(Set(devices.map(\.hash)).count == 3)
    let next = try ArrayStudyTests.plan(
      "--instances", "1", "--active-rows", "64", "--scale-deviation", "2", "--device-seed", "7")
    #expect(try await ArrayStudyTests.study(next).points[0].instances == [devices[2]])
  }

  /// A study that was cut off goes on, and gets what one in one piece gets.
  @Test func goesOnWhereItWasCutOff() async throws {
    let sweep = "active-rows=64,16"
    let whole = try ArrayStudyTests.plan("--instances", "2", "--sweep", sweep)
    let expected = try await ArrayStudyTests.study(whole)
    #expect(expected.points.map(\.values) == [[.activeRows: 64], [.activeRows: 16]])
    let part = try ArrayStudyTests.plan("--instances", "1", "--sweep", "active-rows=16")
    let cut = try await ArrayStudyTests.study(part)
    try await Fixtures.withFolder(["study.json": Array(jsonText(of: cut).utf8)]) { folder in
      let path = folder + "/study.json"
      #expect(whole.settings == part.settings)
      var study = try #require(try ArrayStudy.read(path, for: whole.settings))
      #expect(study == cut)
      study.points[0].instances[0].hash = "kept"
      try await StudyRunner(threads: 2, points: whole.points, seeds: whole.seeds)
        .run(&study) { _ in }
      #expect(study.points[1].instances[0].hash == "kept")
      study.points[1].instances[0].hash = expected.points[1].instances[0].hash
      #expect(study == expected)

      let other = try ArrayStudyTests.plan("--instances", "1", "--sweep", sweep, "--stuck", "1")
      let error = failure { _ = try ArrayStudy.read(path, for: other.settings) }
      #expect(error?.message.contains("other settings (device);") == true)
      #expect(try ArrayStudy.read(folder + "/none.json", for: other.settings) == nil)
    }
  }

  private static func deviceAfterTenHours(
    stability: Int, recover: String
  ) async throws -> DeviceResult {
    let plan = try plan(
      "--device", "ideal", "--stability", "\(stability)", "--retention-hours", "10",
      "--recover", recover, "--instances", "1", limit: 100)
    return try await study(plan).points[0].instances[0]
  }

  @Test func scrubbingRepairsWhatRetentionFlips() async throws {
    // 3.6e13 ns at 34 kT flip 5.98 % of the MTJs, so one of two in 11.6 % of 50,432 cells: 5856,
    // sd 72.
    let found = try await ["none", "scrub", "ecc"].asyncMap {
      try await ArrayStudyTests.deviceAfterTenHours(stability: 34, recover: $0)
    }
    let plan = try ArrayStudyTests.plan("--device", "ideal", limit: 100)
    let without = try await plan.withoutArrays(threads: 2)
    #expect((found[0].metrics[.accuracy] ?? 1) < 0.9 && found[1].metrics == without)

    let scrubbed = try #require(found[1].scrub)
    #expect(found[0].scrub == nil && found[0].scrubbing == nil)
    #expect(abs(scrubbed.cellsWrong - 5856) < 4 * 72 && scrubbed.cellsLeft == 0)
    #expect(scrubbed.rows == 448 && scrubbed.wordsUncorrectable == 0)
    #expect((found[2].scrub?.wordsUncorrectable ?? 0) > 0)
    let cost = try #require(found[1].scrubbing)
    #expect(cost.rowWrites >= Double(scrubbed.rowsWrong) && cost.energyPicojoules > 0)
  }

  /// At 40 kT some 19 cells in all are wrong, hardly two of them in one word.
  @Test func checkBitsRepairOneCellOfAWord() async throws {
    let plan = try ArrayStudyTests.plan("--device", "ideal", limit: 100)
    let without = try await plan.withoutArrays(threads: 2)
    let left = try await ArrayStudyTests.deviceAfterTenHours(stability: 40, recover: "none")
    #expect(left.metrics != without)
    let repaired = try await ArrayStudyTests.deviceAfterTenHours(stability: 40, recover: "ecc")
    #expect(repaired.metrics == without)
    let scrub = try #require(repaired.scrub)
    #expect(scrub.cellsWrong > 0 && scrub.wordsUncorrectable == 0)
  }

  @Test func calibrationUsesInputsThatAreNotEvaluated() async throws {
    let faults = [
      "--device", "ideal", "--converter-offset-deviation", "1.5", "--calibration-inputs", "30",
    ]
    let found = try await ["none", "calibrate"].asyncMap { recover in
      let command = try ArrayEvaluateCommand.parse(
        [Fixtures.model, Fixtures.records, "--instances", "2", "--recover", recover] + faults)
      return try await ArrayStudyTests.study(StudyPlan(command))
    }
    #expect(found.map(\.settings.inputs) == [420, 420])
    #expect(found.map(\.settings.calibrationInputs) == [0, 30])
    #expect(found[0].settings.dataChecksum == found[1].settings.dataChecksum)
    let losses = found.map { $0.points[0].summary[.negativeLogLikelihood]?.mean ?? 0 }
    #expect(losses[1] < losses[0] / 2, "\(losses)")
    #expect((found[1].points[0].instances[0].calibration?.macs ?? 0) > 30)
  }

  @Test func fasterModels() async throws {
    let column = try ArrayStudyTests.plan(
      "--fidelity", "column", "--instances", "2", "--active-rows", "64", "--scale-deviation", "3")
    let devices = try await ArrayStudyTests.study(column).points[0].instances
    #expect(devices[0].hash != devices[1].hash && devices[0].inference == nil)
    let bits = try ArrayStudyTests.plan("--fidelity", "bits", "--instances", "1", "--stuck", "2")
    let faulty = try await ArrayStudyTests.study(bits).points[0].instances[0]
    // 50,432 weights of which 2 % are stuck, half of them at the wrong value: 504, sd 22.
    let wrong = try #require(faulty.weightsWrong)
    #expect((394...614).contains(wrong), "\(wrong)")
    #expect(faulty.cellsWrong == nil)
  }

  @Test func unusableDevicesCountApart() async throws {
    let plan = try ArrayStudyTests.plan("--device", "ideal", "--instances", "2", "--stuck", "90")
    let study = try await ArrayStudyTests.study(plan)
    let point = study.points[0]
    #expect(point.unusable == 2 && point.summary.isEmpty && point.instances.count == 2)
    #expect(point.instances[0].failure == "programming: BAYNN_ERROR_CIM_WRITE")
    let text = study.text(of: [[:]], heading: "")
    #expect(text.contains("first: programming: BAYNN_ERROR_CIM_WRITE"))
  }

  @Test func spreads() throws {
    let spread = try #require(Spread([0.5, 0.9, 0.7], isHigherBetter: true))
    #expect(spread.worst == 0.5 && spread.best == 0.9 && abs(spread.mean - 0.7) < 1e-15)
    #expect(abs(try #require(spread.standardDeviation) - 0.2) < 1e-15)
    let loss = try #require(Spread([3], isHigherBetter: false))
    #expect(loss.worst == 3 && loss.standardDeviation == nil)
    #expect(Spread([1, 2], isHigherBetter: false)?.worst == 2)
    #expect(Spread([], isHigherBetter: true) == nil)
  }

  @Test func whatHasNoEffectIsRefused() {
    let cases: [([String], String)] = [
      (["--fidelity", "column", "--recover", "scrub"], "--recover needs cells"),
      (["--fidelity", "bits", "--parallel-deviation", "1"], "--parallel-deviation has no effect"),
      (["--fidelity", "column", "--sweep", "stuck=0,1"], "--stuck has no effect"),
      (["--retention-hours", "1"], "give --stability or --drift"),
      (["--arrays", "1"], "the model needs 2 arrays of 256 x 256, not 1: use --arrays 2"),
      (["--columns", "32", "--ecc"], "does not fit on arrays of 256 x 32"),
      (["--recover", "calibrate", "--calibration-inputs", "450"], "leave none to evaluate"),
      (["--posterior", "exact", "--sweep", "active-rows=8,257"], "more than the 256 rows"),
    ]
    for (arguments, message) in cases {
      let error = failure {
        _ = try StudyPlan(
          ArrayEvaluateCommand.parse([Fixtures.model, Fixtures.records] + arguments))
      }
      #expect(error?.message.contains(message) == true, "\(error?.message ?? "\(arguments)")")
    }
  }
}

extension Array {
  /// One after the other.
  fileprivate func asyncMap<T>(_ body: (Element) async throws -> T) async throws -> [T] {
    var result: [T] = []
    for element in self { result.append(try await body(element)) }
    return result
  }
}
