// SPDX-License-Identifier: Apache-2.0
import Foundation
import Testing

@testable import BayNNCore
@testable import BayNNEngine
@testable import BayNNModel

/// Every layer, method, head and posterior gives what the Python reference gives, as
/// Tests/Vectors/README.md describes layers.json.
@Suite struct LayerVectorsTests {
  struct Case: Decodable {
    let name: String
    let image: Data
    let inputs: [Data]
    let runs: [Run]
  }

  struct Run: Decodable {
    let posterior: String
    let cut_q31: UInt32
    let passes: Int
    let seed: String
    let call: String
    let input: Int
    let leaves: UInt32
    let samples: UInt32
    let mass_q31: UInt32
    let label: UInt32
    let entropy_q16: UInt32
    let mutual_information_q16: UInt32
    let probability_crc32: UInt32?
    let means: [Int32]?
    let deviations: [UInt32]?
    let tensors: [UInt32]
  }

  static let root = URL(filePath: #filePath)
    .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()

  static func cases() throws -> [Case] {
    let path = root.appending(path: "Tests/Vectors/layers.json")
    return try JSONDecoder().decode([Case].self, from: Data(contentsOf: path))
  }

  private func posterior(_ run: Run) -> Posterior {
    switch run.posterior {
    case "exact": .exact
    case "certified": .certified(cut: run.cut_q31)
    case "sampled": .sampled(passes: run.passes, seed: UInt64(run.seed)!)
    default: .deterministic
    }
  }

  @Test func equalsTheReference() throws {
    let cases = try LayerVectorsTests.cases()
    #expect(cases.count > 100)
    for entry in cases {
      let image = try HeldModel(entry.image)
      for run in entry.runs {
        for keepsSums in [true, false] {
          let config = SessionConfig(
            posterior: posterior(run), keepsSums: keepsSums, firstCall: UInt64(run.call)!)
          let test = try TestSession(image, config)
          check(test, [UInt8](entry.inputs[run.input]), run, "\(entry.name), \(run.posterior)")
          #expect(test.isIntact, "\(entry.name)")
        }
      }
    }
  }

  private func check(_ test: TestSession, _ input: [UInt8], _ run: Run, _ name: String) {
    let session = test.session
    guard let prediction = try? session.infer(input, bytes: input.count) else {
      Issue.record("\(name): no prediction")
      return
    }
    for (index, expected) in run.tensors.enumerated() {
      #expect(
        session.tensor(index + 1).checksum(0) == expected,
        "\(name): tensor \(index + 1)")
    }
    #expect(prediction.leaves == run.leaves, "\(name)")
    #expect(prediction.samples == run.samples, "\(name)")
    #expect(prediction.mass == run.mass_q31, "\(name)")
    #expect(prediction.label == run.label, "\(name)")
    #expect(prediction.entropy == run.entropy_q16, "\(name)")
    #expect(prediction.mutualInformation == run.mutual_information_q16, "\(name)")
    if let expected = run.probability_crc32 {
      #expect(session.probabilityChecksum(0) == expected, "\(name)")
    }
    for (output, mean) in (run.means ?? []).enumerated() {
      let value = try? session.value(UInt32(output))
      #expect(value?.mean == mean, "\(name)")
      #expect(value?.deviation == run.deviations![output], "\(name)")
    }
  }

  /// What an inference before leaves behind must not matter, nor how it is cut into steps.
  @Test func steppingAndRestartingChangeNothing() throws {
    for entry in try LayerVectorsTests.cases() where !entry.runs.isEmpty {
      let image = try HeldModel(entry.image)
      let run = entry.runs[0]
      let config = SessionConfig(posterior: posterior(run), firstCall: UInt64(run.call)! &- 1)
      let test = try TestSession(image, config)
      let other = [UInt8](entry.inputs[1 - run.input])
      try test.session.pointee.begin(other, bytes: other.count)
      for _ in 0..<5 { try test.session.pointee.step(workMax: 0) }
      let input = [UInt8](entry.inputs[run.input])
      try test.session.pointee.begin(input, bytes: input.count)
      while !test.session.pointee.isFinished { try test.session.pointee.step(workMax: 0) }
      for (index, expected) in run.tensors.enumerated() {
        #expect(
          test.session.tensor(index + 1).checksum(0) == expected, "\(entry.name)")
      }
      #expect(try test.session.result().entropy == run.entropy_q16, "\(entry.name)")
    }
  }
}

extension Tensor {
  /// CRC-32 over all elements: codes as bytes, integers as i32.
  func checksum(_ start: UInt32) -> UInt32 {
    if shape.kind == .integers {
      return Checksum.crc32(start, memory, bytes: 4 * shape.elements)
    }
    let bytes = (0..<shape.elements).map {
      UInt8(code($0 / shape.channels, $0 % shape.channels))
    }
    return Checksum.crc32(start, bytes, bytes: bytes.count)
  }
}

extension UnsafeMutablePointer<Session> {
  /// CRC-32 over the probabilities of all positions and classes.
  func probabilityChecksum(_ start: UInt32) -> UInt32 {
    (0..<probabilityCount).reduce(start) { Checksum.crc32($0, word: probability($1)) }
  }
}
