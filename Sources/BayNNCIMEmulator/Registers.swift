// SPDX-License-Identifier: Apache-2.0

/// Codes of the register ERROR (SPEC section 7).
enum DeviceError {
  static let none: UInt32 = 0
  static let command: UInt32 = 1
  static let busy: UInt32 = 2
  static let address: UInt32 = 3
  static let rows: UInt32 = 4
  static let write: UInt32 = 5
}

/// The registers that are not windows (SPEC section 7).
struct Registers {
  var array: UInt32 = 0
  var row: UInt32 = 0
  var rowWords: UInt32 = 0
  var columnWords: UInt32 = 0
  var probability: UInt32 = 0
  var randomBits: UInt32 = 0
  var value: UInt32 = 0
  /// How often STATUS still reads busy; UInt32.max for ever.
  var busyPolls: UInt32 = 0
  var isDone = false
  var error = DeviceError.none

  /// True while a command is under way.
  var isBusy: Bool { busyPolls != 0 }

  /// What STATUS reads, and one poll less.
  mutating func poll() -> UInt32 {
    guard isBusy else {
      return (isDone ? 2 : 0) | (error == DeviceError.none ? 0 : 4)
    }
    if busyPolls != .max { busyPolls &-= 1 }
    return 1
  }
}
