// SPDX-License-Identifier: Apache-2.0

/// The part of a self-test that knows arrays: their tests, and known answers computed on them.
///
/// Why a function in a structure: a program without arrays then holds none of its code.
package struct DeviceTest {
  /// Runs a piece of the current test of a `SelfTest`; returns units of work.
  package typealias RunFunction =
    @convention(c) (
      _ context: UnsafeMutableRawPointer, _ test: UnsafeMutableRawPointer
    ) -> UInt32

  private let context: UnsafeMutableRawPointer
  private let runFunction: RunFunction

  package init(_ context: UnsafeMutableRawPointer, run: @escaping RunFunction) {
    self.context = context
    runFunction = run
  }

  func run(_ test: inout SelfTest) -> UInt32 {
    withUnsafeMutablePointer(to: &test) { runFunction(context, $0) }
  }
}
