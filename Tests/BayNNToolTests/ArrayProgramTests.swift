// SPDX-License-Identifier: Apache-2.0
import Foundation
import Testing

@testable import BayNNTool

/// The commands of `baynn array`: what they print and how they exit.
@Suite struct ArrayProgramTests {
  @Test func info() throws {
    let text = try Program.run("array", "info", Fixtures.model)
    #expect(text.code == 0 && text.errors == "")
    #expect(text.output.contains("2 of 256 x 256 cells"))
    #expect(text.output.contains("50,432 of 131,072 hold weights"))
    let report = try Program.run(
      "array", "info", Fixtures.model, "--rows", "128", "--columns", "128", "--ecc", "--arrays",
      "20", "--json"
    ).json
    #expect(report["arrays"] as? Int == 20 && report["ecc"] as? Bool == true)
    // With check bits; without, these are the weights.
    #expect(try #require(report["weight_cells"] as? Int) > 50_432)
    let used = try #require(report["arrays_used"] as? Int)
    #expect(report["cells"] as? Int == used * 128 * 128 && used < 20)
    // Each row is verified; a label is written twice.
    let programming = try #require(report["programming"] as? [String: Any])
    let rows = try #require(report["rows"] as? Int)
    #expect(programming["row_writes"] as? Int == rows + 2 * used)
    #expect(report["row_writes_max"] as? Int == 2)
  }

  @Test func evaluate() throws {
    let arguments = [
      "array", "evaluate", Fixtures.model, Fixtures.records, "--limit", "20", "--instances", "2",
      "--sweep", "scale-deviation=0,1",
    ]
    let text = try Program.run(arguments)
    #expect(text.code == 0 && text.errors == "")
    let rows = text.output.split(separator: "\n").map { $0.split(separator: " ") }
    #expect(rows.contains { $0.prefix(3) == ["0", "2", "100.00"] })
    let report = try Program.run(arguments + ["--json", "-"]).json
    let settings = try #require(report["settings"] as? [String: Any])
    let device = try #require(settings["device"] as? [String: Double])
    #expect(device["parallel-deviation"] == 5.5 && device["scale-deviation"] == nil)
    let points = try #require(report["points"] as? [[String: Any]])
    #expect(
      points.map { $0["values"] as? [String: Double] ?? [:] } == [
        ["scale-deviation": 0], ["scale-deviation": 1],
      ])
    let summary = try #require(points[0]["summary"] as? [String: [String: Double]])
    #expect(summary["accuracy"]?["mean"] == 1 && summary["accuracy"]?["count"] == 2)
    let instances = try #require(points[0]["instances"] as? [[String: Any]])
    let inference = try #require(instances[0]["inference"] as? [String: Double])
    #expect((inference["energy_picojoules"] ?? 0) > 0 && (inference["macs"] ?? 0) > 4)
  }

  @Test func energy() throws {
    let arguments = ["array", "energy", Fixtures.model, Fixtures.records, "--limit", "30"]
    let text = try Program.run(arguments + ["--cost", "conversion=1000"])
    #expect(text.code == 0 && text.errors == "")
    let lines = text.output.split(separator: "\n").map {
      $0.split(separator: " ").joined(separator: " ")
    }
    #expect(lines.contains("conversion 1000 fJ given"))
    #expect(lines.contains("cell-read 65.89 fJ published"))
    #expect(lines.contains("random-bit 765.89 fJ assumption"))

    let reports = try [["--threads", "1"], ["--threads", "3"]].map {
      try Program.run(arguments + ["--passes", "5", "--json", "-"] + $0).output
    }
    #expect(reports[0] == reports[1])
    let report = try Program.run(arguments + ["--passes", "5", "--json", "-"]).json
    let posteriors = try #require(report["posteriors"] as? [[String: Any]])
    let found = try Dictionary(
      uniqueKeysWithValues: posteriors.map { measured in
        (
          try #require(measured["posterior"] as? String),
          try #require(measured["per_input"] as? [String: Double])
        )
      })
    #expect(Set(found.keys) == ["exact", "certified", "sampled", "deterministic"])
    // 2 bits a pass and 5 passes; a single network takes least.
    #expect(found["sampled"]?["random_bits"] == 10 && found["exact"]?["random_bits"] == 0)
    #expect(found.values.allSatisfy { $0["row_writes"] == 0 && ($0["macs"] ?? 0) > 4 })
    let energies = found.mapValues { $0["energy_picojoules"] ?? 0 }
    #expect(energies["deterministic"] == energies.values.min())
  }

  @Test func exitCodes() throws {
    try Fixtures.withFolder(["other.json": Array("{}".utf8)]) { folder in
      let cases: [(Int32, String, [String])] = [
        (64, "--instances is 1", ["--instances", "0"]),
        (64, "not \"x\"; names are cell-read", ["--cost", "x"]),
        (64, "--sweep knows no field \"x\"", ["--sweep", "x=1"]),
        (65, "is not what this command writes", ["--json", folder + "/other.json"]),
        (66, "no such file", ["--recover", "calibrate", "--calibration-data", folder + "/none"]),
        (73, "cannot be written", ["--limit", "1", "--json", folder + "/none/x.json"]),
      ]
      for (code, message, arguments) in cases {
        let outcome = try Program.run(
          ["array", "evaluate", Fixtures.model, Fixtures.records] + arguments)
        #expect(outcome.code == code, "\(arguments)")
        #expect(outcome.errors.contains(message), "\(message): \(outcome.errors)")
      }
    }
    let arrays = try Program.run("array", "info", Fixtures.model, "--arrays", "1")
    #expect(arrays.code == 64 && arrays.errors.contains("use --arrays 2"))
  }
}
