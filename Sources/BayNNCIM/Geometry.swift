// SPDX-License-Identifier: Apache-2.0
import BayNNCore

/// The shape of a device: `arrays` arrays of `rows` x `columns` cells.
package struct Geometry: Equatable {
  package let arrays: Int
  package let rows: Int
  package let columns: Int
  /// The most rows that one mac drives.
  package let activeRowsMax: Int
  package let randomUnits: Int

  package init(
    arrays: Int, rows: Int, columns: Int, activeRowsMax: Int, randomUnits: Int
  ) {
    self.arrays = arrays
    self.rows = rows
    self.columns = columns
    self.activeRowsMax = activeRowsMax
    self.randomUnits = randomUnits
  }

  package var rowWords: Int { rows >> 5 }
  package var columnWords: Int { columns >> 5 }
  /// Bits that it takes to write a count.
  package var countPlanes: Int { bitWidth(activeRowsMax) }
}
