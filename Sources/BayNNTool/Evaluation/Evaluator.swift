// SPDX-License-Identifier: Apache-2.0

/// Predicts all inputs of a set on several threads.
///
/// A set is cut into parts whose size depends on nothing but the set; each starts its stream
/// of draws at the number of its first input, and parts are merged in order. So the number
/// of threads changes no bit of the result.
struct Evaluator {
  let model: ModelSummary
  /// At least 1.
  let threads: Int
  let makePredictor: @Sendable () throws -> any Predictor

  /// - Parameter progress: told after each part how many inputs of the set are done.
  func evaluate(_ data: DataSet, progress: (Int) -> Void = { _ in }) async throws -> SetTally {
    let parts = Evaluator.parts(count: data.inputs.count)
    var merged = SetTally(model: model, targets: data.targets)
    // Parts that are done before one in front of them.
    var waiting: [Int: SetTally] = [:]
    var (started, nextToMerge, inputsDone) = (0, 0, 0)
    try await withThrowingTaskGroup(of: PartResult.self) { group in
      func start(with predictor: any Predictor) {
        let number = started
        let part = parts[number]
        let model = self.model
        started += 1
        group.addTask {
          let tally = try Evaluator.score(part, of: data, by: predictor, model: model)
          return PartResult(number: number, tally: tally, predictor: predictor)
        }
      }
      for _ in 0..<min(threads, parts.count) { start(with: try makePredictor()) }
      for try await result in group {
        if started < parts.count { start(with: result.predictor) }
        waiting[result.number] = result.tally
        while let tally = waiting.removeValue(forKey: nextToMerge) {
          merged.merge(tally)
          nextToMerge += 1
        }
        inputsDone += parts[result.number].count
        progress(inputsDone)
      }
    }
    return merged
  }

  /// The parts of a set of `count` inputs: few enough to start quickly, many enough to keep
  /// all threads busy to the end.
  static func parts(count: Int) -> [Range<Int>] {
    let size = min(max(count / 256, 1), 32)
    return stride(from: 0, to: count, by: size).map { $0..<min($0 + size, count) }
  }

  private static func score(
    _ part: Range<Int>, of data: DataSet, by predictor: any Predictor, model: ModelSummary
  ) throws -> SetTally {
    var tally = SetTally(model: model, targets: data.targets)
    try predictor.restart(call: UInt64(part.lowerBound))
    for index in part { try tally.score(index, of: data, by: predictor, model: model) }
    return tally
  }
}

private struct PartResult: Sendable {
  let number: Int
  let tally: SetTally
  /// Free for the next part.
  let predictor: any Predictor
}
