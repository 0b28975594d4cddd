// SPDX-License-Identifier: Apache-2.0
import ArgumentParser

struct ArrayInfoCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "info",
    abstract: "Says how a model lies on arrays, and what programming takes.",
    discussion: """
      Utilisation is the share of cells that hold weights. Each array has a label of its own \
      besides, at least 128 cells, that says whose weights it holds.

      Examples:

        baynn array info digits.baynn
        baynn array info cifar10.baynn --rows 128 --columns 128 --mapping split --ecc --json
      """)

  @Argument(help: "The model, a .baynn file.")
  var model: String

  @OptionGroup var geometry: GeometryOptions

  @OptionGroup var costs: CostOptions

  @Flag(help: "Print JSON in place of the table.")
  var json = false

  func run() throws {
    let report = try ArrayReport(
      LoadedModel(path: model), geometry, costs: costs.costs())
    try Terminal.write(json ? jsonText(of: report) : report.text)
  }
}
