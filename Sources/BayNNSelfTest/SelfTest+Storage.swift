// SPDX-License-Identifier: Apache-2.0
import BayNNCore
import BayNNEngine
import BayNNModel

extension SelfTest {
  /// Storage that the self-test of a model needs.
  package static func storageBytes(_ model: UnsafePointer<Model>) throws(Fault) -> Int {
    max(try Session.storageBytes(model, sessionConfig(model)), testBytes(model))
  }

  /// Storage that all tests but that of known answers need.
  package static func testBytes(_ model: UnsafePointer<Model>) -> Int {
    max(KernelTest.storageBytes(model), ImageTest.storageBytes)
  }

  /// How the session of the test is configured.
  package static func sessionConfig(_ model: UnsafePointer<Model>) -> SessionConfig {
    SessionConfig(posterior: SessionConfig.defaultPosterior(model))
  }

  /// Checks that storage is large enough, by making the session of the known answers in it.
  ///
  /// - Throws: `storage`. What else is wrong is for the tests to find.
  package static func check(
    _ storage: UnsafeMutableRawPointer, bytes: Int, _ model: UnsafePointer<Model>
  ) throws(Fault) {
    guard bytes >= testBytes(model) else { throw .storage }
    do throws(Fault) {
      _ = try Session.make(in: storage, bytes: bytes, model, sessionConfig(model))
    } catch {
      if error == .storage { throw error }
    }
  }
}
