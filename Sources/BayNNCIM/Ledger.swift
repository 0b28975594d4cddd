// SPDX-License-Identifier: Apache-2.0
import BayNNCore

/// Operations of a model on its arrays: see `baynn_cim_ledger_t`.
package struct Ledger {
  package var macs: UInt64 = 0
  package var cellReads: UInt64 = 0
  package var conversions: UInt64 = 0
  package var accumulations: UInt64 = 0
  package var randomBits: UInt64 = 0
  package var cellWrites: UInt64 = 0
  package var rowWrites: UInt64 = 0
  package var cellVerifies: UInt64 = 0
  package var bufferWords: UInt64 = 0

  package init() {}
}
