// SPDX-License-Identifier: Apache-2.0
import CBayNN

/// Everything that is summed up over the inputs of a set.
///
/// Tallies of parts of a set are merged in the order of its inputs, so that no floating-point
/// sum depends on the number of threads.
struct SetTally: Equatable, Sendable {
  var scores = UncertaintyScores()
  /// Of predictions of classes whose truth is known.
  var classification: ClassificationTally?
  /// One for each output of a regression whose truth is known; else empty.
  var regression: [RegressionTally] = []
  var hash = PredictionHash()

  init(model: ModelSummary, targets: Targets?) {
    switch targets {
    case nil: break
    case .labels: classification = ClassificationTally(classes: model.classes)
    case .values(_, let outputs):
      regression = [RegressionTally](repeating: RegressionTally(), count: outputs)
    }
  }

  /// Appends the tally of the inputs that follow.
  mutating func merge(_ next: SetTally) {
    scores.merge(next.scores)
    if let other = next.classification { classification?.merge(other) }
    for k in regression.indices { regression[k].merge(next.regression[k]) }
    hash.merge(next.hash)
  }
}
