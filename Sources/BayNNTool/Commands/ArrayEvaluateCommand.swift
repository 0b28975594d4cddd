// SPDX-License-Identifier: Apache-2.0
import ArgumentParser
import Foundation

struct ArrayEvaluateCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "evaluate",
    abstract: "Measures a model on many emulated devices.",
    discussion: """
      Each device is made from its own seed, programmed at 25 degrees Celsius, brought to the \
      temperature of use, left alone for --retention-hours, recovered as --recover says, and \
      then used for all inputs. Cells that stay wrong after programming are counted and \
      tolerated; a device that cannot be programmed or has lost the label of an array counts \
      as unusable, and is left out of means.

      INPUTS and TARGETS are as DATA and --labels of `baynn evaluate`.

      --fidelity cell emulates every cell behind the registers of a device. column draws \
      the errors of a column's sums: conductance and conversion alone, no device-to-device \
      spread. bits flips weights: stuck, silent-write and retention alone.

      --recover scrub reads all rows and rewrites wrong ones from the image; ecc does so from \
      check bits alone; calibrate measures how far sums are off. Costs of each are in the \
      table and in the JSON.

      --sweep repeats everything for each value of an option; several sweeps make a grid. \
      With --json FILE results are saved while the study runs; the same command goes on where \
      it was cut off, and more --instances or more values are added to what is there.

      With --fidelity cell random bits come from the stochastic unit of the device, and --seed \
      has no effect; else a device draws with --seed plus its own. Negative values need an \
      equals sign: --temperature=-40.

      Of accuracy, worst is the smallest; of losses, uncertainty and abstention the largest.

      Examples:

        baynn array evaluate digits.baynn digits-test.u8 --instances 30
        baynn array evaluate digits.baynn digits-test.u8 --instances 30 --json study.json \\
          --sweep active-rows=8,16,32 --sweep scale-deviation=0,1,2,3
        baynn array evaluate digits.baynn digits-test.u8 --device ideal --stuck 5 \\
          --recover scrub,calibrate --calibration-inputs 32
        baynn array evaluate digits.baynn digits-test.u8 --fidelity bits --stability 40 \\
          --sweep retention-hours=1,10,100,1000
      """)

  @Argument(help: "The model, a .baynn file.")
  var model: String

  @Argument(help: "A folder or a file of inputs.")
  var inputs: String

  @Argument(help: "IDX file with the labels or targets, if not found beside the inputs.")
  var targets: String?

  @Option(help: "How many devices.")
  var instances = 10

  @Option(help: "Seed of the first device; each further one adds 1.")
  var deviceSeed: UInt64 = 1

  @Option(help: "cell, column or bits; see above.")
  var fidelity = Fidelity.cell

  @Option(
    help: ArgumentHelp(
      "none, or scrub or ecc, and calibrate, with commas between them.", valueName: "steps"))
  var recover = "none"

  @Option(
    help: ArgumentHelp(
      "Inputs for calibration: the first ones, which are then not evaluated.",
      discussion: "Default: 32 with --recover calibrate. Without it they are left out, too, "
        + "if this is given: so results compare.", valueName: "count"))
  var calibrationInputs: Int?

  @Option(
    help: ArgumentHelp("Take calibration inputs from this file instead.", valueName: "file"))
  var calibrationData: String?

  @Option(
    help: ArgumentHelp(
      "Repeat for each value of an option. May be repeated.", valueName: "field=v1,v2,..."))
  var sweep: [String] = []

  @OptionGroup(title: "Geometry Options") var geometry: GeometryOptions
  @OptionGroup(title: "Device Options") var device: DeviceOptions
  @OptionGroup(title: "Session Options") var session: SessionOptions
  @OptionGroup(title: "Cost Options") var costs: CostOptions

  @Option(help: "Evaluate only that many inputs.")
  var limit: Int?

  @Option(help: "How many devices at the same time; the results do not depend on it.")
  var threads: Int?

  @Option(
    help: ArgumentHelp(
      "Write the results as JSON, and go on with those that are there; - for standard output.",
      valueName: "file"))
  var json: String?

  func validate() throws {
    if let limit, limit < 1 { throw ValidationError("--limit is at least 1, not \(limit).") }
    guard (1...1_000_000).contains(instances) else {
      throw ValidationError("--instances is 1 to 1000000, not \(instances).")
    }
    if let threads, !(1...256).contains(threads) {
      throw ValidationError("--threads is 1 to 256, not \(threads).")
    }
    if let calibrationInputs, calibrationInputs < 1 {
      throw ValidationError("--calibration-inputs is at least 1, not \(calibrationInputs).")
    }
  }

  func run() async throws {
    let plan = try StudyPlan(self)
    let threads = threads ?? ProcessInfo.processInfo.activeProcessorCount
    let file = json == "-" ? nil : json
    // A file that cannot be used shows before anything is computed.
    let found = try file.flatMap { try ArrayStudy.read($0, for: plan.settings) }
    var study: ArrayStudy
    if let found {
      study = found
    } else {
      study = ArrayStudy(
        settings: plan.settings, withoutArrays: try await plan.withoutArrays(threads: threads))
      if let file { try write(jsonText(of: study), to: file) }
    }
    let clock = ContinuousClock()
    let start = clock.now
    let runner = StudyRunner(threads: threads, points: plan.points, seeds: plan.seeds)
    try await runner.run(&study) { study in
      if let file { try write(jsonText(of: study), to: file) }
    }
    let seconds = (clock.now - start) / .seconds(1)
    if json == "-" {
      try Terminal.write(jsonText(of: study))
    } else {
      let heading =
        "\(threads) \(threads == 1 ? "thread" : "threads"), "
        + "\(number(seconds, digits: 1)) s"
      try Terminal.write(study.text(of: plan.points.map(\.values), heading: heading))
    }
  }
}
