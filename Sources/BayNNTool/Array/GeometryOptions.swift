// SPDX-License-Identifier: Apache-2.0
import ArgumentParser
import CBayNN

/// How the rows of a convolution's weights lie.
enum ArrayMapping: String, CaseIterable, Codable, ExpressibleByArgument, Sendable {
  case unrolled, split

  var code: UInt32 {
    switch self {
    case .unrolled: BAYNN_CIM_MAPPING_UNROLLED
    case .split: BAYNN_CIM_MAPPING_SPLIT
    }
  }
}

/// The options that say what arrays there are, and how a model lies on them.
struct GeometryOptions: ParsableArguments {
  @Option(help: "Rows of an array, a multiple of 32 up to 4096.")
  var rows = 256

  @Option(help: "Columns of an array, a multiple of 32 up to 4096.")
  var columns = 256

  @Option(
    help: "The most rows that one read drives: the more, the harder counts are to tell apart.")
  var activeRows = 16

  @Option(help: "Stochastic units; random bits come from them in turn.")
  var randomUnits = 1

  @Option(help: "How many arrays the device has. Default: as many as the model needs.")
  var arrays: Int?

  @Option(help: "How convolutions lie: unrolled, or split, each tap in arrays of its own.")
  var mapping = ArrayMapping.unrolled

  @Flag(help: "Lay out 7 check bits for each 32 weights, in columns of their own.")
  var ecc = false

  func validate() throws {
    if let arrays, !(1...Int(BAYNN_CIM_ARRAYS_MAX)).contains(arrays) {
      throw ValidationError("--arrays is 1 to \(BAYNN_CIM_ARRAYS_MAX), not \(arrays).")
    }
  }

  func apply(to settings: inout DeviceSettings) throws {
    for (field, value) in [
      (DeviceField.rows, rows), (.columns, columns), (.activeRows, activeRows),
      (.randomUnits, randomUnits),
    ] {
      try settings.set(field, to: Double(value))
    }
  }
}
