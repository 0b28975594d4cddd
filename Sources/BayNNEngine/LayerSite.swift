// SPDX-License-Identifier: Apache-2.0
import BayNNCore

/// Where a layer finds its decisions in a pass.
struct LayerSite {
  /// How many bits of a mask, and how far the last of them is from the lowest one.
  private let bits: UInt8
  private let shift: UInt8
  /// Its number among wide layers; 255 if it is not one.
  private let wideNumber: UInt8

  init(bits: Int, shift: Int, wideLayer: Int?) {
    self.bits = UInt8(truncatingIfNeeded: bits)
    self.shift = UInt8(truncatingIfNeeded: shift)
    wideNumber = UInt8(truncatingIfNeeded: wideLayer ?? 255)
  }

  var wideLayer: UInt32? { wideNumber == 255 ? nil : UInt32(wideNumber) }

  @inline(__always)
  func state(_ mask: UInt32) -> Int {
    (mask &>> UInt32(shift) & (1 &<< UInt32(bits) &- 1)).int
  }

  /// True if the layer decides otherwise when these bits of the mask change, or when the
  /// pass does.
  @inline(__always)
  func decides(_ changed: UInt32, passChanged: Bool) -> Bool {
    state(changed) != 0 || (passChanged && wideNumber != 255)
  }
}
