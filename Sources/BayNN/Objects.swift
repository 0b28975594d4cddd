// SPDX-License-Identifier: Apache-2.0
import BayNNCIM
import BayNNCIMEmulator
import BayNNCore
import BayNNEngine
import BayNNModel
import BayNNSelfTest
import CBayNN

// What lies in the opaque structures of the header, and how a call gets at it.

/// What the caller's memory holds once the library has initialised it.
protocol LiveObject {
  /// Marks such memory.
  static var liveTag: UInt32 { get }
  var tag: UInt32 { get }
}

/// The object in memory of the caller.
///
/// Errors: BAYNN_ERROR_NULL, BAYNN_ERROR_ALIGNMENT, BAYNN_ERROR_STATE (none has been initialised).
@inline(__always)
private func requireLive<T: LiveObject>(
  _ type: T.Type, in memory: UnsafeRawPointer?
) throws(Fault) -> UnsafeMutablePointer<T> {
  let memory = try requireStorage(UnsafeMutableRawPointer(mutating: memory))
  let object = memory.assumingMemoryBound(to: T.self)
  guard object.pointee.tag == T.liveTag else { throw .state }
  return object
}

/// What lies in a `baynn_model_t`.
struct OpenModel: LiveObject {
  static let liveTag: UInt32 = 0x4D4D_4E42
  /// First, so that its address is that of the whole.
  let model: Model
  let tag = OpenModel.liveTag
}

/// The model; BAYNN_ERROR_STATE also if it has been damaged.
@inline(never)
func requireOpen(_ model: UnsafePointer<baynn_model_t>?) throws(Fault) -> UnsafePointer<Model> {
  let open = UnsafeRawPointer(try requireLive(OpenModel.self, in: model))
    .assumingMemoryBound(to: Model.self)
  guard Model.isSealed(open) else { throw .state }
  return open
}

extension Session: LiveObject {}

/// The session; BAYNN_ERROR_STATE also if it has been damaged.
@inline(never)
func requireSession(_ session: OpaquePointer?) throws(Fault) -> UnsafeMutablePointer<Session> {
  let live = try requireLive(Session.self, in: UnsafeRawPointer(session))
  guard live.isSealed else { throw .state }
  return live
}

/// Runs `body`, which changes a session, and seals what it leaves.
@inline(__always)
func change(
  _ session: OpaquePointer?, _ body: (UnsafeMutablePointer<Session>) throws(Fault) -> Void
) throws(Fault) {
  let live = try requireSession(session)
  defer { live.sealState() }
  try body(live)
}

/// What lies in a `baynn_self_test_t`.
struct BegunSelfTest: LiveObject {
  static let liveTag: UInt32 = 0x5453_4E42
  let tag = BegunSelfTest.liveTag
  var test: SelfTest
}

@inline(never)
func requireBegun(
  _ test: UnsafePointer<baynn_self_test_t>?
) throws(Fault) -> UnsafeMutablePointer<BegunSelfTest> {
  try requireLive(BegunSelfTest.self, in: test)
}

/// What lies in a `baynn_cim_t`.
struct OpenArrays: LiveObject {
  static let liveTag: UInt32 = 0x4943_4E42
  /// First, so that its address is that of the whole.
  var arrays: ArrayModel
  let tag = OpenArrays.liveTag
}

@inline(never)
func requireArrays(
  _ cim: UnsafePointer<baynn_cim_t>?
) throws(Fault) -> UnsafeMutablePointer<ArrayModel> {
  UnsafeMutableRawPointer(try requireLive(OpenArrays.self, in: cim))
    .assumingMemoryBound(to: ArrayModel.self)
}

extension Device: LiveObject {}

@inline(never)
func requireDevice(_ emulator: OpaquePointer?) throws(Fault) -> UnsafeMutablePointer<Device> {
  try requireLive(Device.self, in: UnsafeRawPointer(emulator))
}

/// What lies in a `baynn_cim_registers_t`. The caller passes its table on to `baynn_cim_open`.
struct OpenRegisters {
  var table: baynn_cim_driver_t
  var driver: RegisterDriver
}

@inline(__always)
func requireRegisters(
  _ context: UnsafeMutableRawPointer?
) throws(Fault) -> UnsafeMutablePointer<OpenRegisters> {
  try requireStorage(context).assumingMemoryBound(to: OpenRegisters.self)
}
