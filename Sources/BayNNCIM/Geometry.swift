// SPDX-License-Identifier: Apache-2.0
import BayNNCore
import CBayNN

/// The shape of a device: `arrays` arrays of `rows` x `columns` cells.
package struct Geometry: Equatable {
  package let arrays: Int
  package let rows: Int
  package let columns: Int
  /// The most rows that one mac drives.
  package let activeRowsMax: Int
  package let randomUnits: Int

  package var rowWords: Int { rows >> 5 }
  package var columnWords: Int { columns >> 5 }
  /// Bits that it takes to write a count.
  package var countPlanes: Int { bitWidth(activeRowsMax) }

  /// What a driver tells, if it is in range.
  package init(_ told: baynn_cim_geometry_t) throws(Fault) {
    guard 1...BAYNN_CIM_ARRAYS_MAX ~= told.arrays, Geometry.isSize(told.rows),
      Geometry.isSize(told.columns), 1...told.rows ~= told.active_rows_max,
      told.random_units >= 1
    else { throw .cimGeometry }
    arrays = told.arrays.int
    rows = told.rows.int
    columns = told.columns.int
    activeRowsMax = told.active_rows_max.int
    randomUnits = min(told.random_units, 1 << 30).int
  }

  private static func isSize(_ lines: UInt32) -> Bool {
    32...BAYNN_CIM_LINES_MAX ~= lines && lines & 31 == 0
  }
}
