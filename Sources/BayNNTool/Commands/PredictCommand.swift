// SPDX-License-Identifier: Apache-2.0
import ArgumentParser

struct PredictCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "predict",
    abstract: "Predicts one input and draws the result.",
    discussion: """
      INPUT is an IDX file of unsigned bytes, a .u8 file of records, or a .u8 file with the \
      bytes of one input; see evaluate.

      Examples:

        baynn predict digits.baynn digits-test.u8 --index 17
        baynn predict digits.baynn digits-test.u8 --posterior sampled --passes 100
      """)

  @Argument(help: "The model, a .baynn file.")
  var model: String

  @Argument(help: "A file of inputs; see above.")
  var input: String

  @Option(help: "Which input of the file, from 0.")
  var index = 0

  @OptionGroup var session: SessionOptions

  func validate() throws {
    guard index >= 0 else { throw ValidationError("--index is at least 0, not \(index).") }
  }

  func run() throws {
    let loaded = try LoadedModel(path: model)
    let data = try DataSet.read(input, labels: nil, for: loaded.summary)
    guard index < data.inputs.count else {
      throw ToolError.usage(
        "\(data.inputs.name) has \(data.inputs.count) inputs: --index is 0 to "
          + "\(data.inputs.count - 1), not \(index)")
    }
    let predictor = try SessionPredictor(model: loaded, settings: session.settings)
    try predictor.restart(call: UInt64(index))
    let picture = try PredictionPicture(
      of: index, in: data, by: predictor, model: loaded.summary, hasColour: Terminal.hasColour)
    try Terminal.write(picture.text)
  }
}
