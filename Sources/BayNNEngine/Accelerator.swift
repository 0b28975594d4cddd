// SPDX-License-Identifier: Apache-2.0
import BayNNCore

/// Counts sums and gives random bits in the place of the library's own kernels: arrays that
/// compute in memory, or a model of them. It lies at the start of what its functions need.
///
/// Why functions in a structure, not a type parameter: a program that makes no such session
/// then holds none of their code.
package struct Accelerator {
  /// Counts a window (a `WindowSums`) with a copy of its weights: sets the counters, and the
  /// result, a `WindowSums.Count`. `active` are the rows that count; nil for all.
  package typealias CountFunction =
    @convention(c) (
      _ accelerator: UnsafeMutableRawPointer, _ sums: UnsafeRawPointer, _ copy: Int,
      _ active: UnsafePointer<UInt32>?, _ result: UnsafeMutableRawPointer
    ) -> Void
  /// Gives `count` bits, each 1 with a probability of `probability` / 65536; padding is 0.
  package typealias RandomFunction =
    @convention(c) (
      _ accelerator: UnsafeMutableRawPointer, _ probability: UInt32, _ count: Int,
      _ bits: UnsafeMutablePointer<UInt32>
    ) -> Void

  fileprivate let countFunction: CountFunction
  fileprivate let randomFunction: RandomFunction?
  /// The status of the first operation that failed, until it is taken: what has been counted
  /// or drawn since is void.
  package var failure: Int32 = 0

  /// It is that of arrays, not a model of them.
  package let isArrays: Bool

  /// Without a random function, which arrays have, bits come from the library's own generator.
  package init(count: @escaping CountFunction, random: RandomFunction?) {
    isArrays = random != nil
    countFunction = count
    randomFunction = random
  }
}

extension UnsafeMutablePointer<Accelerator> {
  @inline(never)
  func count(
    _ sums: UnsafeMutablePointer<WindowSums>, copy: Int, active: UnsafePointer<UInt32>?
  ) -> WindowSums.Count {
    var result = WindowSums.Count(parity: 0, work: 0)
    pointee.countFunction(self, sums, copy, active, &result)
    return result
  }

  /// Draws bits; false if the library's own generator is to do so.
  func draw(
    _ count: Int, probability: UInt32, into bits: UnsafeMutablePointer<UInt32>
  ) -> Bool {
    guard let random = pointee.randomFunction else { return false }
    random(self, probability, count, bits)
    return true
  }

  /// Why it has failed; nil if it has not. It then counts as not failed.
  mutating func takeFailure() -> Fault? {
    let status = pointee.failure
    guard status != 0 else { return nil }
    pointee.failure = 0
    return Fault(status: status)
  }
}
