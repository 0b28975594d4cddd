// SPDX-License-Identifier: Apache-2.0
import ArgumentParser

struct SelfTestCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "self-test",
    abstract: "Runs the self-test of the library on a model.",
    discussion: """
      It is the one that a device runs at start-up: memory, random generator, kernels, the \
      image, and the predictions that the image lists. Exit code 1 if a test fails.

      Example:

        baynn self-test digits.baynn
      """)

  @Argument(help: "The model, a .baynn file.")
  var model: String

  func run() throws {
    let loaded = try LoadedModel(path: model)
    let test = try SelfTestRun(loaded)
    try Terminal.write(test.text(knownAnswers: loaded.summary.knownAnswers))
    guard test.hasPassed else { throw ExitCode(1) }
  }
}
