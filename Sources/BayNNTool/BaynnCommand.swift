// SPDX-License-Identifier: Apache-2.0
import ArgumentParser
import Foundation

/// The command `baynn`: looks at models and measures them on this machine.
@main
struct BaynnCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "baynn",
    abstract: "Looks at Bayesian binary networks and measures them on this machine.",
    discussion: """
      Every result is the same bits as on the microcontroller: the tool links the same \
      library.

        baynn info model.baynn
        baynn evaluate model.baynn test-folder
        baynn predict model.baynn test-inputs.idx --index 7
        baynn self-test model.baynn
        baynn array evaluate model.baynn test-folder

      Exit codes: 0 success, 1 a self-test failed, 64 wrong call, 65 wrong data, \
      66 missing file, 70 fault of the tool, 73 file cannot be written.
      """,
    subcommands: [
      ArrayCommand.self, EvaluateCommand.self, InfoCommand.self, PredictCommand.self,
      SelfTestCommand.self,
    ])

  static func main() async {
    do {
      var command = try parseAsRoot()
      if var asynchronous = command as? AsyncParsableCommand {
        try await asynchronous.run()
      } else {
        try command.run()
      }
    } catch let error as ToolError {
      Terminal.writeError("baynn: error: \(error.message)\n")
      Foundation.exit(error.kind.rawValue)
    } catch {
      exit(withError: error)
    }
  }
}
