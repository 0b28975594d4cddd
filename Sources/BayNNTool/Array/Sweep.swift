// SPDX-License-Identifier: Apache-2.0

/// A setting that takes several values.
struct Sweep: Equatable, Sendable {
  let field: DeviceField
  let values: [Double]

  /// - Parameter text: "field=v1,v2,...".
  init(_ text: String) throws {
    let parts = text.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
    guard parts.count == 2 else {
      throw ToolError.usage("--sweep takes FIELD=V1,V2,..., not \"\(text)\"")
    }
    guard let field = DeviceField(rawValue: String(parts[0])) else {
      let names = DeviceField.allCases.map(\.rawValue).joined(separator: ", ")
      throw ToolError.usage("--sweep knows no field \"\(parts[0])\"; fields are \(names)")
    }
    self.field = field
    values = try parts[1].split(separator: ",", omittingEmptySubsequences: false).map { part in
      guard let value = Double(part), value.isFinite else {
        throw ToolError.usage("--sweep \(field.rawValue): \"\(part)\" is not a number")
      }
      return value
    }
    guard Set(values).count == values.count else {
      throw ToolError.usage("--sweep \(field.rawValue): a value is there twice")
    }
  }

  /// Every combination of values, the last sweep fastest; without sweeps a single empty one.
  static func grid(_ sweeps: [Sweep]) throws -> [[DeviceField: Double]] {
    guard Set(sweeps.map(\.field)).count == sweeps.count else {
      throw ToolError.usage("--sweep: a field is there twice; name all its values at once")
    }
    return sweeps.reduce([[:]]) { grid, sweep in
      grid.flatMap { point in
        sweep.values.map { point.merging([sweep.field: $0]) { $1 } }
      }
    }
  }
}
