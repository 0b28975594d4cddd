// SPDX-License-Identifier: Apache-2.0
import BayNNCIM
import BayNNCore
import BayNNEngine
import BayNNSelfTest
import CBayNN

@c @implementation
public func baynn_cim_session_storage_bytes(
  _ cim: UnsafePointer<baynn_cim_t>?, _ config: UnsafePointer<baynn_session_config_t>?,
  _ bytes: UnsafeMutablePointer<Int>?
) -> baynn_status_t {
  status { () throws(Fault) in
    let arrays = try requireArrays(cim)
    let bytes = try require(bytes)
    let config = try sessionConfig(config, ArraySession.model(of: arrays))
    bytes.pointee = try ArraySession.storageBytes(arrays, config)
  }
}

@c @implementation
public func baynn_cim_session_init(
  _ storage: UnsafeMutableRawPointer?, _ bytes: Int, _ cim: UnsafeMutablePointer<baynn_cim_t>?,
  _ config: UnsafePointer<baynn_session_config_t>?,
  _ session: UnsafeMutablePointer<OpaquePointer?>?
) -> baynn_status_t {
  status { () throws(Fault) in
    let storage = try requireStorage(storage)
    let arrays = try requireArrays(cim)
    let session = try require(session)
    let config = try sessionConfig(config, ArraySession.model(of: arrays))
    session.pointee = OpaquePointer(
      try ArraySession.make(in: storage, bytes: size(bytes), arrays, config))
  }
}

@c @implementation
public func baynn_cim_calibrate(
  _ session: OpaquePointer?, _ input: UnsafePointer<UInt8>?, _ bytes: Int
) -> baynn_status_t {
  status { () throws(Fault) in
    try change(session) { session throws(Fault) in
      try ArraySession.calibrate(session, require(input), bytes: bytes)
    }
  }
}

@c @implementation
public func baynn_cim_calibrate_clear(_ session: OpaquePointer?) -> baynn_status_t {
  status { () throws(Fault) in
    try change(session) { session throws(Fault) in
      try ArraySession.clearCalibration(session)
    }
  }
}

@c @implementation
public func baynn_cim_self_test_storage_bytes(
  _ cim: UnsafePointer<baynn_cim_t>?, _ bytes: UnsafeMutablePointer<Int>?
) -> baynn_status_t {
  status { () throws(Fault) in
    let arrays = try requireArrays(cim)
    let bytes = try require(bytes)
    bytes.pointee = try ArrayModel.testStorageBytes(arrays)
  }
}

@c @implementation
public func baynn_cim_self_test_begin(
  _ test: UnsafeMutablePointer<baynn_self_test_t>?, _ storage: UnsafeMutableRawPointer?,
  _ bytes: Int, _ cim: UnsafeMutablePointer<baynn_cim_t>?,
  _ config: UnsafePointer<baynn_self_test_config_t>?
) -> baynn_status_t {
  status { () throws(Fault) in
    let memory = try requireStorage(test)
    let storage = try requireStorage(storage)
    let arrays = try requireArrays(cim)
    let tests = try requestedTests(config, of: TestBits.all | TestBits.device)
    guard size(bytes) >= (try ArrayModel.testStorageBytes(arrays)) else { throw .storage }
    let begun = BegunSelfTest(
      test: SelfTest(
        tests, model: ArraySession.model(of: arrays), storage: storage, bytes: size(bytes),
        device: ArrayModel.deviceTest(arrays)))
    memory.initializeMemory(as: BegunSelfTest.self, to: begun)
  }
}
