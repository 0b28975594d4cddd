// SPDX-License-Identifier: Apache-2.0
import ArgumentParser
import Foundation

struct ArrayEnergyCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "energy",
    abstract: "Says what energy and time inputs take on arrays.",
    discussion: """
      Operations are counted while the model runs on ideal emulated arrays, and priced: an \
      energy for each kind of operation, and times as if one operation came after the other. \
      Of the default costs only cell-read is a published figure; all others are assumptions, \
      and marked so. Compare only figures of equal costs.

      INPUTS are as DATA of `baynn evaluate`. Each posterior that the model can have is \
      measured, unless --posterior names some.

      Examples:

        baynn array energy digits.baynn digits-test.u8
        baynn array energy digits.baynn digits-test.u8 --posterior sampled --passes 50 \\
          --cost conversion=1500 --cost random-bit=2000 --json -
      """)

  @Argument(help: "The model, a .baynn file.")
  var model: String

  @Argument(help: "A folder or a file of inputs.")
  var inputs: String

  @Option(
    help: ArgumentHelp(
      "exact, certified, sampled or deterministic. May be repeated. Default: all.",
      valueName: "posterior"))
  var posterior: [SessionSettings.Posterior] = []

  @Option(help: "Draws of the sampled posterior, 1 to 4096.")
  var passes = 20

  @Option(
    help: "Storage of a session: fast or minimal, which repeats sums instead of keeping them.")
  var memory = SessionSettings.Memory.fast

  @OptionGroup(title: "Geometry Options") var geometry: GeometryOptions
  @OptionGroup(title: "Cost Options") var costs: CostOptions

  @Option(help: "Take only the first inputs.")
  var limit: Int?

  @Option(help: "How many threads; the results do not depend on it. Default: all cores.")
  var threads: Int?

  @Option(
    help: ArgumentHelp(
      "Write the results as JSON, too; with - to standard output instead of the table.",
      valueName: "file"))
  var json: String?

  func validate() throws {
    guard (1...4096).contains(passes) else {
      throw ValidationError("--passes is 1 to 4096, not \(passes).")
    }
    if let limit, limit < 1 { throw ValidationError("--limit is at least 1, not \(limit).") }
    if let threads, !(1...256).contains(threads) {
      throw ValidationError("--threads is 1 to 256, not \(threads).")
    }
  }

  func run() async throws {
    let loaded = try LoadedModel(path: model)
    let costs = try costs.costs()
    let paths = try DataPaths(data: inputs, labels: nil, outside: [])
    let all = try DataSet.read(paths.inputs, labels: nil, for: loaded.summary).inputs
    let meter = try EnergyMeter(
      loaded, geometry, costs: costs, inputs: limit.map(all.prefix) ?? all,
      threads: threads ?? ProcessInfo.processInfo.activeProcessorCount)
    let asked = posterior.isEmpty ? SessionSettings.Posterior.allCases : posterior
    var measured: [EnergyReport.Measured] = []
    for posterior in asked {
      let settings = SessionSettings(posterior: posterior, memory: memory, passes: passes)
      guard try storageBytes(loaded, settings) != nil else {
        guard self.posterior.isEmpty else {
          throw ToolError.usage(
            "the model has too many networks for the \(posterior.rawValue) posterior: leave "
              + "out --posterior to see those that it can have")
        }
        continue
      }
      var progress = ProgressBar(title: posterior.rawValue, total: meter.inputs.count)
      defer { progress.finish() }
      measured.append(try await meter.measure(settings) { progress.update(done: $0) })
    }
    let report = EnergyReport(meter, passes: passes, memory: memory, posteriors: measured)
    if let json { try write(jsonText(of: report), to: json) }
    if json != "-" { try Terminal.write(report.text) }
  }
}
