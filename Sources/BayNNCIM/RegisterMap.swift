// SPDX-License-Identifier: Apache-2.0

/// The register map of a CIM device: SPEC.md section 7. Addresses are in bytes.
enum RegisterMap {
  static var identity: UInt32 { 0x4D43_4E42 }
  static var version: UInt32 { 1 }
}

/// Addresses of registers and windows.
enum Register {
  static var identity: UInt32 { 0x000 }
  static var version: UInt32 { 0x004 }
  static var arrays: UInt32 { 0x008 }
  static var rows: UInt32 { 0x00C }
  static var columns: UInt32 { 0x010 }
  static var activeMax: UInt32 { 0x014 }
  static var units: UInt32 { 0x018 }
  static var capabilities: UInt32 { 0x01C }
  static var command: UInt32 { 0x020 }
  static var status: UInt32 { 0x024 }
  static var error: UInt32 { 0x028 }
  /// Followed by ROW, ROW_WORDS and COLUMN_WORDS.
  static var array: UInt32 { 0x02C }
  /// Followed by RANDOM_BITS.
  static var probability: UInt32 { 0x03C }
  static var value: UInt32 { 0x044 }
  static var active: UInt32 { 0x1000 }
  static var inputs: UInt32 { 0x2000 }
  static var cells: UInt32 { 0x3000 }
  static var result: UInt32 { 0x4000 }
}

/// Values of COMMAND.
enum Command: UInt32 {
  case reset = 1
  case program = 2
  case read = 3
  case erase = 4
  case mac = 5
  case random = 6
  case sync = 7
  case wear = 8
  case temperature = 9
}

/// Bits of STATUS.
enum StatusBits {
  static var busy: UInt32 { 0x1 }
  static var done: UInt32 { 0x2 }
  static var error: UInt32 { 0x4 }
  static var all: UInt32 { 0x7 }
}
