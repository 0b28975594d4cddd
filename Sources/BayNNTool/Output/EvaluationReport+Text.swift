// SPDX-License-Identifier: Apache-2.0

extension EvaluationReport {
  /// The report for a person, ended by a newline.
  ///
  /// - Parameter labels: names of the classes or outputs.
  func text(labels: [String]) -> String {
    var sections = [heading, uncertaintyText]
    if let classification { sections.insert(classification.text(labels: labels), at: 1) }
    if let outputs { sections.insert(EvaluationReport.text(of: outputs), at: 1) }
    if !outside.isEmpty { sections.append(outsideText) }
    return sections.joined(separator: "\n") + "\nhash \(hash)\n"
  }

  private var heading: String {
    let draws = passes.map { ", \($0) passes, seed \(seed ?? 0)" } ?? ""
    let rate = ProgressBar.readable(
      rate: Double(uncertainty.inputs + outside.reduce(0) { $0 + $1.uncertainty.inputs })
        / max(seconds, 1e-9))
    return """
      \(modelName.isEmpty ? model : modelName) on \(data): \(grouped(uncertainty.inputs)) inputs
      \(posterior.rawValue) posterior\(draws); \(threads) \(threads == 1 ? "thread" : "threads"), \
      \(number(seconds, digits: 2)) s, \(rate)

      """
  }

  private var uncertaintyText: String {
    var table = TextTable([.left, .right, .left])
    if let entropy = uncertainty.meanEntropy {
      table.add("mean predictive entropy", number(entropy, digits: 4), "nats")
    }
    if let information = uncertainty.meanMutualInformation {
      table.add("mean mutual information", number(information, digits: 4), "nats")
    }
    if let deviation = uncertainty.meanLargestDeviation {
      table.add("mean largest deviation", number(deviation, digits: 4))
    }
    table.add(
      "networks an input", optional(uncertainty.meanNetworks, digits: 1),
      stop == .settled ? "mean, stopped when settled" : "mean")
    if let flagged = uncertainty.flagged, let policy {
      table.add(
        "inputs flagged", percent(uncertainty.flaggedShare),
        "\(grouped(flagged)) of \(grouped(uncertainty.inputs)), "
          + "\(policy.measure.rawValue) > \(number(policy.threshold, digits: 4)); "
          + "\(percent(policy.rate)) in validation")
    } else {
      table.add("inputs flagged", "–", "the model has no policy")
    }
    return table.text
  }

  private var outsideText: String {
    let hasClasses = task == .classification
    let scores = hasClasses ? ["AUROC entropy", "AUROC MI"] : ["AUROC deviation"]
    let header = ["out of distribution", "inputs"] + scores + ["flagged", "hash"]
    var table = TextTable([.left] + header.dropFirst().map { _ in .right })
    table.add(header)
    for set in outside {
      let areas =
        hasClasses
        ? [set.aurocEntropy, set.aurocMutualInformation] : [set.aurocDeviation]
      table.add(
        [set.name, grouped(set.uncertainty.inputs)] + areas.map { optional($0) }
          + [percent(set.uncertainty.flaggedShare), set.uncertainty.hash])
    }
    table.add(
      ["(in distribution)", grouped(uncertainty.inputs)] + scores.map { _ in "" }
        + [percent(uncertainty.flaggedShare), uncertainty.hash])
    return table.text
  }

  private static func text(of outputs: [Output]) -> String {
    var table = TextTable([.left, .right, .right, .right, .right, .right])
    table.add("output", "RMSE", "NLL (nats)", "in 90 % interval", "mean sd", "of it spread")
    for output in outputs {
      table.add(
        output.name, optional(output.rootMeanSquaredError),
        optional(output.negativeLogLikelihood), percent(output.coverage90),
        optional(output.meanDeviation), optional(output.meanSpread))
    }
    return table.text
  }
}

extension EvaluationReport.Classification {
  fileprivate func text(labels: [String]) -> String {
    var table = TextTable([.left, .right, .left])
    table.add(
      "accuracy", percent(accuracy), "\(grouped(right)) of \(grouped(predictions))")
    table.add("negative log-likelihood", optional(negativeLogLikelihood), "nats")
    table.add("calibration error", optional(expectedCalibrationError), "15 bins")
    if let meanIntersectionOverUnion {
      table.add("mean IoU", optional(meanIntersectionOverUnion))
      let name = labels.count > 1 ? labels[1] : "class 1"
      table.add("F1 of \(name)", optional(f1))
    }
    if let abstainedShare {
      table.add("accuracy of the rest", percent(accuracyOfTheRest), "without what abstains")
      // Of one label an input it is the share of inputs flagged, which follows.
      if meanIntersectionOverUnion != nil {
        table.add(
          "positions that abstain", percent(abstainedShare),
          "\(grouped(abstained)) of \(grouped(predictions))")
      }
    }
    return table.text
  }
}
