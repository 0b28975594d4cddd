// SPDX-License-Identifier: Apache-2.0
import Synchronization

/// Measures the devices of a study on several threads, one device a thread.
///
/// A device is a pure function of its settings and seed, and results are kept in the order of
/// points and seeds: the number of threads changes no result.
struct StudyRunner {
  /// A point of a study.
  struct Point: Sendable {
    var values: [DeviceField: Double]
    var run: DeviceRun
  }

  /// At least 1.
  let threads: Int
  let points: [Point]
  let seeds: [UInt64]

  private struct Job: Sendable {
    let point: Point
    let seed: UInt64
  }

  private struct JobResult: Sendable {
    let point: Point
    let result: DeviceResult
  }

  /// Adds to a study what it lacks.
  ///
  /// - Parameter save: called with the study now and then, and when all is done.
  func run(_ study: inout ArrayStudy, save: (ArrayStudy) throws -> Void) async throws {
    // Points in the order that was asked for, those of earlier runs behind them.
    let others = study.points.filter { old in !points.contains { $0.values == old.values } }
    study.points =
      points.compactMap { point in study.point(at: point.values).map { study.points[$0] } }
      + others
    let jobs = missing(in: study)
    let inputs = jobs.reduce(0) { $0 + $1.point.run.data.inputs.count }
    let progress = SharedProgress(
      title: jobs.count == 1 ? "1 device" : "\(jobs.count) devices", total: inputs)
    defer { progress.finish() }
    let clock = ContinuousClock()
    var saved = clock.now
    var started = 0
    try await withThrowingTaskGroup(of: JobResult.self) { group in
      func start() {
        guard started < jobs.count else { return }
        let job = jobs[started]
        started += 1
        group.addTask {
          JobResult(
            point: job.point,
            result: try job.point.run.measure(seed: job.seed) { progress.advance() })
        }
      }
      for _ in 0..<threads { start() }
      for try await done in group {
        start()
        study.add(done.result, at: done.point.values, arrays: done.point.run.arrays)
        if clock.now - saved > StudyRunner.savePeriod {
          try save(study)
          saved = clock.now
        }
      }
    }
    let order = Dictionary(
      uniqueKeysWithValues: points.enumerated().map { ($1.values, $0) })
    study.points = study.points.enumerated().sorted { one, other in
      let places = [one, other].map { order[$0.element.values] ?? points.count + $0.offset }
      return places[0] < places[1]
    }.map(\.element)
    try save(study)
  }

  private static let savePeriod = Duration.seconds(5)

  private func missing(in study: ArrayStudy) -> [Job] {
    points.flatMap { point in
      let known = study.point(at: point.values).map { study.points[$0].instances } ?? []
      let done = Set(known.map(\.seed))
      return seeds.filter { !done.contains($0) }.map { Job(point: point, seed: $0) }
    }
  }
}

/// A progress bar that several threads advance.
private final class SharedProgress: Sendable {
  private struct State {
    var bar: ProgressBar
    var done = 0
  }

  private let state: Mutex<State>

  init(title: String, total: Int) {
    state = Mutex(State(bar: ProgressBar(title: title, total: total)))
  }

  func advance() {
    state.withLock {
      $0.done += 1
      $0.bar.update(done: $0.done)
    }
  }

  func finish() { state.withLock { $0.bar.finish() } }
}
