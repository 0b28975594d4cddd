// SPDX-License-Identifier: Apache-2.0
import BayNNCore
import BayNNEngine
import BayNNModel
import BayNNSelfTest
import CBayNN

@c @implementation
public func baynn_self_test_storage_bytes(
  _ model: UnsafePointer<baynn_model_t>?, _ bytes: UnsafeMutablePointer<Int>?
) -> baynn_status_t {
  status { () throws(Fault) in
    let open = try requireOpen(model)
    let bytes = try require(bytes)
    bytes.pointee = try SelfTest.storageBytes(open)
  }
}

@c @implementation
public func baynn_self_test(
  _ storage: UnsafeMutableRawPointer?, _ bytes: Int, _ model: UnsafePointer<baynn_model_t>?,
  _ config: UnsafePointer<baynn_self_test_config_t>?,
  _ report: UnsafeMutablePointer<baynn_self_test_report_t>?
) -> baynn_status_t {
  status { () throws(Fault) in
    let output = try Output(report)
    var test = try begin(storage, bytes, model, config)
    while !test.isFinished { test.step(workMax: .max) }
    try write(test, to: output)
  }
}

@c @implementation
public func baynn_self_test_begin(
  _ test: UnsafeMutablePointer<baynn_self_test_t>?, _ storage: UnsafeMutableRawPointer?,
  _ bytes: Int, _ model: UnsafePointer<baynn_model_t>?,
  _ config: UnsafePointer<baynn_self_test_config_t>?
) -> baynn_status_t {
  status { () throws(Fault) in
    let memory = try requireStorage(test)
    let begun = BegunSelfTest(test: try begin(storage, bytes, model, config))
    memory.initializeMemory(as: BegunSelfTest.self, to: begun)
  }
}

private func begin(
  _ storage: UnsafeMutableRawPointer?, _ bytes: Int, _ model: UnsafePointer<baynn_model_t>?,
  _ config: UnsafePointer<baynn_self_test_config_t>?
) throws(Fault) -> SelfTest {
  let storage = try requireStorage(storage)
  let open = try requireOpen(model)
  let tests = try requestedTests(config, of: TestBits.all)
  try SelfTest.check(storage, bytes: size(bytes), open)
  return SelfTest(tests, model: open, storage: storage, bytes: size(bytes))
}

/// The tests that a configuration asks for: all there are unless it names some of them.
func requestedTests(
  _ config: UnsafePointer<baynn_self_test_config_t>?, of all: UInt32
) throws(Fault) -> UInt32 {
  guard config != nil else { return all }
  let tests = try read(config).tests
  guard tests & ~all == 0 else { throw .argument }
  return tests == 0 ? all : tests
}

@c @implementation
public func baynn_self_test_step(
  _ test: UnsafeMutablePointer<baynn_self_test_t>?, _ work_max: UInt32,
  _ finished: UnsafeMutablePointer<UInt32>?
) -> baynn_status_t {
  status { () throws(Fault) in
    let begun = try requireBegun(test)
    let finished = try require(finished)
    begun.pointee.test.step(workMax: work_max)
    finished.pointee = begun.pointee.test.isFinished ? 1 : 0
  }
}

@c @implementation
public func baynn_self_test_report(
  _ test: UnsafePointer<baynn_self_test_t>?,
  _ report: UnsafeMutablePointer<baynn_self_test_report_t>?
) -> baynn_status_t {
  status { () throws(Fault) in
    let begun = try requireBegun(test)
    try write(begun.pointee.test, to: Output(report))
  }
}

private func write(
  _ test: SelfTest, to output: Output<baynn_self_test_report_t>
) throws(Fault) {
  output.write(
    baynn_self_test_report_t(
      struct_bytes: 0, requested: test.requested, completed: test.completed, failed: test.failed,
      first_failed: test.first.test, first_index: test.first.index,
      first_actual: test.first.actual, first_expected: test.first.expected))
  if test.failed != 0 { throw .selfTest }
}
