// SPDX-License-Identifier: Apache-2.0
import ArgumentParser

struct ArrayCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "array",
    abstract: "Runs models on emulated arrays that compute in memory.",
    discussion: """
      A device has arrays of cells; a cell holds one binary weight in two magnetic tunnel \
      junctions (MTJ). A read drives some rows and counts in each column the cells that agree \
      with their input, by the current of the column. Random bits come from a stochastic unit. \
      Every effect is an option, and all that is random is a function of the seed of a device: \
      the same command gives the same result on every machine.

        baynn array info model.baynn
        baynn array evaluate model.baynn test-inputs.idx --instances 30
        baynn array energy model.baynn test-inputs.idx
      """,
    subcommands: [ArrayInfoCommand.self, ArrayEvaluateCommand.self, ArrayEnergyCommand.self])
}
