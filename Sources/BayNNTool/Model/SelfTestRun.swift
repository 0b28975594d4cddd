// SPDX-License-Identifier: Apache-2.0
import BayNN
import CBayNN

/// The library's self-test of a model, on memory of this machine.
struct SelfTestRun {
  enum Outcome: String {
    case passed, failed
    case notRun = "not run"
  }

  struct Test {
    let bit: UInt32
    let name: String
    let meaning: String
  }

  /// In the order in which they run.
  static let tests = [
    Test(
      bit: BAYNN_TEST_STORAGE, name: "storage", meaning: "every cell holds what is written to it"),
    Test(
      bit: BAYNN_TEST_RANDOM, name: "random", meaning: "the generator gives the published vectors"),
    Test(
      bit: BAYNN_TEST_KERNELS, name: "kernels", meaning: "every kernel gives the known answer"),
    Test(
      bit: BAYNN_TEST_IMAGE, name: "image", meaning: "checksum and structure are sound"),
    Test(
      bit: BAYNN_TEST_MODEL, name: "model", meaning: "the known answers come out, bit for bit"),
  ]

  let report: baynn_self_test_report_t
  /// Storage that the self-test ran on.
  let storageBytes: Int

  init(_ model: LoadedModel) throws {
    var bytes = 0
    try check(
      model.withModel { baynn_self_test_storage_bytes($0, &bytes) },
      "baynn_self_test_storage_bytes")
    let storage = UnsafeMutableRawPointer.allocate(
      byteCount: bytes, alignment: Int(BAYNN_STORAGE_ALIGNMENT))
    defer { storage.deallocate() }
    var report = baynn_self_test_report_t()
    report.struct_bytes = UInt32(MemoryLayout<baynn_self_test_report_t>.size)
    let status = model.withModel { baynn_self_test(storage, bytes, $0, nil, &report) }
    if status != BAYNN_ERROR_SELF_TEST { try check(status, "baynn_self_test") }
    self.report = report
    storageBytes = bytes
  }

  init(report: baynn_self_test_report_t, storageBytes: Int) {
    self.report = report
    self.storageBytes = storageBytes
  }

  /// A model without known answers has none to test.
  var hasPassed: Bool {
    report.failed == 0 && report.completed | BAYNN_TEST_MODEL == report.requested
  }

  func outcome(of test: Test) -> Outcome {
    if report.failed & test.bit != 0 { return .failed }
    return report.completed & test.bit != 0 ? .passed : .notRun
  }

  /// Where the first failure is, or nil if there is none.
  var firstFailure: String? {
    guard let test = SelfTestRun.tests.first(where: { $0.bit == report.first_failed }) else {
      return nil
    }
    let index = report.first_index
    let place =
      switch test.bit {
      case BAYNN_TEST_STORAGE: "the word at byte \(index)"
      case BAYNN_TEST_RANDOM: "vector \(index)"
      case BAYNN_TEST_KERNELS: index == 0 ? "softmax" : "the kernel of \(index)-bit words"
      case BAYNN_TEST_IMAGE: statusName(-baynn_status_t(truncatingIfNeeded: index))
      default: "known answer \(index)"
      }
    return "\(test.name): \(place): \(hexadecimal(report.first_actual)) in place of "
      + hexadecimal(report.first_expected)
  }
}
