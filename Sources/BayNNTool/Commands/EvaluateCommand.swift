// SPDX-License-Identifier: Apache-2.0
import ArgumentParser
import Foundation

struct EvaluateCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "evaluate",
    abstract: "Measures a model on a test set, and on inputs of other kinds.",
    discussion: """
      DATA is one of

        a folder      with test-inputs.idx or inputs.idx, and if there are such,
                      test-labels.idx or labels.idx, and ood-NAME-inputs.idx
                      for each set of other inputs
        an IDX file   of unsigned bytes, [count, height, width, channels], as
                      MNIST's; labels beside it are found by their name
        a .u8 file    of records: the bytes of an input, then its label

      Labels are unsigned bytes, one an input or one a position, where 255 does not count; \
      targets of a regression are floats. Without them only uncertainty is measured.

      Flagged are the inputs that the model's own policy abstains on. The hash is the CRC-32 \
      of all predictions of the set: equal hashes, equal predictions.

      Examples:

        baynn evaluate digits.baynn digits-test.u8
        baynn evaluate mnist.baynn t10k-images-idx3-ubyte \\
          --ood fashion=fashion/t10k-images-idx3-ubyte
        baynn evaluate mnist.baynn mnist-test --posterior sampled --passes 50 --json -
      """)

  @Argument(help: "The model, a .baynn file.")
  var model: String

  @Argument(help: "A folder or a file of inputs; see above.")
  var data: String

  @Option(help: ArgumentHelp("IDX file with the labels or targets.", valueName: "file"))
  var labels: String?

  @Option(
    help: ArgumentHelp(
      "Inputs of another kind, to be told apart by their uncertainty. May be repeated.",
      valueName: "name=file"))
  var ood: [String] = []

  @OptionGroup var session: SessionOptions

  @Option(help: "Take only the first inputs of each set.")
  var limit: Int?

  @Option(help: "How many threads; the results do not depend on it. Default: all cores.")
  var threads: Int?

  @Option(
    help: ArgumentHelp(
      "Write the results as JSON, too; with - to standard output instead of the table.",
      valueName: "file"))
  var json: String?

  func validate() throws {
    for set in ood {
      guard let equals = set.firstIndex(of: "="), equals > set.startIndex,
        set.index(after: equals) < set.endIndex
      else { throw ValidationError("--ood takes NAME=FILE, not \"\(set)\".") }
    }
    if let limit, limit < 1 { throw ValidationError("--limit is at least 1, not \(limit).") }
    if let threads, !(1...256).contains(threads) {
      throw ValidationError("--threads is 1 to 256, not \(threads).")
    }
  }

  func run() async throws {
    let report = try await evaluate()
    if let json { try write(jsonText(of: report.report), to: json) }
    if json != "-" { try Terminal.write(report.report.text(labels: report.labels)) }
  }

  /// Reads everything before it computes anything, so that a wrong file shows at once.
  private func evaluate() async throws -> (report: EvaluationReport, labels: [String]) {
    let loaded = try LoadedModel(path: model)
    let summary = loaded.summary
    let paths = try DataPaths(data: data, labels: labels, outside: namedSets)
    let inside = try read(paths.inputs, labels: paths.labels, for: summary)
    if inside.targets == nil {
      Terminal.writeError("baynn: note: no labels for \(inside.inputs.name): see --labels\n")
    }
    let outside = try paths.outside.map { set in
      let inputs = try read(set.path, labels: nil, for: summary).inputs
      return (name: set.name, data: try DataSet(inputs: inputs, targets: nil))
    }

    let settings = session.settings
    let evaluator = Evaluator(
      model: summary, threads: threads ?? ProcessInfo.processInfo.activeProcessorCount
    ) { try SessionPredictor(model: loaded, settings: settings) }
    let clock = ContinuousClock()
    let start = clock.now
    let tally = try await evaluateSet(inside, "test", evaluator)
    var others: [EvaluationReport.Outside] = []
    for set in outside {
      let other = try await evaluateSet(set.data, set.name, evaluator)
      others.append(
        EvaluationReport.Outside(name: set.name, other, inside: tally, of: summary))
    }
    let seconds = (clock.now - start) / .seconds(1)
    let report = EvaluationReport(
      model: loaded, data: inside.inputs.name, settings: settings, tally: tally,
      outside: others, threads: evaluator.threads, seconds: seconds)
    return (report, summary.labels)
  }

  private var namedSets: [DataPaths.Named] {
    ood.map { set in
      let parts = set.split(separator: "=", maxSplits: 1)
      return DataPaths.Named(name: String(parts[0]), path: String(parts[1]))
    }
  }

  private func read(_ path: String, labels: String?, for model: ModelSummary) throws -> DataSet {
    let data = try DataSet.read(path, labels: labels, for: model)
    return limit.map(data.prefix) ?? data
  }

  private func evaluateSet(
    _ data: DataSet, _ title: String, _ evaluator: Evaluator
  ) async throws -> SetTally {
    var progress = ProgressBar(title: title, total: data.inputs.count)
    defer { progress.finish() }
    return try await evaluator.evaluate(data) { progress.update(done: $0) }
  }
}
