// SPDX-License-Identifier: Apache-2.0
import ArgumentParser
import CBayNN

/// The options that say how predictions are made.
struct SessionOptions: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "Which networks a prediction averages over: exact, certified, sampled or deterministic.",
      discussion: "Default: the library's, which info shows.", valueName: "posterior"))
  var posterior: SessionSettings.Posterior?

  @Option(help: "Draws of the sampled posterior, 1 to 4096.")
  var passes = 20

  @Option(help: "Seed of the sampled posterior. Input number i is call i of its stream.")
  var seed: UInt64 = 0

  @Option(help: "Storage of a session: fast or minimal. The results are the same.")
  var memory = SessionSettings.Memory.fast

  @Option(
    help: ArgumentHelp(
      "When to stop averaging: never, or settled, as soon as the label is.",
      discussion: "Settled is for models with one label an input; it saves work."))
  var stop = SessionSettings.Stop.never

  func validate() throws {
    guard (1...Int(BAYNN_PASSES_MAX)).contains(passes) else {
      throw ValidationError("--passes is 1 to \(BAYNN_PASSES_MAX), not \(passes).")
    }
  }

  var settings: SessionSettings {
    SessionSettings(posterior: posterior, memory: memory, passes: passes, seed: seed, stop: stop)
  }
}
