// SPDX-License-Identifier: Apache-2.0
import Foundation
import Testing

@testable import BayNNCore
@testable import BayNNEngine
@testable import BayNNModel

/// The committed digits model gives the integers that the PyTorch network gave, as
/// Tests/Vectors/README.md describes.
@Suite struct DigitsParityTests {
  private let held: HeldModel
  private let inputs: [[UInt8]]

  private static let root = URL(filePath: #filePath)
    .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()

  init() throws {
    let folder = DigitsParityTests.root.appending(path: "Examples/Models/digits")
    let bytes = try Data(contentsOf: folder.appending(path: "digits.baynn"))
    held = try HeldModel(bytes)
    let records = [UInt8](try Data(contentsOf: folder.appending(path: "digits-test.u8")))
    inputs = stride(from: 0, to: records.count, by: 65).map { Array(records[$0..<$0 + 64]) }
  }

  private func vectors(_ name: String) throws -> [UInt32] {
    let path = DigitsParityTests.root.appending(path: "Tests/Vectors/\(name)")
    let data = try Data(contentsOf: path)
    return data.withUnsafeBytes { raw in
      (0..<data.count / 4).map { raw.loadUnaligned(fromByteOffset: 4 * $0, as: UInt32.self) }
    }
  }

  /// Sums of all layers, leaf by leaf, in the order of masks.
  private func leaves(_ input: [UInt8], _ outputs: [Int]) throws -> [[[Int32]]] {
    let test = try TestSession(held, SessionConfig(posterior: .exact))
    try test.session.pointee.begin(input, bytes: input.count)
    var result: [[[Int32]]] = []
    var sums = try LeafSums(held, outputs.dropLast())
    while !test.session.pointee.isFinished {
      guard try sums.step(test.session) else { continue }
      let head = (0..<outputs.last!).map { test.session.headSum($0)! }
      result.append(sums.layers + [head])
    }
    return result
  }

  private func checksum(_ sums: [Int32]) -> UInt32 {
    sums.withUnsafeBytes { Checksum.crc32(0, $0.baseAddress!, bytes: $0.count) }
  }

  @Test func sameIntegersAndLabelsAsPyTorch() throws {
    let words = try vectors("digits-parity.bin")
    let (count, masks, layers, full) = (
      Int(words[0]), Int(words[1]), Int(words[2]), Int(words[3])
    )
    let outputs = words[4..<4 + layers].map { Int($0) }
    let pairs = try softmaxPairs()
    #expect(count == inputs.count && masks == 1 << held.model.sites && full <= count)
    var next = 4 + layers
    var fullSums: [Int32] = []
    for (index, input) in inputs.enumerated() {
      let leaves = try leaves(input, outputs)
      #expect(leaves.count == masks)
      for sums in leaves {
        #expect(label(ofLeafWith: sums[layers - 1], pairs) == words[next])
        for layer in 0..<layers {
          #expect(checksum(sums[layer]) == words[next + 1 + layer])
          if index < full { fullSums += sums[layer] }
        }
        next += 1 + layers
      }
    }
    #expect(fullSums == words[next...].map { Int32(bitPattern: $0) })
  }

  private func softmaxPairs() throws -> UnsafePointer<Int32> {
    var reader = LayerReader(held.view)
    repeat { try reader.next() } while !reader.isDone
    var reading = reader.reading
    var layer = try SoftmaxHead.read(&reading)
    return SoftmaxHead.pairs(&layer)
  }

  private func label(ofLeafWith sums: [Int32], _ pairs: UnsafePointer<Int32>) -> UInt32 {
    let logits = sums.indices.map { SoftmaxHead.logit(pairs, $0, sum: sums[$0]) }
    return UInt32(logits.firstIndex(of: logits.max()!)!)
  }

  /// All fields of all predictions under all posteriors, as the Python reference has them.
  @Test func samePredictionsAsThePythonReference() throws {
    let words = try vectors("digits-posterior.bin")
    let count = Int(words[0])
    #expect(count == inputs.count)
    var next = 1
    let posteriors: [Posterior] = [
      .exact, .certified(cut: 1 << 29), .sampled(passes: 20, seed: 0x0123_4567_89AB_CDEF),
      .deterministic,
    ]
    for (index, input) in inputs.enumerated() {
      for posterior in posteriors {
        let config = SessionConfig(posterior: posterior, firstCall: UInt64(index))
        let test = try TestSession(held, config)
        let p = try test.session.infer(input, bytes: 64)
        let actual =
          [p.label, p.leaves, p.samples, p.entropy, p.mutualInformation, p.mass]
          + (0..<10).map { test.session.probability($0) }
        #expect(actual == Array(words[next..<next + 16]))
        next += 16
      }
    }
    #expect(next == words.count)
  }
}
