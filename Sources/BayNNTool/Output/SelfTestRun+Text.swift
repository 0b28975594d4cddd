// SPDX-License-Identifier: Apache-2.0
import CBayNN

extension SelfTestRun {
  /// The outcome for a person, ended by a newline.
  func text(knownAnswers: Int, hasColour: Bool = Terminal.hasColour) -> String {
    var lines = SelfTestRun.tests.map { test in
      let outcome = outcome(of: test)
      let ink: Ink = outcome == .passed ? .good : outcome == .failed ? .bad : .unsure
      let word = ink(padded(outcome.rawValue, to: 8), hasColour: hasColour)
      return "\(padded(test.name, to: 9))\(word)\(test.meaning)\(extent(of: test, knownAnswers))"
    }
    if let firstFailure { lines.append("first failure: \(firstFailure)") }
    lines.append(hasPassed ? "all tests passed" : "the self-test failed")
    return lines.joined(separator: "\n") + "\n"
  }

  private func extent(of test: Test, _ knownAnswers: Int) -> String {
    switch test.bit {
    case BAYNN_TEST_STORAGE: " (\(grouped(storageBytes)) bytes)"
    case BAYNN_TEST_MODEL: " (\(knownAnswers == 0 ? "it has none" : "\(knownAnswers)"))"
    default: ""
    }
  }
}
