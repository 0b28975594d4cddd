// SPDX-License-Identifier: Apache-2.0
import BayNNCore

/// The conductance of MTJs in one of their two states, at 25 degrees Celsius.
package struct StateConductance {
  /// In nS, at most 262140.
  package let mean: Int32
  package let deviation: Int32

  /// The mean in units of 4 nS.
  package var units: Int32 { (mean &+ 2) >> 2 }

  package init(mean: UInt32, deviation: UInt32) throws(Fault) {
    guard mean <= 262_140, deviation <= 262_140 else { throw .argument }
    self.mean = Int32(bitPattern: mean)
    self.deviation = Int32(bitPattern: deviation)
  }

  /// The conductance of one MTJ, in units of 4 nS.
  ///
  /// - Parameters:
  ///   - cell: its deviate, in Q24.
  ///   - write: how far the last write missed, relative, in Q24.
  package func of(cell: Int32, write: Int32) -> UInt16 {
    // |cell| < 2^27 and the deviation is below 2^18.
    var conductance = mean.wide &+ scaled(deviation.wide, byQ24: cell)
    // Below 2^21 times 2^27.
    conductance &+= scaled(conductance, byQ24: write)
    return UInt16(truncatingIfNeeded: max(0, min((conductance &+ 2) &>> 2, 65_535)))
  }
}
