// SPDX-License-Identifier: Apache-2.0
import Foundation
import Testing

/// The program itself: what it prints and how it exits.
@Suite struct ProgramTests {
  @Test func evaluatesWhatIsInTheRepository() throws {
    let outcome = try Program.run("evaluate", Fixtures.model, Fixtures.records)
    #expect(outcome.code == 0 && outcome.errors == "")
    let line = try Fixtures.digitsLine()
    let hash = try #require(line.split(separator: " ").last)
    #expect(outcome.output.hasSuffix("\nhash \(hash)\n"))
    #expect(outcome.output.contains("444 of 450"))
  }

  @Test func evaluatesAFolderAsJSON() throws {
    // Two blank pictures as test inputs, and the brightest ones as others.
    let files: [String: [UInt8]] = [
      "inputs.idx": Fixtures.idx([2, 8, 8], [UInt8](repeating: 0, count: 128)),
      "labels.idx": Fixtures.idx([2], [3, 4]),
      "ood-bright-inputs.idx": Fixtures.idx([1, 64], [UInt8](repeating: 16, count: 64)),
    ]
    try Fixtures.withFolder(files) { folder in
      let outcome = try Program.run("evaluate", Fixtures.model, folder, "--json", "-")
      #expect(outcome.code == 0)
      let decoded = try JSONSerialization.jsonObject(with: Data(outcome.output.utf8))
      let report = try #require(decoded as? [String: Any])
      let classification = try #require(report["classification"] as? [String: Any])
      #expect(classification["predictions"] as? Int == 2)
      let outside = try #require(report["outside"] as? [[String: Any]])
      #expect(outside.count == 1 && outside[0]["name"] as? String == "bright")
      #expect(outside[0]["auroc_entropy"] is Double)
    }
  }

  @Test func otherCommands() throws {
    let info = try Program.run("info", Fixtures.model)
    #expect(info.code == 0 && info.output.contains("8 x 8 x 1"))
    let test = try Program.run("self-test", Fixtures.model)
    #expect(test.code == 0 && test.output.hasSuffix("all tests passed\n"))
    let prediction = try Program.run("predict", Fixtures.model, Fixtures.records)
    #expect(prediction.code == 0 && prediction.output.contains("entropy"))
    #expect(try Program.run("evaluate", "--help").output.contains("baynn evaluate digits"))
  }

  @Test func exitCodes() throws {
    let files: [String: [UInt8]] = [
      "packed.idx": [0x1F, 0x8B, 8, 0], "short.idx": [0, 0, 8, 3, 0, 0],
      "one.idx": Fixtures.idx([1, 8, 8], [UInt8](repeating: 1, count: 64)),
      "labels.idx": Fixtures.idx([2], [0, 0]),
    ]
    try Fixtures.withFolder(files) { folder in
      let (model, one) = (Fixtures.model, folder + "/one.idx")
      let cases: [(Int32, String, [String])] = [
        (64, "--ood takes NAME=FILE", [one, "--ood", "x"]),
        (64, "--passes is 1 to 4096", [one, "--passes", "0"]),
        (64, "--threads is 1 to 256", [one, "--threads", "0"]),
        (64, "--limit is at least 1", [one, "--limit", "0"]),
        (65, "gunzip it first", [folder + "/packed.idx"]),
        (65, "it is cut off", [folder + "/short.idx"]),
        (65, "labels of 2", [one, "--labels", folder + "/labels.idx"]),
        (66, "no such file", [folder + "/none.idx"]),
        (66, "no such file", [one, "--ood", "x=\(folder)/none.idx"]),
        (73, "cannot be written", [one, "--json", folder + "/none/x.json"]),
      ]
      for (code, message, arguments) in cases {
        let outcome = try Program.run(["evaluate", model] + arguments)
        #expect(outcome.code == code, "\(arguments)")
        #expect(outcome.errors.contains(message), "\(message): \(outcome.errors)")
      }
      let wrong = try Program.run("info", one)
      #expect(wrong.code == 65 && wrong.errors.contains("one.idx: is not a BayNN model"))
      let index = try Program.run("predict", model, one, "--index", "1")
      #expect(index.code == 64 && index.errors.contains("--index is 0 to 0, not 1"))
    }
  }
}
