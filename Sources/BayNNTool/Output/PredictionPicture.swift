// SPDX-License-Identifier: Apache-2.0
import CBayNN
import Foundation

/// A prediction of one input, drawn with characters.
struct PredictionPicture {
  /// Ended by a newline.
  let text: String

  /// The most classes and outputs that are drawn.
  private static let rowsMax = 12
  private static let barColumns = 40

  init(
    of index: Int, in data: DataSet, by predictor: some Predictor, model: ModelSummary,
    hasColour: Bool
  ) throws {
    let prediction = try data.inputs.withInput(index) { try predictor.infer($0) }
    let input = data.inputs.withInput(index) { InputPicture($0, of: model).text }
    var sections = [input]
    switch model.task {
    case .classification:
      let probabilities = try PredictionPicture.meanProbabilities(predictor, model)
      sections.append(
        PredictionPicture.bars(
          probabilities, model.labels, label: Int(prediction.label), hasColour: hasColour))
      if model.positions > 1 {
        sections.append(try MapPicture(by: predictor, model: model).text)
      }
      sections.append(
        PredictionPicture.verdict(prediction, data.truth(of: index), model, hasColour))
    case .regression:
      sections.append(try PredictionPicture.values(predictor, model))
      if prediction.abstains {
        sections.append(Ink.unsure("ABSTAIN: too uncertain\n", hasColour: hasColour))
      }
    }
    text = sections.filter { !$0.isEmpty }.joined(separator: "\n")
  }

  /// Means over positions.
  private static func meanProbabilities(
    _ predictor: some Predictor, _ model: ModelSummary
  ) throws -> [Double] {
    var sums = [Double](repeating: 0, count: model.classes)
    for (place, probability) in try predictor.probabilities().enumerated() {
      sums[place % model.classes] += Double(probability) * 0x1p-31
    }
    return sums.map { $0 / Double(model.positions) }
  }

  /// One bar a class, the most probable ones if there are many, in the order of classes.
  private static func bars(
    _ probabilities: [Double], _ labels: [String], label: Int, hasColour: Bool
  ) -> String {
    let ranked = probabilities.indices.sorted {
      (probabilities[$1], $0) < (probabilities[$0], $1)
    }
    let shown = ranked.prefix(rowsMax).sorted()
    let names = labels.map { shortened($0, to: 24) }
    let width = shown.map { names[$0].count }.max() ?? 0
    let lines = shown.map { k in
      let name = padded(names[k], to: width)
      let drawn = padded(bar(probabilities[k], columns: barColumns), to: barColumns)
      let share = padded(percent(probabilities[k]), to: 7, .right)
      let ink = k == label ? Ink.bold : Ink.dim
      return "\(ink(name, hasColour: hasColour))  \(Ink.bar(drawn, hasColour: hasColour))  "
        + "\(share)\n"
    }
    let rest = probabilities.count - shown.count
    let note = rest > 0 ? "and \(grouped(rest)) less probable\n" : ""
    return lines.joined() + note
  }

  private static func verdict(
    _ prediction: baynn_prediction_t, _ truth: Int?, _ model: ModelSummary, _ hasColour: Bool
  ) -> String {
    let label = Int(prediction.label)
    var line = "\(model.labels[label]), \(percent(prediction.probability))"
    var ink = Ink.bold
    if let truth {
      line += truth == label ? " (right)" : " (it is \(model.labels[truth]))"
      ink = truth == label ? .good : .bad
    }
    if prediction.abstains {
      line = "ABSTAIN: too uncertain; else \(line)"
      ink = .unsure
    }
    let most = log(Double(model.classes))
    return """
      \(ink(line, hasColour: hasColour))
      entropy             \(number(prediction.entropy, digits: 4)) nats of at most \
      \(number(most, digits: 4))
      mutual information  \(number(prediction.mutualInformation, digits: 4)) nats
      averaged over       \(grouped(Int(prediction.samples))) samples of \
      \(grouped(Int(prediction.leaves))) networks, posterior mass \
      \(percent(Double(prediction.mass_q31) * 0x1p-31))

      """
  }

  /// Mean and central 90 % interval of each output.
  private static func values(_ predictor: some Predictor, _ model: ModelSummary) throws -> String {
    var table = TextTable([.left, .right, .right, .right, .right])
    table.add("output", "mean", "sd", "of it spread", "90 % interval")
    for output in 0..<min(model.outputs, rowsMax) {
      let value = try predictor.value(output)
      let half = RegressionTally.intervalHalfWidth * value.deviation
      table.add(
        model.labels[output], number(value.mean, digits: 4), number(value.deviation, digits: 4),
        number(value.spread, digits: 4),
        "\(number(value.mean - half, digits: 4)) to \(number(value.mean + half, digits: 4))")
    }
    let rest = model.outputs - min(model.outputs, rowsMax)
    return table.text + (rest > 0 ? "and \(grouped(rest)) more\n" : "")
  }
}
