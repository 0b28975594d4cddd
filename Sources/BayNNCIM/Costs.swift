// SPDX-License-Identifier: Apache-2.0
import CBayNN

/// The costs of SPEC.md section 9, which has the source of each figure.
package enum Costs {
  package static func setDefaults(_ costs: inout baynn_cim_costs_t) {
    costs.reserved = 0
    costs.cell_read_aj = 65_890
    costs.conversion_aj = 320_000
    costs.accumulation_aj = 50_000
    costs.random_bit_aj = 765_890
    costs.cell_write_aj = 700_000
    costs.cell_verify_aj = 115_890
    costs.buffer_word_aj = 5_000_000
    costs.mac_ps = 10_000
    costs.conversion_ps = 5_000
    costs.converters = 32
    costs.random_bit_ps = 30_000
    costs.row_write_ps = 10_000
  }
}
