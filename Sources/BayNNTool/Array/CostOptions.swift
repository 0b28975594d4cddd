// SPDX-License-Identifier: Apache-2.0
import ArgumentParser

/// The options that replace costs of operations.
struct CostOptions: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "Replace the cost of an operation. May be repeated.",
      discussion: """
        Energies in fJ: cell-read, conversion, accumulation, random-bit, cell-write, \
        cell-verify, buffer-word. Times in ns: mac-time, conversion-time, random-bit-time, \
        row-write-time. Columns that are converted at the same time: converters.
        """, valueName: "name=value"))
  var cost: [String] = []

  func costs() throws -> OperationCosts {
    var costs = try OperationCosts()
    for text in cost { try costs.replace(text) }
    return costs
  }
}
