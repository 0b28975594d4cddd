// SPDX-License-Identifier: Apache-2.0
import Foundation
import Testing

@testable import BayNNCore
@testable import BayNNEngine
@testable import BayNNModel

/// Every tensor and every output of the published models is what the Python reference gives, as
/// Tests/Vectors/README.md describes models.json.
///
/// Without optimisation large models take minutes, so this leaves them out unless the environment
/// variable BAYNN_ALL_MODELS is set (make test-models). Tests/CABI/test_models.c compares the
/// outputs of all of them.
@Suite struct ModelVectorsTests {
  struct Entry: Decodable {
    let model: String
    let image_crc32: UInt32
    let count: Int
    let seed: UInt32
    let runs: [Run]
  }

  struct Run: Decodable {
    let posterior: String
    let tensors_crc32: UInt32
    let outputs_crc32: UInt32
  }

  /// Work of a pass up to which a model counts as small: about 5 seconds without optimisation.
  static let workMax: UInt64 = 500_000

  static let root = LayerVectorsTests.root

  static func entries() throws -> [Entry] {
    let path = root.appending(path: "Tests/Vectors/models.json")
    return try JSONDecoder().decode([Entry].self, from: Data(contentsOf: path))
  }

  static func image(_ name: String) throws -> Data {
    try Data(contentsOf: root.appending(path: "Examples/Models/\(name)/\(name).baynn"))
  }

  /// The CRC-32 that ends an image.
  static func checksum(_ image: Data) -> UInt32 {
    image.suffix(4).reversed().reduce(0) { $0 << 8 | UInt32($1) }
  }

  /// True for small models, and for all if they are asked for.
  static func runs(_ summary: ModelSummary) -> Bool {
    ProcessInfo.processInfo.environment["BAYNN_ALL_MODELS"] != nil
      || summary.passWork <= workMax
  }

  @Test func everyModelHasVectorsOfItsImage() throws {
    let folder = ModelVectorsTests.root.appending(path: "Examples/Models")
    let names = try FileManager.default.contentsOfDirectory(atPath: folder.path).filter {
      FileManager.default.fileExists(atPath: folder.appending(path: "\($0)/\($0).baynn").path)
    }
    let entries = try ModelVectorsTests.entries()
    #expect(Set(names) == Set(entries.map(\.model)))
    for entry in entries {
      let image = try ModelVectorsTests.image(entry.model)
      #expect(ModelVectorsTests.checksum(image) == entry.image_crc32, "\(entry.model)")
    }
  }

  @Test func tensorsAndOutputsEqualTheReference() throws {
    for entry in try ModelVectorsTests.entries() {
      let image = try HeldModel(ModelVectorsTests.image(entry.model))
      guard try ModelVectorsTests.runs(ModelSummary(image.view)) else { continue }
      for run in entry.runs {
        try check(image, entry, run)
      }
    }
  }

  private func check(_ held: HeldModel, _ entry: Entry, _ run: Run) throws {
    let posterior: Posterior =
      run.posterior == "sampled"
      ? .sampled(passes: 1, seed: UInt64(entry.seed)) : .deterministic
    let test = try TestSession(held, SessionConfig(posterior: posterior))
    var (tensors, outputs): (UInt32, UInt32) = (0, 0)
    for index in 0..<entry.count {
      let input = ModelVectorsTests.syntheticInput(held.model.input, entry.seed, UInt32(index))
      let prediction = try test.session.infer(input, bytes: input.count)
      for number in 1...test.session.pointee.layerCount {
        tensors = test.session.tensor(number).checksum(tensors)
      }
      outputs = try test.session.outputChecksum(outputs, prediction)
    }
    #expect(tensors == run.tensors_crc32, "\(entry.model), \(run.posterior)")
    #expect(outputs == run.outputs_crc32, "\(entry.model), \(run.posterior)")
    #expect(test.isIntact, "\(entry.model)")
  }

  /// Element e is word e mod 4 of the block with the counter (e / 4, index, 0, 0).
  private static func syntheticInput(
    _ shape: InputShape, _ seed: UInt32, _ index: UInt32
  ) -> [UInt8] {
    let elements = Int(shape.elements)
    let words = (0..<(elements + 3) / 4).flatMap { block in
      let words = Philox.block(key: (seed, 0), counter: (UInt32(block), index, 0, 0))
      return [words.0, words.1, words.2, words.3]
    }
    return words.prefix(elements).map { UInt8($0 % (UInt32(shape.maximum) + 1)) }
  }
}

extension UnsafeMutablePointer<Session> {
  /// CRC-32 over what there is to know about the last input.
  fileprivate func outputChecksum(
    _ start: UInt32, _ prediction: Prediction
  ) throws -> UInt32 {
    guard isRegression else {
      let words = [prediction.label, prediction.entropy, prediction.mutualInformation]
      return probabilityChecksum(words.reduce(start) { Checksum.crc32($0, word: $1) })
    }
    return try (0..<outputs).reduce(start) {
      let value = try value(UInt32($1))
      let mean = Checksum.crc32($0, word: UInt32(bitPattern: value.mean))
      return Checksum.crc32(mean, word: value.deviation)
    }
  }
}
