// SPDX-License-Identifier: Apache-2.0
import ArgumentParser

struct InfoCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "info",
    abstract: "Says what a model is and costs.",
    discussion: """
      A unit of work is 32 outputs that receive one input: 7 to 15 instructions on a \
      Cortex-M4. The storage is that of a session on this machine; one with 32-bit pointers \
      needs a little less.

      Examples:

        baynn info digits.baynn
        baynn info digits.baynn --json
      """)

  @Argument(help: "The model, a .baynn file.")
  var model: String

  @Flag(help: "Print JSON in place of the table.")
  var json = false

  func run() throws {
    let report = try ModelReport(LoadedModel(path: model))
    try Terminal.write(json ? jsonText(of: report) : report.text)
  }
}
