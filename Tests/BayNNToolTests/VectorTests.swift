// SPDX-License-Identifier: Apache-2.0
import CBayNN
import Foundation
import Testing

@testable import BayNNTool

/// What the tool reads from sessions of models with every layer and head is what another
/// implementation computed (`Tests/Vectors/README.md`).
@Suite struct VectorTests {
  struct Entry: Decodable, CustomTestStringConvertible {
    struct Run: Decodable {
      let posterior: String
      let passes: Int
      let seed: String
      let call: String
      let input: Int
      let leaves: UInt32
      let samples: UInt32
      let massQ31: UInt32
      let label: UInt32
      let entropyQ16: UInt32
      let mutualInformationQ16: UInt32
      /// Of the probabilities of all positions; of classifications.
      let probabilityCrc32: UInt32?
      /// Of regressions.
      let means: [Int32]?
      let deviations: [UInt32]?
    }

    let name: String
    let image: Data
    let inputs: [Data]
    let runs: [Run]
    var testDescription: String { name }
  }

  private static func entries() throws -> [Entry] {
    let decoder = JSONDecoder()
    decoder.keyDecodingStrategy = .convertFromSnakeCase
    return try decoder.decode([Entry].self, from: Fixtures.vectors("layers.json"))
  }

  @Test(arguments: try VectorTests.entries())
  func predictions(entry: Entry) throws {
    let model = try LoadedModel([UInt8](entry.image), path: entry.name)
    // A cut of its own is nothing that the tool can ask for.
    for run in entry.runs where run.posterior != "certified" {
      let settings = SessionSettings(
        posterior: SessionSettings.Posterior(rawValue: run.posterior),
        passes: max(run.passes, 1), seed: try #require(UInt64(run.seed)))
      let session = try SessionPredictor(model: model, settings: settings)
      try session.restart(call: try #require(UInt64(run.call)))
      let found = try [UInt8](entry.inputs[run.input]).withUnsafeBufferPointer {
        try session.infer($0)
      }
      #expect(found.leaves == run.leaves && found.samples == run.samples)
      #expect(found.label == run.label && found.mass_q31 == run.massQ31)
      #expect(found.entropy_q16 == run.entropyQ16)
      #expect(found.mutual_information_q16 == run.mutualInformationQ16)
      if let expected = run.probabilityCrc32 { #expect(try checksum(session) == expected) }
      if let means = run.means, let deviations = run.deviations {
        let values = try means.indices.map { try session.value($0) }
        #expect(values.map(\.mean) == means.map { Double($0) / 65536 })
        #expect(values.map(\.deviation) == deviations.map { Double($0) / 65536 })
      }
    }
  }

  private func checksum(_ session: SessionPredictor) throws -> UInt32 {
    let bytes = try session.probabilities().flatMap { word in
      withUnsafeBytes(of: word.littleEndian) { [UInt8]($0) }
    }
    return baynn_crc32(0, bytes, bytes.count)
  }
}
