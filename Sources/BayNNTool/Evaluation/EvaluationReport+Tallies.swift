// SPDX-License-Identifier: Apache-2.0

extension EvaluationReport.Classification {
  /// - Parameter isMap: overlaps are of interest.
  init(_ tally: ClassificationTally, isMap: Bool, hasPolicy: Bool) {
    let abstained = tally.count - tally.kept
    self.init(
      predictions: tally.count, right: tally.right, accuracy: tally.accuracy,
      negativeLogLikelihood: tally.negativeLogLikelihood,
      expectedCalibrationError: tally.bins.expectedCalibrationError,
      abstained: abstained,
      abstainedShare: hasPolicy ? ratio(abstained, tally.count) : nil,
      accuracyOfTheRest: hasPolicy ? tally.keptAccuracy : nil,
      meanIntersectionOverUnion: isMap ? tally.overlap.meanIntersectionOverUnion : nil,
      f1: isMap ? tally.overlap.f1(of: 1) : nil)
  }
}

extension EvaluationReport.Output {
  init(_ tally: RegressionTally, name: String) {
    self.init(
      name: name, rootMeanSquaredError: tally.rootMeanSquaredError,
      negativeLogLikelihood: tally.negativeLogLikelihood, coverage90: tally.coverage,
      meanDeviation: tally.meanDeviation, meanSpread: tally.meanSpread)
  }
}

extension EvaluationReport.Uncertainty {
  init(_ tally: SetTally, of model: ModelSummary) {
    let scores = tally.scores
    let hasClasses = model.task == .classification
    self.init(
      inputs: scores.count,
      meanEntropy: hasClasses ? scores.meanEntropy : nil,
      meanMutualInformation: hasClasses ? scores.meanMutualInformation : nil,
      meanLargestDeviation: hasClasses ? nil : scores.meanDeviation,
      flagged: model.policy == nil ? nil : scores.flagged,
      flaggedShare: model.policy == nil ? nil : scores.flaggedShare,
      meanNetworks: scores.meanNetworks,
      hash: tally.hash.text)
  }
}

extension EvaluationReport.Outside {
  init(name: String, _ tally: SetTally, inside: SetTally, of model: ModelSummary) {
    let area = { (score: (UncertaintyScores) -> [Double]) in
      areaUnderCurve(inside: score(inside.scores), outside: score(tally.scores))
    }
    let hasClasses = model.task == .classification
    self.init(
      name: name,
      uncertainty: EvaluationReport.Uncertainty(tally, of: model),
      aurocEntropy: hasClasses ? area { $0.entropy } : nil,
      aurocMutualInformation: hasClasses ? area { $0.mutualInformation } : nil,
      aurocDeviation: hasClasses ? nil : area { $0.deviation })
  }
}

extension EvaluationReport {
  init(
    model: LoadedModel, data: String, settings: SessionSettings, tally: SetTally,
    outside: [Outside], threads: Int, seconds: Double
  ) {
    let summary = model.summary
    let posterior = settings.posterior(of: summary)
    let isSampled = posterior == .sampled
    self.init(
      model: fileName(model.path), modelName: summary.name,
      modelChecksum: hexadecimal(summary.imageChecksum), data: data, task: summary.task,
      posterior: posterior,
      passes: isSampled ? settings.passes : nil, seed: isSampled ? settings.seed : nil,
      memory: settings.memory, stop: settings.stop, policy: summary.policy,
      uncertainty: Uncertainty(tally, of: summary),
      classification: tally.classification.map {
        Classification($0, isMap: summary.positions > 1, hasPolicy: summary.policy != nil)
      },
      outputs: tally.regression.isEmpty
        ? nil : zip(tally.regression, summary.labels).map { Output($0, name: $1) },
      outside: outside, threads: threads, seconds: seconds, hash: tally.hash.text)
  }
}
