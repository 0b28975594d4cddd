// SPDX-License-Identifier: Apache-2.0
import CBayNN
import Foundation
import Testing

@testable import BayNN

/// All predictions of the digits model by these modules as ordinary Swift: the line that
/// the host archive and the firmware print as well.
@Suite struct DigitsHashTests {
  private static let root = URL(filePath: #filePath)
    .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()

  @Test func sameLineAsTheArchives() throws {
    let folder = DigitsHashTests.root.appending(path: "Examples/Models/digits")
    let image = try Data(contentsOf: folder.appending(path: "digits.baynn"))
    let records = [UInt8](try Data(contentsOf: folder.appending(path: "digits-test.u8")))
    let expected = try String(
      contentsOf: DigitsHashTests.root.appending(path: "Tests/Vectors/digits-line.txt"),
      encoding: .utf8)

    let memory = UnsafeMutableRawBufferPointer.allocate(byteCount: image.count, alignment: 8)
    defer { memory.deallocate() }
    image.copyBytes(to: memory)
    var model = baynn_model_t()
    #expect(baynn_model_open(&model, memory.baseAddress, image.count, baynn_parts_all) == BAYNN_OK)
    var bytes = 0
    #expect(baynn_session_storage_bytes(&model, nil, &bytes) == BAYNN_OK)
    let storage = UnsafeMutableRawPointer.allocate(byteCount: bytes, alignment: 8)
    defer { storage.deallocate() }
    var session: OpaquePointer?
    #expect(baynn_session_init(storage, bytes, &model, nil, &session) == BAYNN_OK)

    var (correct, abstained, total, hash) = (0, 0, 0, UInt32(0))
    for start in stride(from: 0, to: records.count, by: 65) {
      var prediction = baynn_prediction_t()
      prediction.struct_bytes = UInt32(MemoryLayout<baynn_prediction_t>.size)
      let input = Array(records[start..<start + 64])
      #expect(baynn_infer(session, input, 64, &prediction) == BAYNN_OK)
      total += 1
      if prediction.label == UInt32(records[start + 64]) { correct += 1 }
      if prediction.flags & BAYNN_PREDICTION_ABSTAIN != 0 { abstained += 1 }
      hash = baynn_crc32(hash, &prediction, MemoryLayout<baynn_prediction_t>.size)
    }
    let hex = String(hash, radix: 16)
    let line =
      "\(correct)/\(total) correct, \(abstained) abstained, hash "
      + String(repeating: "0", count: 8 - hex.count) + hex
    #expect(line == expected.trimmingCharacters(in: .newlines))
  }
}
