// SPDX-License-Identifier: Apache-2.0
import BayNNCore
import BayNNEngine

/// The part of a self-test that knows arrays.
///
/// Why functions in a structure: a program without arrays then holds none of their code.
package struct DeviceTest {
  /// Runs a piece of the current test of a `SelfTest`; returns units of work.
  package typealias RunFunction =
    @convention(c) (
      _ context: UnsafeMutableRawPointer, _ test: UnsafeMutableRawPointer
    ) -> UInt32
  /// Makes a session in storage; returns a status.
  package typealias SessionFunction =
    @convention(c) (
      _ context: UnsafeMutableRawPointer, _ storage: UnsafeMutableRawPointer, _ bytes: Int,
      _ session: UnsafeMutablePointer<UnsafeMutableRawPointer?>
    ) -> Int32

  private let context: UnsafeMutableRawPointer
  private let runFunction: RunFunction
  private let sessionFunction: SessionFunction

  package init(
    _ context: UnsafeMutableRawPointer, run: @escaping RunFunction,
    makeSession: @escaping SessionFunction
  ) {
    self.context = context
    runFunction = run
    sessionFunction = makeSession
  }

  func run(_ test: inout SelfTest) -> UInt32 {
    withUnsafeMutablePointer(to: &test) { runFunction(context, $0) }
  }

  func makeSession(
    in storage: UnsafeMutableRawPointer, bytes: Int
  ) throws(Fault) -> UnsafeMutablePointer<Session> {
    var session: UnsafeMutableRawPointer?
    let status = sessionFunction(context, storage, bytes, &session)
    guard status == 0, let session else { throw Fault(driver: status) }
    return session.assumingMemoryBound(to: Session.self)
  }
}
