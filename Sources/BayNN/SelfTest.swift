// SPDX-License-Identifier: Apache-2.0
import BayNNCore
import BayNNEngine
import BayNNModel
import BayNNSelfTest
import CBayNN

/// What lies in a `baynn_self_test_t`.
struct BegunSelfTest {
  /// Marks memory that holds a self-test.
  static let liveTag: UInt32 = 0x5453_4E42
  let tag = BegunSelfTest.liveTag
  var test: SelfTest
}

@c @implementation
public func baynn_self_test_storage_bytes(
  _ model: UnsafePointer<baynn_model_t>?, _ bytes: UnsafeMutablePointer<Int>?
) -> baynn_status_t {
  do throws(Fault) {
    let model = try require(model)
    let bytes = try require(bytes)
    bytes.pointee = try SelfTest.storageBytes(requireOpen(model))
    return BAYNN_OK
  } catch {
    return error.status
  }
}

@c @implementation
public func baynn_self_test(
  _ storage: UnsafeMutableRawPointer?, _ bytes: Int, _ model: UnsafePointer<baynn_model_t>?,
  _ config: UnsafePointer<baynn_self_test_config_t>?,
  _ report: UnsafeMutablePointer<baynn_self_test_report_t>?
) -> baynn_status_t {
  do throws(Fault) {
    let report = try require(report)
    try requireStruct(baynn_self_test_report_t.self, bytes: report.pointee.struct_bytes)
    var test = try begin(storage, bytes, model, config)
    while !test.isFinished { test.step(workMax: .max) }
    try write(test, to: &report.pointee)
    return BAYNN_OK
  } catch {
    return error.status
  }
}

@c @implementation
public func baynn_self_test_begin(
  _ test: UnsafeMutablePointer<baynn_self_test_t>?, _ storage: UnsafeMutableRawPointer?,
  _ bytes: Int, _ model: UnsafePointer<baynn_model_t>?,
  _ config: UnsafePointer<baynn_self_test_config_t>?
) -> baynn_status_t {
  do throws(Fault) {
    let memory = UnsafeMutableRawPointer(try require(test))
    let begun = BegunSelfTest(test: try begin(storage, bytes, model, config))
    memory.initializeMemory(as: BegunSelfTest.self, to: begun)
    return BAYNN_OK
  } catch {
    return error.status
  }
}

private func begin(
  _ storage: UnsafeMutableRawPointer?, _ bytes: Int, _ model: UnsafePointer<baynn_model_t>?,
  _ config: UnsafePointer<baynn_self_test_config_t>?
) throws(Fault) -> SelfTest {
  let storage = try require(storage)
  let open = try requireOpen(require(model))
  try requireAligned(storage, to: UInt(BAYNN_STORAGE_ALIGNMENT))
  let tests = try requestedTests(config, of: TestBits.all)
  try SelfTest.check(storage, bytes: size(bytes), open)
  return SelfTest(tests, model: open, storage: storage, bytes: size(bytes))
}

/// The tests that a configuration asks for: all there are unless it names some of them.
func requestedTests(
  _ config: UnsafePointer<baynn_self_test_config_t>?, of all: UInt32
) throws(Fault) -> UInt32 {
  guard let config = config?.pointee else { return all }
  try requireStruct(baynn_self_test_config_t.self, bytes: config.struct_bytes)
  guard config.tests & ~all == 0 else { throw .argument }
  return config.tests == 0 ? all : config.tests
}

/// The self-test that has been begun, or BAYNN_ERROR_STATE.
private func requireBegun(
  _ test: UnsafePointer<baynn_self_test_t>?
) throws(Fault) -> UnsafePointer<BegunSelfTest> {
  let memory = UnsafeRawPointer(try require(test))
  guard memory.load(as: UInt32.self) == BegunSelfTest.liveTag else {
    throw .state
  }
  return memory.assumingMemoryBound(to: BegunSelfTest.self)
}

@c @implementation
public func baynn_self_test_step(
  _ test: UnsafeMutablePointer<baynn_self_test_t>?, _ work_max: UInt32,
  _ finished: UnsafeMutablePointer<UInt32>?
) -> baynn_status_t {
  do throws(Fault) {
    let begun = UnsafeMutablePointer(mutating: try requireBegun(test))
    let finished = try require(finished)
    begun.pointee.test.step(workMax: work_max)
    finished.pointee = begun.pointee.test.isFinished ? 1 : 0
    return BAYNN_OK
  } catch {
    return error.status
  }
}

@c @implementation
public func baynn_self_test_report(
  _ test: UnsafePointer<baynn_self_test_t>?,
  _ report: UnsafeMutablePointer<baynn_self_test_report_t>?
) -> baynn_status_t {
  do throws(Fault) {
    let report = try require(report)
    try requireStruct(baynn_self_test_report_t.self, bytes: report.pointee.struct_bytes)
    try write(requireBegun(test).pointee.test, to: &report.pointee)
    return BAYNN_OK
  } catch {
    return error.status
  }
}

private func write(
  _ test: SelfTest, to report: inout baynn_self_test_report_t
) throws(Fault) {
  report.requested = test.requested
  report.completed = test.completed
  report.failed = test.failed
  report.first_failed = test.first.test
  report.first_index = test.first.index
  report.first_actual = test.first.actual
  report.first_expected = test.first.expected
  if test.failed != 0 { throw .selfTest }
}
