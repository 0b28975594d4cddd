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
          let inputs = job.point.run.data.inputs.count
          var done = 0
          let result = try job.point.run.measure(seed: job.seed) {
            done += 1
            progress.advance(by: 1)
          }
          // A device that cannot be used has not seen all.
          progress.advance(by: inputs - done)
          return JobResult(point: job.point, result: result)
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
    study.points = inOrder(study.points)
    try save(study)
  }

  /// The points as they were asked for, then those of earlier runs.
  private func inOrder(_ found: [ArrayStudy.Point]) -> [ArrayStudy.Point] {
    points.compactMap { point in found.first { $0.values == point.values } }
      + found.filter { old in !points.contains { $0.values == old.values } }
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

  func advance(by inputs: Int) {
    state.withLock {
      $0.done += inputs
      $0.bar.update(done: $0.done)
    }
  }

  func finish() { state.withLock { $0.bar.finish() } }
}
