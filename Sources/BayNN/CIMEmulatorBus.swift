// SPDX-License-Identifier: Apache-2.0
import BayNNCIMEmulator
import BayNNCore
import CBayNN

/// The bus of an emulated device; the context of its functions is the device.
enum EmulatorBus {
  static func read32(
    _ context: UnsafeMutableRawPointer?, _ address: UInt32, _ value: UnsafeMutablePointer<UInt32>?
  ) -> baynn_status_t {
    readWords(context, address, value, 1)
  }

  static func write32(
    _ context: UnsafeMutableRawPointer?, _ address: UInt32, _ value: UInt32
  ) -> baynn_status_t {
    var value = value
    return writeWords(context, address, &value, 1)
  }

  static func readWords(
    _ context: UnsafeMutableRawPointer?, _ address: UInt32,
    _ words: UnsafeMutablePointer<UInt32>?, _ count: UInt32
  ) -> baynn_status_t {
    status { () throws(Fault) in
      let device = try requireDevice(OpaquePointer(context))
      let words = try require(words)
      try device.pointee.access()
      var i: UInt32 = 0
      while i < count {
        words[Int(truncatingIfNeeded: i)] = device.pointee.read(address &+ 4 &* i)
        i &+= 1
      }
    }
  }

  static func writeWords(
    _ context: UnsafeMutableRawPointer?, _ address: UInt32, _ words: UnsafePointer<UInt32>?,
    _ count: UInt32
  ) -> baynn_status_t {
    status { () throws(Fault) in
      let device = try requireDevice(OpaquePointer(context))
      let words = try require(words)
      try device.pointee.access()
      var i: UInt32 = 0
      while i < count {
        // A command in the words before may have been the last one before power failed.
        if i != 0 { try device.pointee.requirePower() }
        device.pointee.write(address &+ 4 &* i, words[Int(truncatingIfNeeded: i)])
        i &+= 1
      }
    }
  }
}
